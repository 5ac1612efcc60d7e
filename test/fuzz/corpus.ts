/**
 * What the fuzzer starts from: every statement of the golden suite with the tables they name, and
 * statements of the shapes that dashboards send, over a table of the fuzzer's own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Load, parseGoldenFile } from '../sql/golden-file.ts';

const GOLDEN = join(import.meta.dirname, '..', 'sql');

const OWN = `
load fuzz.cpu
region=eu, host=a | now-1m | cpu = 35.2
region=eu, host=a | now-2m | cpu = 1.5
region=eu, host=b | now-2m | cpu = 99.9
region=us, host=c | now-3h | load = 3
region=us, host=c | now-4h | up = true
region=ap, host=naïve ☃ 𝕊 | now-1d | note = 'a, b'

load fuzz.status
device=d1 | now-1m | metrics: level = 3, temperature = 20.5, ok = true, note = 'fine'
device=d1 | now-2m | metrics: level = 4, temperature = 21.5, ok = false
device=d2 | now-2m | metrics: level = 5, seen = 2024-05-01 10:00:00
`;

const OWN_STATEMENTS = [
  'SELECT * FROM fuzz.cpu WHERE time > ago(1h) ORDER BY time DESC LIMIT 10',
  `SELECT region, host, BIN(time, 30s) AS bucket, ROUND(AVG(measure_value::double), 2) AS v
   FROM "fuzz"."cpu" WHERE measure_name = 'cpu' AND time BETWEEN ago(2h) AND now()
   GROUP BY region, host, BIN(time, 30s) HAVING count(*) > 0 ORDER BY bucket, 2 LIMIT 5`,
  `WITH s AS (SELECT host, CREATE_TIME_SERIES(time, measure_value::double) AS ts FROM fuzz.cpu
   WHERE measure_name = 'cpu' GROUP BY host)
   SELECT host, INTERPOLATE_LINEAR(ts, SEQUENCE(ago(5m), now(), 10s)) FROM s`,
  `SELECT s.device, t.time, t.value FROM (SELECT device, CREATE_TIME_SERIES(time, temperature) AS ts
   FROM fuzz.status GROUP BY device) s CROSS JOIN UNNEST(ts) AS t (time, value)`,
  `SELECT a.host, b.device, level FROM fuzz.cpu a LEFT JOIN fuzz.status b ON a.time = b.time
   AND b.ok WHERE a.region IN ('eu', 'us') OR b.note LIKE '%f_n%' ESCAPE '\\'`,
  `SELECT host, measure_value::double, RANK() OVER (PARTITION BY host ORDER BY time DESC) AS r,
   LAG(measure_value::double, 1, 0e0) OVER (ORDER BY time ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
   FROM fuzz.cpu`,
  `SELECT device, MAX_BY(level, time), ARRAY_AGG(note) FILTER (WHERE note IS NOT NULL),
   APPROX_PERCENTILE(temperature, ARRAY[0.5, 0.9]) FROM fuzz.status GROUP BY GROUPING SETS ((device), ())`,
  'SELECT region FROM fuzz.cpu UNION ALL SELECT device FROM fuzz.status EXCEPT SELECT host FROM fuzz.cpu',
  `SELECT CASE WHEN level > 3 THEN 'high' ELSE coalesce(note, 'none') END, CAST(level AS double),
   TRY_CAST(note AS bigint), level IN (SELECT level FROM fuzz.status WHERE ok), EXISTS (SELECT 1)
   FROM fuzz.status`,
  `SELECT reduce(filter(ts, x -> x.value > 1), CAST(ROW(0.0, 0) AS ROW(s DOUBLE, n INTEGER)),
   (s, x) -> CAST(ROW(s.s + x.value, s.n + 1) AS ROW(s DOUBLE, n INTEGER)), s -> s.s / s.n)
   FROM (SELECT create_time_series(time, temperature) AS ts FROM fuzz.status)`,
  "SELECT 17 < ALL (VALUES 19, 20, 15), (1, 'a') = (1, 'b'), NOT 1 BETWEEN 0 AND 2",
  "SHOW MEASURES FROM fuzz.cpu LIKE 'c%'",
  'SHOW TABLES FROM fuzz',
  'DESCRIBE fuzz.status',
  'SHOW DATABASES',
  "EXPLAIN SELECT * FROM fuzz.cpu WHERE host = 'a' AND time > now() - 3d",
  'EXPLAIN ANALYZE SELECT host, count(*) FROM fuzz.cpu GROUP BY host',
  `UNLOAD (SELECT * FROM fuzz.cpu) TO 's3://bucket/prefix' WITH (format = 'CSV')`,
];

export interface Corpus {
  readonly loads: readonly Load[];
  readonly statements: readonly string[];
}

export function readCorpus(): Corpus {
  const names = readdirSync(GOLDEN).filter((name) => name.endsWith('.golden'));
  const files = names
    .toSorted()
    .map((name) => parseGoldenFile(readFileSync(join(GOLDEN, name), 'utf8')));
  return {
    loads: [...files.flatMap(({ loads }) => loads), ...parseGoldenFile(OWN).loads],
    statements: [
      ...files.flatMap(({ checks }) => checks.map(({ sql }) => sql)),
      // Own statements are few and rich: without weight they would hardly be picked.
      ...Array.from({ length: 20 }, () => OWN_STATEMENTS).flat(),
    ],
  };
}
