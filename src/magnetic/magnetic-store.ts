/**
 * The objects of the magnetic store as files: where the engine writes and reads them, and how long
 * they stay.
 *
 *   newDraft() ─► the engine writes it ─► put() ─► a record names it ─► retire() ─► deleted
 *                        └► discard()         └► or retire(), when the record was not written
 *
 *   <folder>/drafts/<random>.parquet    what is being written; emptied at open()
 *   <folder>/copies/                    as `drafts`; see below
 *   tiles/<table id>/<random>.parquet   key of an object, whose name is never used again
 *
 * put() is durable when it resolves. An object that was put belongs to its caller, who has a record
 * name it or retires it; after a crash in between it is an orphan, which collectGarbage() finds at
 * the next start. A retired object is deleted when nobody who has pinned it reads it any more; new
 * pins of it are a mistake.
 *
 * The objects may be some that have no local files. Then each is kept as a copy too, which the
 * engine reads. Such copies do not outlive the process, so those objects must not either.
 */
import { assert } from '../base/assert.ts';
import type { TableId } from '../base/brand.ts';
import { type Disk, isMissing } from '../host/disk.ts';
import type { Logger } from '../host/logger.ts';
import { type Random, randomHex } from '../host/random.ts';
import { emptyFolder } from '../host/scratch-folder.ts';
import type { Objects } from '../substrate/objects/api.ts';
import { fileChecksum } from './file-checksum.ts';
import type { MagneticMetrics } from './metrics.ts';

const PREFIX = 'tiles/';
/** 96 bits: no two names of a table meet. */
const NAME_BYTES = 12;

export interface MagneticStoreOptions {
  readonly objects: Objects;
  /** Of this store alone, there already, on the file system of the objects. */
  readonly folder: string;
  readonly disk: Disk;
  readonly random: Random;
  readonly metrics: MagneticMetrics;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Of a put object, what the tile index has to know besides its contents. */
export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
  readonly crc32: number;
}

export class MagneticStore {
  readonly #objects: Objects;
  readonly #disk: Disk;
  readonly #random: Random;
  readonly #metrics: MagneticMetrics;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #drafts: string;
  /** Absent when the objects are local files themselves. */
  readonly #copies: string | undefined;
  readonly #pins = new Map<string, number>();
  /** Of objects that wait for their last pin to go. */
  readonly #retired = new Set<string>();
  /** Put by this process and not retired: whether a record names them yet is for the caller. */
  readonly #put = new Set<string>();
  readonly #deletions = new Set<Promise<void>>();

  private constructor(options: MagneticStoreOptions) {
    this.#objects = options.objects;
    this.#disk = options.disk;
    this.#random = options.random;
    this.#metrics = options.metrics;
    this.#logger = options.logger;
    this.#drafts = `${options.folder}/drafts`;
    const isLocal = options.objects.localPath(`${PREFIX}any`) !== undefined;
    this.#copies = isLocal ? undefined : `${options.folder}/copies`;
  }

  static async open(options: MagneticStoreOptions): Promise<MagneticStore> {
    const store = new MagneticStore(options);
    await emptyFolder(store.#drafts);
    if (store.#copies !== undefined) await emptyFolder(store.#copies);
    return store;
  }

  /** The folders in which an engine must be allowed to read and write. */
  get engineFolders(): readonly string[] {
    return [this.#drafts, this.#copies ?? this.#localPath(PREFIX.slice(0, -1))];
  }

  /** A path at which nothing is yet, for the engine to write to. */
  newDraft(): string {
    return `${this.#drafts}/${this.#newName()}`;
  }

  /** Removes a draft that is not put, written or not. */
  async discard(draft: string): Promise<void> {
    try {
      await this.#disk.remove(draft);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Makes an object of a draft, which is gone then. */
  async put(table: TableId, draft: string): Promise<StoredFile> {
    const sum = await fileChecksum(this.#disk, draft);
    const key = `${PREFIX}${table}/${this.#newName()}`;
    this.#put.add(key);
    if (this.#copies !== undefined) await this.#disk.link(draft, this.path(key));
    const outcome = await this.#objects.putFileIfAbsent(key, draft);
    assert(outcome === 'stored', 'names of objects are used once');
    this.#metrics.objectsWritten.inc();
    this.#metrics.bytesWritten.inc(sum.bytes);
    return { key, ...sum };
  }

  /** Where the engine reads the object. */
  path(key: string): string {
    if (this.#copies === undefined) return this.#localPath(key);
    return `${this.#copies}/${key.replaceAll('/', '-')}`;
  }

  /** Keeps the objects until the function that it returns is called, which must be done once. */
  pin(keys: Iterable<string>): () => void {
    const pinned = [...keys];
    for (const key of pinned) {
      assert(!this.#retired.has(key), 'a retired object is not pinned anew');
      this.#pins.set(key, (this.#pins.get(key) ?? 0) + 1);
    }
    let isHeld = true;
    return () => {
      assert(isHeld, 'a pin is released once');
      isHeld = false;
      for (const key of pinned) this.#unpin(key);
    };
  }

  /** The objects belong to no tile any more, and no snapshot of the tiles is taken that has them. */
  retire(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#put.delete(key);
      this.#metrics.objectsRetired.inc();
      if (this.#pins.has(key)) this.#retired.add(key);
      else this.#delete(key);
    }
  }

  /**
   * Deletes what a former process left: objects that are not live, nor put by this process. To be
   * called with what the tiles have at the start. The number of objects deleted.
   */
  async collectGarbage(live: ReadonlySet<string>): Promise<number> {
    let deleted = 0;
    for await (const key of this.#objects.list(PREFIX)) {
      if (live.has(key) || this.#put.has(key) || this.#pins.has(key)) continue;
      await this.#objects.delete(key);
      this.#metrics.objectsDeleted.inc();
      deleted += 1;
    }
    return deleted;
  }

  /** When the deletions that have begun are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#deletions);
  }

  #unpin(key: string): void {
    const left = (this.#pins.get(key) ?? 0) - 1;
    if (left > 0) {
      this.#pins.set(key, left);
      return;
    }
    this.#pins.delete(key);
    if (this.#retired.delete(key)) this.#delete(key);
  }

  #delete(key: string): void {
    const deletion = this.#deleteNow(key).finally(() => this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
  }

  /** Failures harm nobody: the object is an orphan. */
  async #deleteNow(key: string): Promise<void> {
    try {
      await this.#objects.delete(key);
      if (this.#copies !== undefined) await this.discard(this.path(key));
      this.#metrics.objectsDeleted.inc();
    } catch (error) {
      this.#metrics.deletionsFailed.inc();
      this.#logger.warn({ err: error, key }, 'an object of the magnetic store was not deleted');
    }
  }

  #localPath(key: string): string {
    const path = this.#objects.localPath(key);
    assert(path !== undefined, 'objects are local files, all or none');
    return path;
  }

  #newName(): string {
    return `${randomHex(this.#random, NAME_BYTES)}.parquet`;
  }
}
