/**
 * The objects of a folder, for whoever only reads: key `a/b.parquet` is `<folder>/a/b.parquet`.
 * Hidden names (drafts) are not objects. Nothing is created or removed.
 */
import { type Disk, type DiskEntry, isMissing, readWhole } from '../../host/disk.ts';
import { checkObjectKey } from './object-key.ts';
import type { StoredObjects } from './objects.ts';

export class FolderObjects implements StoredObjects {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await readWhole(this.#disk, this.localPath(key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#walk('', prefix);
  }

  localPath(key: string): string {
    checkObjectKey(key);
    return `${this.#folder}/${key}`;
  }

  async *#walk(within: string, prefix: string): AsyncGenerator<string> {
    for (const entry of await this.#sortedEntries(within)) {
      const key = within + entry.name;
      if (entry.kind === 'file') {
        if (key.startsWith(prefix)) yield key;
      } else if (!entry.name.startsWith('.')) {
        const folder = `${key}/`;
        if (folder.startsWith(prefix) || prefix.startsWith(folder))
          yield* this.#walk(folder, prefix);
      }
    }
  }

  async #sortedEntries(within: string): Promise<readonly DiskEntry[]> {
    let entries: readonly DiskEntry[];
    try {
      entries = await this.#disk.list(`${this.#folder}/${within}`.replace(/\/$/, ''));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    // A folder sorts as its keys do, with the `/` that follows its name.
    const sortName = (entry: DiskEntry) =>
      entry.kind === 'folder' ? `${entry.name}/` : entry.name;
    return entries.toSorted((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  }
}
