/**
 * The front end alone: a statement of 600 characters parsed and analysed, as every query is before
 * anything of it runs. Target: less than a millisecond, warm.
 */
import { analyse, type SchemaLookup, type SqlType } from '../src/query/analyse/api.ts';
import { parseStatement } from '../src/query/parse/api.ts';
import { describeMachine, quantile } from './machine.ts';

const TARGET_MS = 1;
const WARM_UP_RUNS = 300;
const RUNS = 1000;
const NOW_NANOS = 1_704_067_200_000_000_000n;

const STATEMENT = `WITH binned AS (
  SELECT hostname, BIN(time, 30s) AS t, ROUND(AVG(cpu), 2) AS cpu,
    APPROX_PERCENTILE(cpu, 0.9) AS p90
  FROM bench.cpu
  WHERE measure_name = 'metrics' AND hostname IN ('host-1', 'host-2') AND time > ago(2h)
  GROUP BY hostname, BIN(time, 30s)),
filled AS (
  SELECT hostname,
    INTERPOLATE_LINEAR(CREATE_TIME_SERIES(t, cpu), SEQUENCE(min(t), max(t), 15s)) AS s
  FROM binned WHERE p90 > 1.5 GROUP BY hostname)
SELECT hostname, time, ROUND(value, 2) AS cpu, value > 75 AND time < now() AS is_high
FROM filled CROSS JOIN UNNEST(s) AS points (time, value)
ORDER BY hostname, time LIMIT 1000`;

const varchar: SqlType = { kind: 'varchar' };
const SCHEMA: SchemaLookup = {
  database: () => ({}),
  table: (database, table) => ({
    ref: { database, table },
    columns: [
      { name: 'hostname', kind: 'dimension', type: varchar },
      { name: 'measure_name', kind: 'measure_name', type: varchar },
      { name: 'time', kind: 'time', type: { kind: 'timestamp' } },
      { name: 'cpu', kind: 'multi', type: { kind: 'double' } },
    ],
  }),
};

function timesMs(runs: number, work: () => unknown): number[] {
  return Array.from({ length: runs }, () => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
}

console.log(`machine   ${describeMachine()}`);
const parse = () => parseStatement(STATEMENT);
const both = () => analyse(parse(), SCHEMA, { nowNanos: NOW_NANOS });
timesMs(WARM_UP_RUNS, both);
const parsedMs = timesMs(RUNS, parse);
const bothMs = timesMs(RUNS, both);
for (const [name, times] of [
  ['parse', parsedMs],
  ['parse and analyse', bothMs],
] as const) {
  const [middle, high] = [quantile(times, 0.5), quantile(times, 0.99)];
  console.log(
    `front     ${name}, ${STATEMENT.length} characters: ` +
      `median ${middle.toFixed(3)} ms, p99 ${high.toFixed(3)} ms`,
  );
}
const isWithin = quantile(bothMs, 0.5) < TARGET_MS;
console.log(`front     target ${TARGET_MS} ms, warm: ${isWithin ? 'met' : 'MISSED'}`);
