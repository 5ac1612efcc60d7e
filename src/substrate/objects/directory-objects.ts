/**
 * Objects as files: key `a/b.parquet` is `<folder>/a/b.parquet`, so that an operator can look at
 * them and the engine can read them in place.
 *
 *   put   draft in <folder>/.drafts ─ datasync ─ link to its key ─ syncFolder ─ draft removed
 *
 * link() fails if the key exists, which makes the put atomic and conditional at once: an object is
 * there whole or not at all. Drafts of a killed process are removed at the next open(). Folders
 * are made when needed and stay.
 */
import {
  type Disk,
  isMissing,
  isPresent,
  makeDurableFolder,
  parentFolder,
  writeWhole,
} from '../../host/disk.ts';
import { type Random, randomHex } from '../../host/random.ts';
import { FolderObjects } from './folder-objects.ts';
import { checkObjectKey } from './object-key.ts';
import type { Objects, PutOutcome } from './objects.ts';

const DRAFTS = '.drafts';
const COPY_CHUNK_BYTES = 1024 * 1024;
/** Folders remembered as durable; beyond this they are forgotten and checked anew. */
const KNOWN_FOLDERS_MAX = 10_000;

export interface DirectoryObjectsOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly random: Random;
}

export class DirectoryObjects implements Objects {
  readonly #folder: string;
  readonly #disk: Disk;
  readonly #random: Random;
  readonly #stored: FolderObjects;
  readonly #durableFolders = new Set<string>();

  private constructor({ folder, disk, random }: DirectoryObjectsOptions) {
    this.#folder = folder;
    this.#disk = disk;
    this.#random = random;
    this.#stored = new FolderObjects(disk, folder);
  }

  /** Only one process may have the folder open: it removes drafts it finds. */
  static async open(options: DirectoryObjectsOptions): Promise<DirectoryObjects> {
    const { folder, disk } = options;
    const drafts = `${folder}/${DRAFTS}`;
    await makeDurableFolder(disk, drafts, folder);
    for (const { name } of await disk.list(drafts)) await disk.remove(`${drafts}/${name}`);
    return new DirectoryObjects(options);
  }

  async putIfAbsent(key: string, body: Uint8Array): Promise<PutOutcome> {
    checkObjectKey(key);
    const draft = this.#draftPath();
    await writeWhole(this.#disk, draft, body);
    return this.#place(draft, key);
  }

  async putFileIfAbsent(key: string, path: string): Promise<PutOutcome> {
    checkObjectKey(key);
    const file = await this.#disk.open(path, 'update');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
    try {
      return await this.#place(path, key);
    } catch (error) {
      if (!isOtherFileSystem(error)) throw error;
    }
    const draft = this.#draftPath();
    await this.#copy(path, draft);
    const outcome = await this.#place(draft, key);
    await this.#disk.remove(path);
    return outcome;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#stored.get(key);
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#stored.list(prefix);
  }

  async delete(key: string): Promise<void> {
    const path = this.localPath(key);
    try {
      await this.#disk.remove(path);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await this.#disk.syncFolder(parentFolder(path));
  }

  localPath(key: string): string {
    return this.#stored.localPath(key);
  }

  /** Gives a synced file its key, and removes its old name. */
  async #place(from: string, key: string): Promise<PutOutcome> {
    const path = this.localPath(key);
    const folder = parentFolder(path);
    await this.#ensureFolder(folder);
    let outcome: PutOutcome = 'stored';
    try {
      await this.#disk.link(from, path);
    } catch (error) {
      if (!isPresent(error)) throw error;
      outcome = 'present';
    }
    // Also if it was there: whoever put it may not have come to this point.
    await this.#disk.syncFolder(folder);
    await this.#disk.remove(from);
    return outcome;
  }

  async #ensureFolder(folder: string): Promise<void> {
    if (this.#durableFolders.has(folder)) return;
    await makeDurableFolder(this.#disk, folder, this.#folder);
    if (this.#durableFolders.size >= KNOWN_FOLDERS_MAX) this.#durableFolders.clear();
    this.#durableFolders.add(folder);
  }

  async #copy(from: string, to: string): Promise<void> {
    const source = await this.#disk.open(from, 'read');
    try {
      const target = await this.#disk.open(to, 'create');
      try {
        const chunk = new Uint8Array(COPY_CHUNK_BYTES);
        let at = 0;
        for (;;) {
          const read = await source.read(chunk, at);
          if (read === 0) break;
          await target.write([chunk.subarray(0, read)], at);
          at += read;
        }
        await target.datasync();
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  }

  #draftPath(): string {
    return `${this.#folder}/${DRAFTS}/${randomHex(this.#random, 12)}`;
  }
}

function isOtherFileSystem(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EXDEV';
}
