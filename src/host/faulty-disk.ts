/**
 * A disk in memory that fails and loses power on demand. For tests and simulations.
 *
 *                  write              datasync
 *   file:   bytes ───────► pending ────────────► durable bytes
 *                 create, rename,      syncFolder
 *   names:        link, remove ──► journal ──────► durable names
 *
 * powerCut() throws away what is not durable, in one of four ways: everything, nothing, all after
 * a random point, or random sectors ('torn'), which may leave a later sector without an earlier
 * one. Names are journalled in order, as file systems do it: a prefix of the changes survives.
 * Every handle opened before the cut is dead afterwards.
 *
 * A failed datasync drops its pending bytes as Linux does: they can still be read, but will not
 * become durable by syncing again. Folders are durable as soon as they are made.
 */
import { assert } from '../base/assert.ts';
import { type Disk, type DiskEntry, type DiskFile, type OpenMode, parentFolder } from './disk.ts';
import type { Random } from './random.ts';

export type DiskOperation =
  | 'open'
  | 'write'
  | 'read'
  | 'datasync'
  | 'truncate'
  | 'rename'
  | 'link'
  | 'remove'
  | 'list'
  | 'syncFolder';

export type Loss = 'everything' | 'nothing' | 'after-a-point' | 'torn';

const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly bytes: number };

interface NameChange {
  readonly folders: readonly string[];
  readonly set: readonly (readonly [path: string, content: Content | undefined])[];
}

interface Fault {
  readonly operation: DiskOperation;
  countdown: number;
  readonly error: Error;
  readonly keepBytes: number;
}

export class FaultyDisk implements Disk {
  #names = new Map<string, Content>();
  #durableNames = new Map<string, Content>();
  #journal: NameChange[] = [];
  readonly #folders = new Set<string>(['/']);
  #faults: Fault[] = [];
  /** Power cycles so far; a handle belongs to one of them. */
  #cycle = 0;
  /** Successful and failed calls of each operation, for tests that walk through every one. */
  readonly calls = new Map<DiskOperation, number>();

  /** Makes the nth call of an operation from now (1 is the next) fail; a failing write keeps `keepBytes`. */
  failNth(
    operation: DiskOperation,
    nth: number,
    options: { error?: Error; keepBytes?: number } = {},
  ) {
    const error = options.error ?? Object.assign(new Error(`EIO: ${operation}`), { code: 'EIO' });
    this.#faults.push({ operation, countdown: nth, error, keepBytes: options.keepBytes ?? 0 });
  }

  powerCut(loss: Loss, random: Random): void {
    this.#cycle += 1;
    this.#faults = [];
    this.#settleNames(loss, random);
    for (const content of new Set(this.#durableNames.values())) content.settle(loss, random);
    this.#names = new Map(this.#durableNames);
  }

  /** Changes a stored byte, as a decaying medium does. */
  flipBits(path: string, offset: number, mask: number): void {
    const content = this.#content(path);
    assert(offset < content.size, `${path} has no byte ${offset}`);
    content.flip(offset, mask);
  }

  open(path: string, mode: OpenMode): Promise<DiskFile> {
    return this.#perform('open', () => {
      if (mode === 'create') {
        if (this.#names.has(path)) throw errno('EEXIST', path);
        this.#requireFolder(parentFolder(path));
        this.#rename([[path, new Content()]]);
      }
      return new FaultyFile(path, this.#content(path), this.#gate());
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#perform('rename', () => {
      const content = this.#content(from);
      this.#requireFolder(parentFolder(to));
      this.#rename([
        [from, undefined],
        [to, content],
      ]);
    });
  }

  link(from: string, to: string): Promise<void> {
    return this.#perform('link', () => {
      const taken = this.#names.has(to);
      if (taken) throw errno('EEXIST', to);
      this.#requireFolder(parentFolder(to));
      this.#rename([[to, this.#content(from)]]);
    });
  }

  remove(path: string): Promise<void> {
    return this.#perform('remove', () => {
      this.#content(path);
      this.#rename([[path, undefined]]);
    });
  }

  async makeFolder(path: string): Promise<void> {
    for (let at = path; at !== '/' && at !== '.'; at = parentFolder(at)) this.#folders.add(at);
  }

  list(folder: string): Promise<readonly DiskEntry[]> {
    return this.#perform('list', () => {
      this.#requireFolder(folder);
      return [
        ...entriesOf(folder, this.#names.keys(), 'file'),
        ...entriesOf(folder, this.#folders, 'folder'),
      ].sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  syncFolder(folder: string): Promise<void> {
    return this.#perform('syncFolder', () => {
      const last = this.#journal.findLastIndex((change) => change.folders.includes(folder));
      this.#makeDurable(last + 1);
    });
  }

  #rename(set: NameChange['set']): void {
    for (const [path, content] of set) {
      if (content === undefined) this.#names.delete(path);
      else this.#names.set(path, content);
    }
    this.#journal.push({ folders: set.map(([path]) => parentFolder(path)), set });
  }

  #makeDurable(changes: number): void {
    for (const change of this.#journal.splice(0, changes)) {
      for (const [path, content] of change.set) {
        if (content === undefined) this.#durableNames.delete(path);
        else this.#durableNames.set(path, content);
      }
    }
  }

  #settleNames(loss: Loss, random: Random): void {
    const kept: Record<Loss, () => number> = {
      everything: () => 0,
      nothing: () => this.#journal.length,
      'after-a-point': () => random.integer(this.#journal.length + 1),
      torn: () => random.integer(this.#journal.length + 1),
    };
    this.#makeDurable(kept[loss]());
    this.#journal = [];
  }

  #content(path: string): Content {
    const content = this.#names.get(path);
    if (content === undefined) throw errno('ENOENT', path);
    return content;
  }

  #requireFolder(folder: string): void {
    if (!this.#folders.has(folder) && folder !== '.') throw errno('ENOENT', folder);
  }

  #perform<T>(operation: DiskOperation, act: () => T): Promise<T> {
    return this.#gate()(operation, (fault) => {
      if (fault !== undefined) throw fault.error;
      return act();
    });
  }

  /** The way to every operation: is the power on, is a fault due? Then acts, in the same moment. */
  #gate(): Gate {
    const cycle = this.#cycle;
    const requirePower = () => {
      if (cycle !== this.#cycle) throw new Error('the power was cut');
    };
    return async (operation, act) => {
      requirePower();
      const fault = this.#due(operation);
      // Syncs take long; others get to run meanwhile, as on a real disk.
      if (operation === 'datasync') await new Promise((resolve) => setImmediate(resolve));
      requirePower();
      return act(fault);
    };
  }

  #due(operation: DiskOperation): Fault | undefined {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    let due: Fault | undefined;
    for (const fault of this.#faults) {
      if (fault.operation !== operation) continue;
      fault.countdown -= 1;
      if (fault.countdown === 0) due = fault;
    }
    this.#faults = this.#faults.filter((fault) => fault.countdown > 0);
    return due;
  }
}

type Gate = <T>(operation: DiskOperation, act: (fault: Fault | undefined) => T) => Promise<T>;

/** The bytes of a file, whatever its names are. */
class Content {
  #bytes = new Uint8Array(0);
  #durable = new Uint8Array(0);
  #pending: Change[] = [];

  get size(): number {
    return this.#bytes.length;
  }

  change(change: Change): void {
    this.#bytes = applied(this.#bytes, change);
    this.#pending.push(change);
  }

  read(into: Uint8Array, position: number): number {
    const found = this.#bytes.subarray(position, position + into.length);
    into.set(found);
    return found.length;
  }

  sync(): void {
    this.#durable = this.#pending.reduce(applied, this.#durable);
    this.#pending = [];
  }

  forgetPending(): void {
    this.#pending = [];
  }

  flip(offset: number, mask: number): void {
    const change = {
      kind: 'write',
      position: offset,
      bytes: Uint8Array.of(this.#bytes[offset]! ^ mask),
    } as const;
    this.#bytes = applied(this.#bytes, change);
    this.#durable = offset < this.#durable.length ? applied(this.#durable, change) : this.#durable;
  }

  settle(loss: Loss, random: Random): void {
    for (const change of survivors(this.#pending, loss, random)) {
      this.#durable = applied(this.#durable, change);
    }
    this.#pending = [];
    this.#bytes = this.#durable.slice();
  }
}

class FaultyFile implements DiskFile {
  readonly path: string;
  readonly #content: Content;
  readonly #gate: Gate;

  constructor(path: string, content: Content, gate: Gate) {
    this.path = path;
    this.#content = content;
    this.#gate = gate;
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    return this.#gate('write', (fault) => {
      const bytes = concat(buffers);
      const kept = fault === undefined ? bytes : bytes.subarray(0, fault.keepBytes);
      if (kept.length > 0) this.#content.change({ kind: 'write', position, bytes: kept });
      if (fault !== undefined) throw fault.error;
    });
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return this.#gate('read', (fault) => {
      if (fault !== undefined) throw fault.error;
      return this.#content.read(into, position);
    });
  }

  datasync(): Promise<void> {
    return this.#gate('datasync', (fault) => {
      if (fault === undefined) return this.#content.sync();
      this.#content.forgetPending();
      throw fault.error;
    });
  }

  truncate(bytes: number): Promise<void> {
    return this.#gate('truncate', (fault) => {
      if (fault !== undefined) throw fault.error;
      this.#content.change({ kind: 'truncate', bytes });
    });
  }

  async size(): Promise<number> {
    return this.#content.size;
  }

  async close(): Promise<void> {}
}

function* entriesOf(
  folder: string,
  paths: Iterable<string>,
  kind: DiskEntry['kind'],
): Generator<DiskEntry> {
  for (const path of paths) {
    if (path === folder || parentFolder(path) !== folder) continue;
    yield { name: path.slice(path.lastIndexOf('/') + 1), kind };
  }
}

function survivors(pending: readonly Change[], loss: Loss, random: Random): readonly Change[] {
  if (loss === 'everything') return [];
  if (loss === 'nothing') return pending;
  const sectors = pending.flatMap((change) =>
    change.kind === 'write' ? inSectors(change) : [change],
  );
  if (loss === 'torn') return sectors.filter(() => random.integer(2) === 1);
  return sectors.slice(0, random.integer(sectors.length + 1));
}

function inSectors(change: Extract<Change, { kind: 'write' }>): Change[] {
  const parts: Change[] = [];
  for (let at = 0; at < change.bytes.length; ) {
    const position = change.position + at;
    const length = SECTOR_BYTES - (position % SECTOR_BYTES);
    parts.push({ kind: 'write', position, bytes: change.bytes.subarray(at, at + length) });
    at += length;
  }
  return parts;
}

function applied(bytes: Uint8Array<ArrayBuffer>, change: Change): Uint8Array<ArrayBuffer> {
  const length =
    change.kind === 'truncate'
      ? change.bytes
      : Math.max(bytes.length, change.position + change.bytes.length);
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  if (change.kind === 'write') result.set(change.bytes, change.position);
  return result;
}

function concat(buffers: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(buffers.reduce((sum, buffer) => sum + buffer.length, 0));
  let at = 0;
  for (const buffer of buffers) {
    bytes.set(buffer, at);
    at += buffer.length;
  }
  return bytes;
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
