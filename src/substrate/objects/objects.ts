/**
 * The objects seam: immutable byte objects under unique names.
 *
 * A key is written once and never changes; whoever needs a new version uses a new key. An object
 * belongs to the system when a metadata record names it, so nothing relies on list() for truth.
 *
 * Keys are one or more segments of [A-Za-z0-9._=-] joined by `/`, at most OBJECT_KEY_BYTES_MAX
 * long; a segment does not begin with a dot. checkObjectKey() throws on anything else. No key may
 * continue another one (`a` and `a/b`): on a disk the one is a file and the other needs a folder.
 */

export type PutOutcome = 'stored' | 'present';

export interface Objects {
  /** Resolves when the object is durable. `present` leaves the existing object as it was. */
  putIfAbsent(key: string, body: Uint8Array): Promise<PutOutcome>;
  /**
   * The same for a file on local disk, which must not change meanwhile and is gone afterwards,
   * whatever the outcome (an implementation on the same file system moves it).
   */
  putFileIfAbsent(key: string, path: string): Promise<PutOutcome>;
  /** The whole object; undefined if there is none. For small ones: it comes as one buffer. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keys that begin with `prefix`, in ascending order of their UTF-16 code units. */
  list(prefix: string): AsyncIterable<string>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
  /**
   * The path of a local file that holds the object, where the implementation has one, so that the
   * engine can read it in place. Says nothing about whether the object exists.
   */
  localPath(key: string): string | undefined;
}

/** What only reads objects needs of them. */
export type StoredObjects = Pick<Objects, 'get' | 'list'>;
