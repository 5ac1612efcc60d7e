/**
 * `npm run bench -- seal [--hosts N] [--rows N]`: what the sealing thread does, in this process.
 *
 *   seal        hot rows into one object; into three, as when they are more than an object may have
 *   late rows   a tenth as many late rows, half of them upserts, merged into the object
 *   compaction  four objects that follow each other in time into one
 *
 * A megabyte is one of raw values: time and measures at eight bytes each. All times are CPU time of
 * this process, the engine's threads with it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GenerationId, Nanos, TableId, TileId } from '../src/base/brand.ts';
import { type TableEntry, TableSchema } from '../src/catalog/api.ts';
import { type Engine, openEngine } from '../src/engine/api.ts';
import { createRegistry } from '../src/host/metrics.ts';
import { nodeDisk } from '../src/host/node-disk.ts';
import { systemRandom } from '../src/host/random.ts';
import { MagneticStore, magneticMetrics } from '../src/magnetic/api.ts';
import { createMemoryStore, type MemoryStore, WriteBatch } from '../src/memory/api.ts';
import { InMemoryLogs } from '../src/substrate/log/api.ts';
import { InMemoryObjects } from '../src/substrate/objects/api.ts';
import { planSeal } from '../src/tasks/seal-order.ts';
import type { WrittenDraft } from '../src/tasks/seal-protocol.ts';
import { writeOrder } from '../src/tasks/write-order.ts';
import type { TileObject } from '../src/tiles/api.ts';
import { WHOLE_PLANE } from '../src/tiles/api.ts';
import { numberFlag } from './flags.ts';
import { cpuMs, describeMachine } from './machine.ts';
import { Walks } from './walks.ts';

const HOSTS = numberFlag('hosts', 500);
const ROWS_PER_HOST = numberFlag('rows', 720);
const VALUES = 10;
const COLUMN_FIRST = 4;
const RAW_ROW_BYTES = 8 * (1 + VALUES);
const ROWS_PER_BATCH = 100;
const INTERVAL = 10_000_000_000n;
const T0 = 1_700_000_000_000_000_000n;
const TABLE = 1 as TableId;
const ALL_TIME = { fromTime: -(2n ** 63n) as Nanos, untilTime: (2n ** 63n) as Nanos };
const GIBIBYTE = 2 ** 30;
const DIMENSIONS = ['hostname', 'region', 'rack', 'os', 'team'];

const table: TableEntry = {
  id: TABLE,
  name: 'cpu',
  database: 'bench',
  retention: { memoryHours: 1, magneticDays: 30 },
  magneticWrites: { enabled: true },
  partitionKey: { kind: 'measure' },
  createdMs: 0,
  updatedMs: 0,
  tags: new Map(),
  schema: TableSchema.empty.extended({
    dimensions: DIMENSIONS,
    measures: [{ name: 'cpu', type: 'multi', dimensions: DIMENSIONS }],
    attributes: Array.from({ length: VALUES }, (_, at) => ({
      name: `usage_${at}`,
      type: 'double' as const,
    })),
  }),
};

/** Rows of all hosts from one interval to before another. */
interface Span {
  readonly from: number;
  readonly until: number;
  /** Nanoseconds past the interval. */
  readonly shift?: bigint;
  readonly version?: number;
  /** Of so many intervals one. */
  readonly every?: number;
}

interface World {
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly engine: Engine;
}

const walks = new Walks(HOSTS * VALUES);
let generations = 0;

console.log(`machine   ${describeMachine()}`);
const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
try {
  await benchmark(await newWorld());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function benchmark(world: World): Promise<void> {
  const hot = await written(world, [{ from: 0, until: ROWS_PER_HOST }]);
  const rows = HOSTS * ROWS_PER_HOST;
  const whole = await measure(world, 'seal      hot rows', {
    hot: [hot],
    objects: [],
    rows,
    parts: 1,
  });
  await measure(world, 'seal      hot rows', { hot: [hot], objects: [], rows, parts: 3 });
  const late = await written(world, [
    { from: 0, until: ROWS_PER_HOST, every: 20, shift: 5_000_000_000n },
    { from: 0, until: ROWS_PER_HOST, every: 20, version: 2 },
  ]);
  const all = rows + (rows * 2) / 20;
  await measure(world, 'late rows', { hot: [late], objects: whole, rows: all, parts: 1 });
  const quarters: TileObject[] = [];
  for (let at = 0; at < 4; at++) {
    const from = (ROWS_PER_HOST / 4) * at;
    const quarter = await written(world, [{ from, until: from + ROWS_PER_HOST / 4 }]);
    quarters.push(...(await seal(world, { hot: [quarter], objects: [], parts: 1 })));
  }
  await measure(world, 'compaction', { hot: [], objects: quarters, rows, parts: 1 });
  await world.engine.close();
}

interface Work {
  readonly hot: readonly GenerationId[];
  readonly objects: readonly TileObject[];
  readonly parts: number;
}

async function measure(
  world: World,
  name: string,
  work: Work & { readonly rows: number },
): Promise<readonly TileObject[]> {
  const fromMs = cpuMs();
  const startMs = performance.now();
  const added = await seal(world, work);
  const seconds = (cpuMs() - fromMs) / 1000;
  const wallSeconds = (performance.now() - startMs) / 1000;
  const megabytes = (work.rows * RAW_ROW_BYTES) / 1e6;
  const bytes = added.reduce((sum, object) => sum + object.bytes, 0);
  console.log(
    `${name}: ${work.rows} rows, ${added.length} objects of ${(bytes / 1e6).toFixed(1)} MB: ` +
      `${Math.round(work.rows / seconds / 1000)} k rows/s, ` +
      `${(megabytes / seconds).toFixed(0)} MB/s of CPU (${seconds.toFixed(2)} s); ` +
      `${(megabytes / wallSeconds).toFixed(0)} MB/s by the clock`,
  );
  return added;
}

async function seal(world: World, work: Work): Promise<readonly TileObject[]> {
  const { memory, magnetic, engine } = world;
  const snapshots = work.hot.map((generation) => memory.snapshot(generation, ALL_TIME));
  const tile = {
    id: 1 as TileId,
    table: TABLE,
    rectangle: WHOLE_PLANE,
    frozen: work.hot,
    active: undefined,
    objects: work.objects,
  };
  const plan = planSeal({ table, tile, snapshots });
  const order = plan.order(magnetic, Math.ceil(plan.rows / work.parts));
  if (order === undefined) throw new Error('there are rows');
  const result = await writeOrder(engine, memory.slabs, order);
  for (const snapshot of snapshots) snapshot.release();
  return await Promise.all(result.written.map((draft) => put(magnetic, draft)));
}

async function put(magnetic: MagneticStore, written: WrittenDraft): Promise<TileObject> {
  const { draft, ...contents } = written;
  const stored = await magnetic.put(TABLE, draft);
  return { ...contents, ...stored, bytes: statSync(magnetic.path(stored.key)).size };
}

async function newWorld(): Promise<World> {
  const log = await new InMemoryLogs().open('bench', { writer: 'bench' });
  const magnetic = await MagneticStore.open({
    objects: new InMemoryObjects(nodeDisk),
    folder,
    disk: nodeDisk,
    random: systemRandom,
    metrics: magneticMetrics(createRegistry(), () => ({ objects: 0, bytes: 0 })),
    logger: { warn: () => {} },
  });
  const engine = await openEngine({
    memoryLimitBytes: GIBIBYTE,
    threads: 1,
    tempDirectory: join(folder, 'spill'),
    allowedDirectories: magnetic.engineFolders,
  });
  return { memory: createMemoryStore({ log, memoryLimitBytes: 8 * GIBIBYTE }), magnetic, engine };
}

/** A generation with the rows of the spans, in the order of time within each. */
async function written({ memory }: World, spans: readonly Span[]): Promise<GenerationId> {
  generations += 1;
  const generation = generations as GenerationId;
  memory.openGeneration(generation, TABLE);
  const series = Array.from({ length: HOSTS }, (_, host) => seriesOf(memory, generation, host));
  const batch = new WriteBatch();
  for (const span of spans) {
    for (let interval = span.from; interval < span.until; interval += span.every ?? 1) {
      for (let host = 0; host < HOSTS; host += ROWS_PER_BATCH) {
        fill(batch, { series, host, interval, span });
        await memory.write(generation, batch, () => 'double');
      }
    }
  }
  return generation;
}

/** Hosts come in an order that is not that of their names. */
function seriesOf(memory: MemoryStore, generation: GenerationId, host: number): number {
  return memory.resolveSeries(generation, {
    dimensions: DIMENSIONS.map((name, id) => ({
      id,
      name,
      value: id === 0 ? `host_${(host * 7919) % HOSTS}` : `${name}-${(host * (id + 3)) % 17}`,
    })),
    measureName: 'cpu',
    partitionKey: 'cpu',
  });
}

function fill(
  batch: WriteBatch,
  at: {
    readonly series: readonly number[];
    readonly host: number;
    readonly interval: number;
    readonly span: Span;
  },
): void {
  const { series, interval, span } = at;
  const time = T0 + BigInt(interval) * INTERVAL + (span.shift ?? 0n);
  batch.clear();
  for (let host = at.host; host < Math.min(HOSTS, at.host + ROWS_PER_BATCH); host++) {
    const row = batch.addRow(series[host] ?? 0, host);
    batch.time.i64[row] = time;
    batch.version.i64[row] = BigInt(span.version ?? 1);
    for (let value = 0; value < VALUES; value++) {
      batch.addDouble(COLUMN_FIRST + value, walks.next(host * VALUES + value));
    }
  }
}
