/**
 * Everything of a server between its wire and its disk, in this process and with real parts:
 * catalog, ingest, memory store, magnetic store, tile keeper, and DuckDB for queries and seals.
 * What outlives a world is its Ground: logs, objects in a temporary folder, the clock, the engines.
 */
import type { Catalog } from '../../src/catalog/api.ts';
import { catalogModel, createCatalog } from '../../src/catalog/api.ts';
import { type Engine, openEngine } from '../../src/engine/api.ts';
import { ManualClock } from '../../src/host/clock.ts';
import type { Disk } from '../../src/host/disk.ts';
import { createRegistry } from '../../src/host/metrics.ts';
import { nodeDisk } from '../../src/host/node-disk.ts';
import { type Random, seededRandom, systemRandom } from '../../src/host/random.ts';
import { newTemporaryFolder, removeFolder } from '../../src/host/scratch-folder.ts';
import { Ingest } from '../../src/ingest/api.ts';
import {
  MagneticStore,
  magneticMetrics,
  objectReports,
  RejectedReports,
} from '../../src/magnetic/api.ts';
import {
  createMemoryStore,
  followCatalog,
  type MemoryStore,
  openGenerations,
} from '../../src/memory/api.ts';
import { registerKernels } from '../../src/query/execute/register-kernels.ts';
import { ResidentObjects } from '../../src/query/execute/resident-objects.ts';
import type { Log } from '../../src/substrate/log/api.ts';
import { guardOwnLog, openMetadata } from '../../src/substrate/metadata/api.ts';
import { DirectoryObjects } from '../../src/substrate/objects/api.ts';
import { type CrashPoint, TileKeeper, type TileSettings } from '../../src/tasks/api.ts';
import { TileWork } from '../../src/tasks/tile-work.ts';
import { START_MS } from '../support/new-catalog.ts';
import { InPlaceSealer } from './in-place-sealer.ts';
import { MortalObjects } from './mortal-objects.ts';
import { SimLogs } from './sim-logs.ts';

const MB = 1024 * 1024;
/** Of decoded objects: some of them fit. */
export const RESIDENT_BYTES_MAX = 200_000;

/** Objects of a simulation need not survive the machine. */
const unsyncedDisk: Disk = {
  ...nodeDisk,
  syncFolder: async () => {},
  async open(path, mode) {
    const file = await nodeDisk.open(path, mode);
    return {
      path: file.path,
      write: (buffers, position) => file.write(buffers, position),
      read: (into, position) => file.read(into, position),
      datasync: async () => {},
      truncate: (bytes) => file.truncate(bytes),
      size: () => file.size(),
      close: () => file.close(),
    };
  },
};

export interface Ground {
  readonly logs: SimLogs;
  readonly folder: string;
  readonly clock: ManualClock;
  readonly random: Random;
  readonly settings: TileSettings;
  readonly queryEngine: Engine;
  readonly residents: ResidentObjects;
  readonly sealEngine: Engine;
  leave(): Promise<void>;
}

export async function newGround(random: Random, settings: TileSettings): Promise<Ground> {
  const folder = await newTemporaryFolder();
  for (const name of ['objects', 'magnetic']) await nodeDisk.makeFolder(`${folder}/${name}`);
  const engineOptions = {
    memoryLimitBytes: 256 * MB,
    threads: 1,
    tempDirectory: `${folder}/spill`,
    allowedDirectories: [`${folder}/objects`, `${folder}/magnetic`],
  };
  const queryEngine = await openEngine(engineOptions);
  registerKernels(queryEngine);
  const sealEngine = await openEngine(engineOptions);
  return {
    // Its own, as it is asked in no certain order.
    logs: new SimLogs(seededRandom(random.integer(2 ** 32))),
    folder,
    clock: new ManualClock(START_MS),
    random,
    settings,
    queryEngine,
    residents: new ResidentObjects(queryEngine, RESIDENT_BYTES_MAX),
    sealEngine,
    async leave() {
      await queryEngine.close();
      await sealEngine.close();
      await removeFolder(folder);
    },
  };
}

export interface World {
  readonly catalog: Catalog;
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly objects: MortalObjects;
  readonly ingest: Ingest;
  readonly keeper: TileKeeper;
  readonly work: TileWork;
  /** The keeper's timer is due. */
  beat(): void;
  /** Of rows. */
  readonly log: Log;
  /** Errors that were only logged. */
  readonly faults: unknown[];
  /** The world dies when the background work gets there. */
  dieAt(point: CrashPoint | undefined): void;
  readonly isDead: boolean;
  stop(): Promise<void>;
  /** Nothing of the world does anything any more when it resolves. */
  kill(): Promise<void>;
}

export async function openWorld(ground: Ground): Promise<World> {
  const { clock, settings, folder } = ground;
  const faults: unknown[] = [];
  const logger = {
    warn: (...what: unknown[]) => void faults.push(what),
    error: (...what: unknown[]) => void faults.push(what),
    info: () => {},
  };
  const logs = ground.logs.owner();
  const disk = { folder: `${folder}/objects`, disk: unsyncedDisk, random: systemRandom };
  const objects = new MortalObjects(await DirectoryObjects.open(disk));
  const metadata = await openMetadata({
    log: guardOwnLog(await logs.open('metadata')),
    objects,
    model: catalogModel,
    prefix: 'metadata',
    snapshotRecords: 60,
    onSnapshotFailed: (error) => faults.push(error),
  });
  const log = await logs.open('shard-0');
  const catalog = createCatalog({ metadata, clock, accountId: '000000000000' });
  const metrics = magneticMetrics(createRegistry(), () => ({ objects: 0, bytes: 0 }));
  const magnetic = await MagneticStore.open({
    objects,
    folder: `${folder}/magnetic`,
    disk: unsyncedDisk,
    random: systemRandom,
    metrics,
    logger,
  });
  await magnetic.collectGarbage(objectKeys(catalog));
  catalog.onChange((change) => {
    if (change.kind === 'table-updated' || change.kind === 'schema-extended') return;
    magnetic.retire(change.tiles.retired);
  });
  const memory = createMemoryStore({ log, memoryLimitBytes: 256 * MB });
  openGenerations(memory, catalog);
  await memory.recover();
  followCatalog(memory, catalog);
  const ingest = new Ingest({ catalog, memory, clock });
  const sealer = new InPlaceSealer(ground.sealEngine, memory.slabs);
  let deadline: CrashPoint | undefined;
  let isDead = false;
  const die = (): void => {
    isDead = true;
    logs.kill();
    dying = Promise.all([objects.kill(), sealer.atRest()]);
  };
  let dying: Promise<unknown> = Promise.resolve();
  const parts = {
    catalog,
    ingest,
    memory,
    magnetic,
    sealer,
    reports: new RejectedReports({
      sink: objectReports(objects),
      clock,
      random: systemRandom,
      metrics,
      logger,
    }),
    settings,
    reached: (point: CrashPoint) => {
      if (point === deadline && !isDead) die();
    },
  };
  const beats: (() => void)[] = [];
  const timers = {
    after: () => () => {},
    every: (_: number, callback: () => void) => {
      beats.push(callback);
      return () => {};
    },
    sleep: async () => {},
  };
  const keeper = new TileKeeper({ ...parts, clock, timers, logger });
  keeper.start();
  return {
    catalog,
    memory,
    magnetic,
    objects,
    ingest,
    keeper,
    beat: () => {
      for (const callback of beats) callback();
    },
    work: new TileWork({ ...parts, metrics: undefined }),
    log,
    faults,
    dieAt(point) {
      deadline = point;
    },
    get isDead() {
      return isDead;
    },
    async stop() {
      await keeper.stop();
      await magnetic.settled();
      await log.close();
      await metadata.close();
      logs.kill();
    },
    async kill() {
      if (!isDead) die();
      await dying;
    },
  };
}

/** Of all objects that tiles have. */
export function objectKeys({ state }: Catalog): ReadonlySet<string> {
  const keys = [...state.tables.keys()].flatMap((table) =>
    state.tiles.within(table).flatMap(({ objects }) => objects.map(({ key }) => key)),
  );
  return new Set(keys);
}
