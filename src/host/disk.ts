/**
 * The disk, as a port: everything below a data folder is read and written through a Disk, so that
 * a test can put a failing or power-cut one (faulty-disk.ts) in the place of node-disk.ts.
 *
 * Durability is explicit. Bytes survive a power cut after datasync() of their file; a created,
 * renamed or removed name survives after syncFolder() of the folder that holds it. Nothing else
 * may be relied on, in particular no order between writes that were not synced.
 *
 * Paths are joined with `/` by the caller. A missing file or folder is an Error with
 * `code: 'ENOENT'`, as from node:fs; isMissing() tells.
 */

/**
 * read     must exist
 * update   must exist, read and write
 * create   must not exist (EEXIST otherwise), read and write
 */
export type OpenMode = 'read' | 'update' | 'create';

export interface DiskFile {
  readonly path: string;
  /** Writes all buffers one after the other from `position`; grows the file as needed. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** Fills `into` from `position` as far as the file reaches; the number of bytes read. */
  read(into: Uint8Array, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Atomic, and replaces `to`. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for the file; fails with EEXIST if `to` exists. Atomic. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file. Fails with ENOENT if it is not there. */
  remove(path: string): Promise<void>;
  /** Creates the folder and those above it; durable after syncFolder() of their parents. */
  makeFolder(path: string): Promise<void>;
  /** Entries of a folder, sorted by name. */
  list(folder: string): Promise<readonly DiskEntry[]>;
  syncFolder(folder: string): Promise<void>;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

export function isPresent(error: unknown): boolean {
  return hasCode(error, 'EEXIST');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** The whole file in one buffer. For small files. */
export async function readWhole(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    const read = await file.read(bytes, 0);
    return read === bytes.length ? bytes : bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

/** Creates the file with these bytes, durable; its name is durable after syncFolder(). */
export async function writeWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'create');
  try {
    await file.write([bytes], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** makeFolder() whose new names survive a power cut, up to and including `root`'s entry. */
export async function makeDurableFolder(disk: Disk, path: string, root: string): Promise<void> {
  await disk.makeFolder(path);
  for (let at = path; at.length >= root.length; at = parentFolder(at)) {
    await disk.syncFolder(parentFolder(at));
    if (at === parentFolder(at)) break;
  }
}
