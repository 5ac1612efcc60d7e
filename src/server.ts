/**
 * The composition root: makes every part of a server and connects them, in the order in which they
 * depend on each other, and takes them down in the reverse order.
 *
 *   data folder locked → credentials → port open (503 but for /health) → metadata → catalog
 *   → log → memory store recovered ─┐
 *   → query workers started        ─┴→ ready
 *
 * Nothing is decided here: what a part does, it does itself. What a lower part has to tell a higher
 * one (a table deleted, a log that failed) is wired here.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { SEAL_MEMORY_BYTES_MIN } from './base/limits.ts';
import { type Catalog, type CatalogState, catalogModel, createCatalog } from './catalog/api.ts';
import { METADATA_LOG, SHARD_LOG } from './data-folder.ts';
import { type Clock, ManualClock, systemClock } from './host/clock.ts';
import type { Config } from './host/config/config.ts';
import {
  type AccessKey,
  type Credentials,
  openCredentials,
  temporaryCredentials,
} from './host/credentials.ts';
import type { Logger } from './host/logger.ts';
import { createRegistry, type Registry } from './host/metrics.ts';
import { nodeDisk } from './host/node-disk.ts';
import { systemMemory } from './host/process-memory.ts';
import { systemRandom } from './host/random.ts';
import { systemTimers } from './host/timers.ts';
import { VERSION } from './host/version.ts';
import { Ingest } from './ingest/api.ts';
import {
  type MagneticMetrics,
  MagneticStore,
  magneticMetrics,
  objectReports,
  RejectedReports,
  ReportQueue,
} from './magnetic/api.ts';
import {
  createMemoryStore,
  followCatalog,
  type MemoryStore,
  openGenerations,
  type RecoverySummary,
} from './memory/api.ts';
import { clockRoutes, consoleRoutes, operateRoutes, Readiness } from './operate/api.ts';
import { Access, doorMetrics, WriteDoors } from './protocols/api.ts';
import { createQueryService, EngineRoom, queryMetrics, roomMetrics } from './query/execute/api.ts';
import { allOperations } from './server-operations.ts';
import { folderStorage, memoryStorage, type Storage } from './server-storage.ts';
import { explainStart } from './start-failure.ts';
import { type LogObserver, logMetrics } from './substrate/log/api.ts';
import { guardOwnLog, openMetadata } from './substrate/metadata/api.ts';
import { ThreadSealer, TileKeeper, tileSettings } from './tasks/api.ts';
import type { TileObject } from './tiles/api.ts';
import { ApiServer, SignatureVerifier, wireMetrics } from './wire/api.ts';

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  /** Undefined when any credentials are taken. */
  readonly accessKey: AccessKey | undefined;
  readonly recovered: RecoverySummary;
  /** Answers what has begun, then ends everything in order. */
  stop(): Promise<void>;
}

/** The longest a request may take to be answered once the server has been told to stop. */
const DRAIN_MS_MAX = 10_000;

interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly readiness: Readiness;
  readonly clock: Clock;
}

/** Resolves when the server can serve. Throws StartFailure. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const parts: Parts = {
    config,
    logger,
    registry: createRegistry(),
    readiness: new Readiness(),
    clock: config.clock === 'manual' ? new ManualClock(systemClock.nowMs()) : systemClock,
  };
  const dataDir = resolve(config.dataDir);
  try {
    const storage = await openStorage(parts, dataDir);
    const credentials = config.inMemory ? temporaryCredentials() : openCredentials(dataDir);
    return await startOn({ parts, storage, credentials, dataDir });
  } catch (error) {
    throw explainStart(error, { ...config, dataDir });
  }
}

async function startOn(options: {
  readonly parts: Parts;
  readonly storage: Storage;
  readonly credentials: Credentials;
  readonly dataDir: string;
}): Promise<RunningServer> {
  const { parts, storage, credentials, dataDir } = options;
  const { config, logger, readiness, clock, registry } = parts;
  let settle = async (): Promise<void> => {};
  const doors = newWriteDoors(parts, credentials);
  const door = openDoor(parts, { credentials, doors, settled: () => settle() });
  const port = await door.listen(config.port, config.host);
  const stores = await openStores(parts, storage);
  const { catalog, memory, magnetic } = stores;
  const room = startRoom(parts, stores, storage.spillFolder);
  const recovered = await recover(parts, catalog, memory);
  await room.started();

  const writing = startWriting(parts, storage, stores);
  const { ingest } = writing;
  settle = () => writing.settle();
  const metrics = queryMetrics(registry);
  const timers = systemTimers;
  const queries = createQueryService({
    catalog,
    memory,
    magnetic,
    residentBytesMax: residentBytesMax(config),
    room,
    clock,
    timers,
    logger,
    metrics,
  });
  door.open(allOperations({ catalog, ingest, queries, publicUrl: config.publicUrl }));
  doors.open({ catalog, ingest, clock, region: config.region });
  readiness.ready();
  logger.info({ port, rows: recovered.rows }, 'ready');

  const [accessKey] = credentials.keys;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    dataDir,
    accessKey: config.auth === 'none' ? undefined : accessKey,
    recovered,
    async stop() {
      readiness.draining();
      await door.drain(AbortSignal.timeout(DRAIN_MS_MAX));
      queries.stop();
      await writing.stop();
      await room.stop();
      await stores.close();
      await storage.release();
      logger.info({}, 'stopped');
    },
  };
}

interface Writing {
  readonly ingest: Ingest;
  /** Does all that is due now. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** What takes rows in, and what moves them on from there. */
function startWriting(parts: Parts, storage: Storage, stores: Stores): Writing {
  const { clock, registry } = parts;
  const { catalog, memory } = stores;
  const reports = newReports(parts, storage, stores);
  const losses = new ReportQueue(reports, systemTimers);
  const ingest = new Ingest({ catalog, memory, clock, registry, losses });
  const keeper = newKeeper(parts, storage, { ...stores, ingest, reports });
  keeper.start();
  return {
    ingest,
    async settle() {
      await keeper.settle();
      await losses.flush();
    },
    async stop() {
      await keeper.stop();
      await losses.flush();
    },
  };
}

interface Stores {
  readonly catalog: Catalog;
  readonly memory: MemoryStore;
  readonly magnetic: MagneticStore;
  readonly magneticMetrics: MagneticMetrics;
  close(): Promise<void>;
}

/** The catalog, folded; the memory store, still empty. */
async function openStores(parts: Parts, storage: Storage): Promise<Stores> {
  const { config, logger, clock, registry } = parts;
  const writer = `tessera-${process.pid}`;
  const metadata = await openMetadata({
    log: guardOwnLog(await storage.logs.open(METADATA_LOG, { writer })),
    objects: storage.objects,
    model: catalogModel,
    prefix: METADATA_LOG,
    onSnapshotFailed: (err) => logger.error({ err }, 'metadata snapshot failed'),
  });
  const log = await storage.logs.open(SHARD_LOG, { writer });
  const catalog = createCatalog({ metadata, clock, accountId: config.accountId });
  const metrics = newMagneticMetrics(registry, catalog);
  const magnetic = await openMagneticStore(parts, storage, { catalog, metrics });
  return {
    catalog,
    memory: createMemoryStore({ log, memoryLimitBytes: config.memoryStoreBytesMax, registry }),
    magnetic,
    magneticMetrics: metrics,
    async close() {
      await magnetic.settled();
      await log.close();
      await metadata.close();
    },
  };
}

function newMagneticMetrics(registry: Registry, catalog: Catalog): MagneticMetrics {
  return magneticMetrics(registry, () => {
    const objects = liveObjects(catalog.state);
    return {
      objects: objects.length,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}

async function openMagneticStore(
  { logger }: Parts,
  storage: Storage,
  around: { readonly catalog: Catalog; readonly metrics: MagneticMetrics },
): Promise<MagneticStore> {
  const { catalog, metrics } = around;
  const magnetic = await MagneticStore.open({
    objects: storage.objects,
    folder: storage.magneticFolder,
    disk: nodeDisk,
    random: systemRandom,
    metrics,
    logger,
  });
  const live = new Set(liveObjects(catalog.state).map(({ key }) => key));
  const orphans = await magnetic.collectGarbage(live);
  if (orphans > 0) logger.info({ orphans }, 'deleted objects that a stopped process had left');
  catalog.onChange((change) => {
    if (change.kind === 'table-updated' || change.kind === 'schema-extended') return;
    magnetic.retire(change.tiles.retired);
  });
  return magnetic;
}

function liveObjects({ tables, tiles }: CatalogState): readonly TileObject[] {
  return [...tables.keys()].flatMap((table) =>
    tiles.within(table).flatMap(({ objects }) => objects),
  );
}

function newReports(
  { clock, logger }: Parts,
  { objects }: Storage,
  { magneticMetrics: metrics }: Stores,
): RejectedReports {
  const sink = objectReports(objects);
  return new RejectedReports({ sink, clock, random: systemRandom, metrics, logger });
}

function newKeeper(
  parts: Parts,
  storage: Storage,
  stores: Stores & { readonly ingest: Ingest; readonly reports: RejectedReports },
): TileKeeper {
  const { config, clock, logger, registry } = parts;
  const { memory, magnetic } = stores;
  return new TileKeeper({
    ...stores,
    sealer: new ThreadSealer({
      settings: {
        memoryBytesMax: Math.max(SEAL_MEMORY_BYTES_MIN, Math.floor(config.queryMemoryBytesMax / 4)),
        allowedDirectories: magnetic.engineFolders,
        tempDir: `${storage.spillFolder}/seal`,
      },
      memory,
    }),
    settings: tileSettings(config.tileRows),
    reached: (point) => {
      if (point === config.crashAt) process.kill(process.pid, 'SIGKILL');
    },
    clock,
    timers: systemTimers,
    logger,
    registry,
  });
}

async function openStorage(parts: Parts, dataDir: string): Promise<Storage> {
  const { logger, registry, config } = parts;
  const fatal = (err: Error, what: string): void => {
    // Nothing that is acknowledged from here on could be kept; a restart recovers what was.
    logger.fatal({ err }, what);
    process.exit(1);
  };
  const observer: LogObserver = {
    ...logMetrics(registry),
    failed: (log, cause) => fatal(cause, `the log ${log} failed; stopping`),
    recovered: (recovery) => {
      if (recovery.tornTail) {
        logger.warn(recovery, 'an interrupted write at the end of the log was cut off');
      }
    },
  };
  if (config.inMemory) return await memoryStorage(observer);
  return await folderStorage({
    dataDir,
    observer,
    onLockLost: (cause) => fatal(cause, 'the lock of the data folder is lost; stopping'),
  });
}

function newWriteDoors({ config, registry }: Parts, { keys }: Credentials): WriteDoors {
  return new WriteDoors({
    access: new Access(config.auth === 'none' ? undefined : keys),
    metrics: doorMetrics(registry),
  });
}

function openDoor(
  parts: Parts,
  around: {
    readonly credentials: Credentials;
    readonly doors: WriteDoors;
    readonly settled: () => Promise<void>;
  },
): ApiServer {
  const { config, logger, readiness, registry } = parts;
  const { credentials, doors, settled } = around;
  const secrets = new Map(credentials.keys.map((key) => [key.accessKeyId, key.secretAccessKey]));
  const operate = operateRoutes({ readiness, registry, clock: systemClock, version: VERSION });
  const clock = parts.clock instanceof ManualClock ? clockRoutes(parts.clock, settled) : [];
  return new ApiServer({
    routes: [...operate, ...consoleRoutes, ...doors.routes, ...clock],
    verifier: config.auth === 'none' ? undefined : new SignatureVerifier((id) => secrets.get(id)),
    defaultRegion: config.region,
    logger,
    metrics: wireMetrics(registry),
  });
}

function startRoom(parts: Parts, { memory, magnetic }: Stores, spillFolder: string): EngineRoom {
  const { config, logger, registry } = parts;
  const workers = config.queryWorkers;
  return new EngineRoom({
    workers,
    settings: {
      memoryBytesMax: Math.floor(config.queryMemoryBytesMax / workers),
      residentBytesMax: residentBytesMax(config),
      threads: Math.max(1, Math.floor(availableParallelism() / workers)),
      spillFolder,
      allowedDirectories: magnetic.engineFolders,
    },
    memory,
    logger,
    timers: systemTimers,
    processMemory: systemMemory,
    metrics: roomMetrics(registry),
  });
}

/** Of one worker. */
function residentBytesMax(config: Config): number {
  return Math.floor(config.objectCacheBytesMax / config.queryWorkers);
}

async function recover(
  { readiness }: Parts,
  catalog: Catalog,
  memory: MemoryStore,
): Promise<RecoverySummary> {
  openGenerations(memory, catalog);
  const summary = await memory.recover({
    onProgress: ({ bytes, rows }) =>
      readiness.starting({ step: `replaying the log: ${bytes} bytes, ${rows} rows` }),
  });
  followCatalog(memory, catalog);
  return summary;
}
