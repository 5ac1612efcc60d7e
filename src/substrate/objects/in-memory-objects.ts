/** Objects in memory, for tests. Nothing survives the process. */
import { type Disk, readWhole } from '../../host/disk.ts';
import { checkObjectKey } from './object-key.ts';
import type { Objects, PutOutcome } from './objects.ts';

export class InMemoryObjects implements Objects {
  readonly #bodies = new Map<string, Uint8Array>();
  /** Where putFileIfAbsent() finds its files. */
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async putIfAbsent(key: string, body: Uint8Array): Promise<PutOutcome> {
    checkObjectKey(key);
    if (this.#bodies.has(key)) return 'present';
    this.#bodies.set(key, body.slice());
    return 'stored';
  }

  async putFileIfAbsent(key: string, path: string): Promise<PutOutcome> {
    checkObjectKey(key);
    const outcome = await this.putIfAbsent(key, await readWhole(this.#disk, path));
    await this.#disk.remove(path);
    return outcome;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkObjectKey(key);
    return this.#bodies.get(key)?.slice();
  }

  async *list(prefix: string): AsyncGenerator<string> {
    const keys = [...this.#bodies.keys()].filter((key) => key.startsWith(prefix));
    yield* keys.sort((a, b) => (a < b ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(key);
    this.#bodies.delete(key);
  }

  localPath(_key: string): undefined {
    return undefined;
  }
}
