/** The engine room over threads that misbehave: scripts in the place of the real one. */
import { afterEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../host/logger.ts';
import { createRegistry } from '../../host/metrics.ts';
import type { Timers } from '../../host/timers.ts';
import type { MemoryStore } from '../../memory/api.ts';
import { EngineRoom } from './engine-room.ts';
import { roomMetrics } from './metrics.ts';

/** Timers that go off when told. */
class ManualTimers implements Timers {
  readonly #pending = new Set<{ readonly callback: () => void }>();
  readonly #periods = new Set<() => void>();

  get size(): number {
    return this.#pending.size;
  }

  after(_delayMs: number, callback: () => void): () => void {
    const entry = { callback };
    this.#pending.add(entry);
    return () => void this.#pending.delete(entry);
  }

  every(_periodMs: number, callback: () => void): () => void {
    this.#periods.add(callback);
    return () => void this.#periods.delete(callback);
  }

  async sleep(): Promise<void> {}

  /** Lets every period go by once. */
  tick(): void {
    for (const callback of this.#periods) callback();
  }

  fire(): void {
    for (const entry of [...this.#pending]) {
      this.#pending.delete(entry);
      entry.callback();
    }
  }
}

/**
 * A thread by what its statement is: `stuck` never ends, whatever is asked; `rows` gives one page;
 * `silent` does not even answer a ping until 300 ms are over.
 */
const THREAD = `
import { parentPort } from 'node:worker_threads';
const runs = new Map();
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
parentPort.on('message', (message) => {
  const { kind, run } = message;
  if (kind === 'run') runs.set(run, message.statement.sql);
  const sql = runs.get(run);
  if (kind === 'page' && sql === 'rows') {
    parentPort.postMessage({ kind: 'page', run, page: { rows: new Uint8Array(), rowCount: 1, last: true, progress: 0 } });
    parentPort.postMessage({ kind: 'ended', run });
  }
  if (kind === 'cancel' && sql === 'silent') wait(300);
  if (kind === 'cancel' && sql === 'large') {
    parentPort.postMessage({ kind: 'failed', run, failure: 'cancelled', text: 'interrupted' });
  }
  if (kind === 'cancel' && sql !== 'stuck') parentPort.postMessage({ kind: 'ended', run });
  if (kind === 'ping') parentPort.postMessage({ kind: 'pong' });
  if (kind === 'stop') parentPort.close();
});
parentPort.postMessage({ kind: 'ready' });
`;

const REQUEST = { rowsMax: 10, bytesMax: 1000 };
const statement = (sql: string) => ({ sql, types: [], scans: [] });

let room: EngineRoom | undefined;
let residentBytes = 0;
let registry = createRegistry();
afterEach(async () => {
  await room?.stop();
  residentBytes = 0;
  registry = createRegistry();
});

async function openRoom(timers: ManualTimers): Promise<EngineRoom> {
  const memory = {
    createSlabFeed: () => ({ take: () => [] }),
    usage: () => ({ reservedBytes: 0 }),
  } as unknown as MemoryStore;
  room = new EngineRoom({
    workers: 1,
    settings: {
      memoryBytesMax: 1,
      residentBytesMax: 1,
      threads: 1,
      allowedDirectories: [],
      spillFolder: 'unused',
    },
    memory,
    logger: createLogger({ level: 'silent', format: 'json' }),
    timers,
    processMemory: { residentBytes: () => residentBytes, heapBytes: () => 0 },
    metrics: roomMetrics(registry),
    module: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
  });
  await room.started();
  return room;
}

describe('a run that does not react to its cancel', () => {
  test('fails after the deadline, and the next one gets another thread', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    let released = 0;
    const run = open.run(statement('stuck'), () => released++);
    const page = run.page(REQUEST);
    run.cancel();
    timers.fire();
    await expect(page).rejects.toMatchObject({ kind: 'cancelled' });
    // What the thread reads stays pinned, for it may be reading it.
    expect(released).toBe(0);
    const next = open.run(statement('rows'), () => {});
    expect(await next.page(REQUEST)).toMatchObject({ rowCount: 1, last: true });
    // Stuck for good: stop() gives it up.
    const stopped = open.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    timers.fire();
    await stopped;
    room = undefined;
  });

  test('takes the other runs of its thread along when that says nothing', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    const ended: string[] = [];
    const silent = open.run(statement('silent'), () => ended.push('silent'));
    const other = open.run(statement('other'), () => ended.push('other'));
    const pages = [silent.page(REQUEST), other.page(REQUEST)];
    const outcomes = Promise.allSettled(pages);
    silent.cancel();
    timers.fire();
    timers.fire();
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: { kind: 'cancelled' } },
      { status: 'rejected', reason: { kind: 'internal' } },
    ]);
    await expect.poll(() => ended.toSorted()).toEqual(['other', 'silent']);
  });

  test('sets no deadline once it has ended', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    let released = 0;
    const run = open.run(statement('slow'), () => released++);
    run.cancel();
    await expect.poll(() => released).toBe(1);
    expect(timers.size).toBe(0);
  });
});

describe('when the process holds too much memory', () => {
  const LARGE = 2 * 1024 ** 3;

  test('the runs that make a page are stopped, and say so', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    let released = 0;
    const large = open.run(statement('large'), () => released++);
    const idle = open.run(statement('rows'), () => {});
    const page = large.page(REQUEST);
    timers.tick();
    expect(released).toBe(0);
    residentBytes = LARGE;
    timers.tick();
    await expect(page).rejects.toMatchObject({ kind: 'out-of-memory' });
    await expect.poll(() => released).toBe(1);
    expect(await idle.page(REQUEST)).toMatchObject({ rowCount: 1 });
    expect(await registry.metrics()).toContain('tessera_query_memory_stops_total 1');
  });

  test('what is left behind when nothing runs is not held against the next run', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    residentBytes = LARGE;
    timers.tick();
    const run = open.run(statement('rows'), () => {});
    timers.tick();
    expect(await run.page(REQUEST)).toMatchObject({ rowCount: 1 });
  });

  test('those that were stopped have a while to give their memory back', async () => {
    const timers = new ManualTimers();
    const open = await openRoom(timers);
    const first = open.run(statement('large'), () => {});
    const failed = first.page(REQUEST).catch((error: unknown) => error);
    const kept = open.run(statement('rows'), () => {});
    residentBytes = LARGE;
    timers.tick();
    const second = open.run(statement('large'), () => {});
    const page = second.page(REQUEST).catch((error: unknown) => error);
    timers.tick();
    expect(await failed).toMatchObject({ kind: 'out-of-memory' });
    expect(await registry.metrics()).toContain('tessera_query_memory_stops_total 1');
    for (let check = 0; check < 10; check++) timers.tick();
    expect(await page).toMatchObject({ kind: 'out-of-memory' });
    kept.cancel();
  });
});
