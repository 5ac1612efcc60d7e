/**
 * The real disk, on node:fs. Callback functions rather than FileHandle: they cost less per call,
 * and a descriptor is closed by its owner alone, never by the garbage collector.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import type { Disk, DiskEntry, DiskFile, OpenMode } from './disk.ts';

const openFile = promisify(fs.open);
const closeFile = promisify(fs.close);
const syncFile = promisify(fs.fsync);
const datasyncFile = promisify(fs.fdatasync);
const truncateFile = promisify(fs.ftruncate);
const statFile = promisify(fs.fstat);

/** The kernel's IOV_MAX: more buffers in one writev are refused. */
const BUFFERS_PER_WRITE_MAX = 1024;

const FLAGS: Readonly<Record<OpenMode, string>> = { read: 'r', update: 'r+', create: 'wx+' };

export const nodeDisk: Disk = {
  async open(path, mode) {
    return new NodeFile(path, await openFile(path, FLAGS[mode], 0o600));
  },
  rename: (from, to) => fs.promises.rename(from, to),
  link: (from, to) => fs.promises.link(from, to),
  remove: (path) => fs.promises.unlink(path),
  async makeFolder(path) {
    await fs.promises.mkdir(path, { recursive: true, mode: 0o700 });
  },
  async list(folder) {
    const entries = await fs.promises.readdir(folder, { withFileTypes: true });
    const found = entries.map(
      (entry): DiskEntry => ({ name: entry.name, kind: entry.isDirectory() ? 'folder' : 'file' }),
    );
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  async syncFolder(folder) {
    const fd = await openFile(folder, 'r');
    try {
      await syncFile(fd);
    } finally {
      await closeFile(fd);
    }
  },
};

class NodeFile implements DiskFile {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    for (let i = 0; i < buffers.length; i += BUFFERS_PER_WRITE_MAX) {
      const some = buffers.slice(i, i + BUFFERS_PER_WRITE_MAX);
      position += await this.#writeFully(some, position);
    }
  }

  /** writev may write less than it was given (a signal, a full disk); the rest is asked for again. */
  async #writeFully(buffers: Uint8Array[], position: number): Promise<number> {
    const total = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    let done = 0;
    while (done < total) {
      const written = await writeSome(this.#fd, buffers, position + done);
      if (written === 0) throw new Error(`${this.path}: the disk took no bytes`);
      done += written;
      if (done < total) buffers = dropBytes(buffers, written);
    }
    return total;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const read = await readSome(this.#fd, into.subarray(done), position + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  datasync(): Promise<void> {
    return datasyncFile(this.#fd);
  }

  truncate(bytes: number): Promise<void> {
    return truncateFile(this.#fd, bytes);
  }

  async size(): Promise<number> {
    return (await statFile(this.#fd)).size;
  }

  close(): Promise<void> {
    return closeFile(this.#fd);
  }
}

function writeSome(fd: number, buffers: readonly Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.writev(fd, buffers, position, (error, written) =>
      error === null ? resolve(written) : reject(error),
    );
  });
}

function readSome(fd: number, into: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, into, 0, into.length, position, (error, read) =>
      error === null ? resolve(read) : reject(error),
    );
  });
}

function dropBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (count >= buffer.byteLength) count -= buffer.byteLength;
    else {
      rest.push(count === 0 ? buffer : buffer.subarray(count));
      count = 0;
    }
  }
  return rest;
}
