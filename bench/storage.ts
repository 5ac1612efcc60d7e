/**
 * `npm run bench -- storage [--hosts N] [--hours N]`: bytes of a value in the magnetic store.
 *
 * A fleet writes to the real server, whose clock is then moved until all is sealed and merged. The
 * same rows are then written by DuckDB as it does by default, to Parquet and to a file of its own.
 * A value is a measure; its share of the keys, times and versions of its row is in its bytes.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openEngine, readRows } from '../src/engine/api.ts';
import { numberFlag } from './flags.ts';
import { FLEET_MEASURES, Fleet, type ValueKind } from './fleet.ts';
import { describeMachine } from './machine.ts';
import { BenchServer, objectBytes } from './server.ts';
import { createTable, writeAll } from './write-all.ts';

const HOSTS = numberFlag('hosts', 100);
const HOURS = numberFlag('hours', 2);
const INTERVAL_MS = 10_000;
const HOUR_MS = 3_600_000;
const MEMORY_HOURS = 12;
const TARGETS: Readonly<Record<ValueKind, number>> = { integers: 0.8, random: 7 };

/** Files that DuckDB writes of the rows `relation`, by what they are. */
const PEERS = [
  [
    'Parquet by default, in order of arrival',
    (relation: string, path: string) => [
      `COPY (${relation} ORDER BY time) TO '${path}' (FORMAT parquet)`,
    ],
  ],
  [
    'Parquet by default, a series after the other',
    (relation: string, path: string) => [`COPY (${relation}) TO '${path}' (FORMAT parquet)`],
  ],
  [
    'DuckDB file, a series after the other',
    (relation: string, path: string) => [
      `ATTACH '${path}' AS peer`,
      `CREATE TABLE peer.cpu AS ${relation}`,
      'CHECKPOINT peer',
      'DETACH peer',
    ],
  ],
] as const;

console.log(`machine   ${describeMachine()}`);
for (const values of ['integers', 'random'] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  try {
    await measureSize(folder, values);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSize(folder: string, values: ValueKind): Promise<void> {
  const dataDir = join(folder, 'data');
  const server = await BenchServer.start(dataDir, ['--clock', 'manual']);
  await server.call('CreateDatabase', { DatabaseName: 'bench' });
  await createTable(server, 'cpu', { memoryHours: MEMORY_HOURS, magneticDays: 365 });
  const fleet = new Fleet({
    ...{ target: server.target, table: 'cpu', hosts: HOSTS },
    ...{ intervalMs: INTERVAL_MS, values },
  });
  const untilMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await writeAll(server, fleet.requests(untilMs - HOURS * HOUR_MS, untilMs));
  await server.advance(`${MEMORY_HOURS + 1}h`);
  const rows = await server.metric('tessera_memory_rows_written_total');
  const left = await server.metric('tessera_memory_rows');
  await server.stop('SIGTERM');
  if (left > 0) throw new Error(`${left} rows are not sealed`);
  const bytes = objectBytes(dataDir) / (rows * FLEET_MEASURES);
  const verdict = bytes < TARGETS[values] ? 'met' : 'MISSED';
  console.log(
    `size      ${values}, ${rows} rows of ${HOSTS} hosts: ${bytes.toFixed(3)} bytes a value ` +
      `(target ${TARGETS[values]}: ${verdict})`,
  );
  await measurePeers(folder, values, rows);
}

async function measurePeers(folder: string, values: ValueKind, rows: number): Promise<void> {
  const objects = join(folder, 'data', 'objects', 'tiles');
  const paths = readdirSync(objects, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `'${join(entry.parentPath, entry.name)}'`);
  const engine = await openEngine({
    memoryLimitBytes: 2 ** 30,
    threads: 1,
    tempDirectory: join(folder, 'spill'),
    allowedDirectories: [folder],
  });
  const relation = `SELECT * FROM read_parquet([${paths.join(', ')}])`;
  for (const [at, [name, statements]] of PEERS.entries()) {
    const path = join(folder, `peer-${at}`);
    await runAll(engine, statements(relation, path));
    const bytes = statSync(path).size / (rows * FLEET_MEASURES);
    console.log(`peer      ${values}, ${name}: ${bytes.toFixed(3)} bytes a value`);
  }
  await engine.close();
}

async function runAll(engine: Engine, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await readRows(engine, statement);
}
