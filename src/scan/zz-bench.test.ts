import { expect, test } from 'vitest';
import { openEngine } from '../engine/api.ts';
import { newIngest } from '../../test/support/new-ingest.ts';
import { START_MS } from '../../test/support/new-catalog.ts';
import { WriteBatch } from '../memory/api.ts';
import { prepareStatement } from '../query/execute/prepare-statement.ts';
import { registerKernels } from '../query/execute/register-kernels.ts';
import { ThreadRun } from '../query/execute/thread-run.ts';
import { TileDictionaries } from '../query/execute/tile-dictionaries.ts';

const HOSTS = 1000;
const STEPS = 2160;
const F = Array.from({ length: 10 }, (_, i) => `u${i}`);
const from = START_MS - STEPS * 10_000;
const at = (h: number) => `from_milliseconds(${from + Math.round(h * 3_600_000)})`;
const QUERIES: [string, string][] = [
  ['single-groupby-1-1-1', `SELECT bin(time,1m) t, max(u0) FROM iot.sensors WHERE hostname='host_7' AND time>=${at(2)} AND time<${at(3)} GROUP BY bin(time,1m) ORDER BY t`],
  ['single-groupby-1-1-6', `SELECT bin(time,1m) t, max(u0) FROM iot.sensors WHERE hostname='host_7' GROUP BY bin(time,1m) ORDER BY t`],
  ['single-groupby-5-8-1', `SELECT bin(time,1m) t, ${F.slice(0,5).map((f) => `max(${f})`).join()} FROM iot.sensors WHERE hostname IN (${[1,2,3,4,5,6,7,8].map((i)=>`'host_${i}'`).join()}) AND time>=${at(2)} AND time<${at(3)} GROUP BY bin(time,1m) ORDER BY t`],
  ['cpu-max-all-8', `SELECT bin(time,1h) t, ${F.map((f) => `max(${f})`).join()} FROM iot.sensors WHERE hostname IN (${[1,2,3,4,5,6,7,8].map((i)=>`'host_${i}'`).join()}) GROUP BY bin(time,1h) ORDER BY t`],
  ['double-groupby-1', `SELECT bin(time,1h) t, hostname, avg(u0) FROM iot.sensors GROUP BY bin(time,1h), hostname ORDER BY t, hostname`],
  ['double-groupby-5', `SELECT bin(time,1h) t, hostname, ${F.slice(0,5).map((f) => `avg(${f})`).join()} FROM iot.sensors GROUP BY bin(time,1h), hostname ORDER BY t, hostname`],
  ['double-groupby-all', `SELECT bin(time,1h) t, hostname, ${F.map((f) => `avg(${f})`).join()} FROM iot.sensors GROUP BY bin(time,1h), hostname ORDER BY t, hostname`],
  ['per region 1m avg+max', `SELECT region, bin(time,1m) t, avg(u0), max(u1) FROM iot.sensors GROUP BY region, bin(time,1m) ORDER BY 1, 2`],
  ['1m avg over all', `SELECT bin(time,1m) t, avg(u0), count(*) FROM iot.sensors GROUP BY bin(time,1m) ORDER BY t`],
  ['groupby-orderby-limit', `SELECT bin(time,1m) t, max(u0) FROM iot.sensors WHERE time<${at(5)} GROUP BY bin(time,1m) ORDER BY t DESC LIMIT 5`],
  ['high-cpu-all count', `SELECT hostname, count(*) FROM iot.sensors WHERE u0 > 90 GROUP BY hostname`],
  ['lastpoint', `SELECT hostname, max(time), max_by(u0, time) FROM iot.sensors GROUP BY hostname`],
  ['lastpoint all', `SELECT hostname, ${F.map((f) => `max_by(${f}, time)`).join()} FROM iot.sensors GROUP BY hostname`],
  ['count(*)', `SELECT count(*) FROM iot.sensors`],
  ['avg,min,max,stddev whole', `SELECT avg(u0), min(u0), max(u0), stddev(u0) FROM iot.sensors`],
  ['bigint sum by host', `SELECT hostname, sum(n), max(n) FROM iot.sensors GROUP BY hostname`],
  ['distinct hosts', `SELECT DISTINCT hostname FROM iot.sensors`],
  ['host x 1m (360k groups) top', `SELECT hostname, max(a) FROM (SELECT hostname, bin(time,1m) t, avg(u0) a FROM iot.sensors GROUP BY hostname, bin(time,1m)) GROUP BY hostname ORDER BY 2 DESC LIMIT 5`],
];
test('bench', { timeout: 600_000 }, async () => {
  const world = await newIngest();
  await world.update({ memoryHours: 24 } as never).catch(() => {});
  const { memory, catalog, clock } = world;
  const mv = [...F.map((Name) => ({ Name, Type: 'DOUBLE', Value: '1' })), { Name: 'n', Type: 'BIGINT', Value: '1' }];
  console.log(await world.post(JSON.stringify({ DatabaseName: 'iot', TableName: 'sensors', Records: [{ Dimensions: [{ Name: 'hostname', Value: 'none' }, { Name: 'region', Value: 'none' }], MeasureName: 'cpu', MeasureValueType: 'MULTI', MeasureValues: mv, Time: String(START_MS) }] })));
  const table = world.table();
  const tile = catalog.state.tiles.within(table.id)[0]!.id;
  const ids = new Map(table.schema.columns.flatMap((c) => ('columnId' in c ? [[c.name, c.columnId] as const] : [])));
  const dim = (n: string) => table.schema.dimensionId(n)!;
  const series = Array.from({ length: HOSTS }, (_, h) => memory.resolveSeries(tile, { measureName: 'cpu', partitionKey: 'cpu', dimensions: [{ id: dim('hostname'), name: 'hostname', value: `host_${h}` }, { id: dim('region'), name: 'region', value: `r${h % 10}` }] }));
  for (let step = 0; step < STEPS; step++) {
    const batch = new WriteBatch(HOSTS, HOSTS * 11);
    for (let h = 0; h < HOSTS; h++) {
      const row = batch.addRow(series[h]!, h);
      batch.time.i64[row] = BigInt(from + step * 10_000) * 1_000_000n;
      batch.version.i64[row] = 1n;
      for (let f = 0; f < 10; f++) batch.addDouble(ids.get(`u${f}`)!, ((h * 7 + step * 13 + f * 31) % 1000) / 10);
      batch.addBigint(ids.get('n')!, BigInt(h * step));
    }
    await memory.write(tile, batch, (id) => (id === ids.get('n') ? 'bigint' : 'double') as never);
  }
  const engine = await openEngine({ memoryLimitBytes: 1 << 30, threads: 2, tempDirectory: '/tmp/kb', allowedDirectories: [] });
  registerKernels(engine);
  const dictionaries = new TileDictionaries();
  const run = async (sql: string, kernels: boolean) => {
    const p = prepareStatement(sql, { catalog, memory, clock, kernels });
    if (p.kind !== 'room') throw new Error('x');
    expect(p.statement.scans.some((s) => s.kernel !== undefined)).toBe(kernels);
    const r = new ThreadRun({ engine, slabs: memory.slabs, dictionaries }, p.statement);
    let rows = 0;
    let bytes = '';
    for (;;) {
      const page = await r.page({ rowsMax: 1e6, bytesMax: 2 ** 26 });
      if (page.kind === 'failed') throw new Error(page.text);
      rows += page.page.rowCount;
      bytes = Buffer.from(page.page.rows).toString();
      if (page.page.last) break;
    }
    await r.close();
    p.release();
    return { rows, bytes };
  };
  console.log('rows', memory.usage().rows);
  for (const [name, sql] of QUERIES) {
    const line = [name.padEnd(30)];
    for (const kernels of [false, true]) {
      const n = 8;
      for (let i = 0; i < 3; i++) await run(sql, kernels);
      const wall: number[] = [];
      const cpu0 = process.cpuUsage();
      let rows = 0;
      for (let i = 0; i < n; i++) { const t = performance.now(); rows = (await run(sql, kernels)).rows; wall.push(performance.now() - t); }
      const c = process.cpuUsage(cpu0);
      line.push(`${kernels ? 'kernel' : 'sql'} ${wall.sort((a, b) => a - b)[n >> 1]!.toFixed(2)} ms cpu ${((c.user + c.system) / 1000 / n).toFixed(2)} rows ${rows}`.padEnd(44));
    }
    console.log(line.join(' | '));
  }
  await engine.close();
});
