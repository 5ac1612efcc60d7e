/**
 * Statements that are too deep, too long or too wide, in every place where one can be; and heavy
 * ones, which may run for ever, but end when they are cancelled and never hold up another query.
 */
import type { Random } from './random.ts';

type Shape = (count: number) => string;

const rep = (text: string, count: number): string => text.repeat(Math.max(count, 0));
const list = (count: number, of: (at: number) => string, separator = ', '): string =>
  Array.from({ length: Math.max(count, 1) }, (_, at) => of(at)).join(separator);

const DEEP: readonly Shape[] = [
  (n) => `SELECT ${rep('(', n)}1${rep(')', n)}`,
  (n) => `SELECT ${rep('(', n)}`,
  (n) => `SELECT ${rep('- ', n)}1`,
  (n) => `SELECT ${rep('NOT ', n)}true`,
  (n) => `SELECT ${rep('abs(', n)}1${rep(')', n)}`,
  (n) => `SELECT ${rep("concat('a', ", n)}'b'${rep(')', n)}`,
  (n) => `SELECT ${rep('split_part(', n)}'b'${rep(", ',', 1)", n)}`,
  (n) => `SELECT ${rep("date_trunc('hour', ", n)}now()${rep(')', n)}`,
  (n) => `SELECT ${rep('round(', n)}1.5${rep(', 2)', n)}`,
  (n) => `SELECT ${rep('CASE WHEN true THEN ', n)}1${rep(' END', n)}`,
  (n) => `SELECT ${rep('ARRAY[', n)}1${rep(']', n)}`,
  (n) => `SELECT ${rep('ROW(', n)}1${rep(')', n)}`,
  (n) => `SELECT ${rep('CAST(', n)}1${rep(' AS double)', n)}`,
  (n) => `SELECT CAST(NULL AS ${rep('array(', n)}integer${rep(')', n)})`,
  (n) => `SELECT CAST(NULL AS ${rep('row(a ', n)}integer${rep(')', n)})`,
  (n) => `${rep('SELECT * FROM (', n)}SELECT 1${rep(')', n)}`,
  (n) => `SELECT ${rep('(SELECT ', n)}1${rep(')', n)}`,
  (n) => `${rep('(', n)}SELECT 1${rep(')', n)}`,
  (n) => `SELECT * FROM ${rep('(', n)}fuzz.cpu${rep(')', n)}`,
  (n) => `SELECT transform(ARRAY[1], ${rep('x -> transform(ARRAY[1], ', n)}y -> 1${rep(')', n)})`,
  (n) => `SELECT 1 WHERE ${rep('EXISTS (SELECT 1 WHERE ', n)}true${rep(')', n)}`,
  (n) => `SELECT a${rep('.a', n)} FROM fuzz.cpu`,
  (n) => `SELECT ARRAY[1]${rep('[1]', n)}`,
  (n) => `SELECT CAST('1' AS row(a bigint))${rep('.a', n)}`,
  (n) => `SELECT now()${rep(" AT TIME ZONE 'UTC'", n)}`,
  (n) => rep('EXPLAIN ', n) + 'SELECT 1',
  (n) => `SELECT ${rep('nullif(', n)}rand()${rep(', 1e0)', n)}`,
  (n) => `SELECT ${rep('CASE ', n)}rand()${rep(' WHEN 1e0 THEN 2e0 WHEN 3e0 THEN 4e0 END', n)}`,
  (n) => `SELECT ${rep('CAST(', n)}rand()${rep(' <> rand() AS double)', n)}`,
  (n) => `SELECT ${rep('CAST(', n)}rand()${rep(' IN (1e0, rand()) AS double)', n)}`,
  (n) => `SELECT ${rep('ROW(', n)}1e0${rep(')', n)} < ${rep('ROW(', n)}1e0${rep(')', n)}`,
  (n) => `SELECT ${rep('ARRAY[', n)}1e0${rep(']', n)} = ${rep('ARRAY[', n)}1e0${rep(']', n)}`,
  (n) =>
    `SELECT CAST(${rep('ARRAY[', n)}1${rep(']', n)} AS ${rep('array(', n)}varchar${rep(')', n)})`,
  (n) => `SELECT CAST(NULL AS ${rep('map(varchar, ', n)}row(b timeseries(double))${rep(')', n)})`,
  (n) => `SELECT ${rep('transform(ARRAY[1e0], x -> ', n)}1${rep(')', n)}`,
  (n) => `SELECT ${rep('try(coalesce(NULL, ', n)}1${rep('))', n)}`,
  (n) => `SELECT ${rep('greatest(', n)}temperature${rep(', rand())', n)} FROM fuzz.status`,
  (n) => `SELECT ${rep('1 = ANY (SELECT ', n)}1${rep(')', n)}`,
  (n) => `${rep('SELECT * FROM (SELECT a + 1 AS a FROM (', n)}SELECT 1 AS a${rep(') t) u', n)}`,
  (n) => `SELECT 1${rep(' /* ', n)}`,
  (n) => `SELECT "a${rep('""', n)}" FROM fuzz.cpu`,
  (n) => `${rep('WITH a AS (', n)}SELECT 1${rep(') SELECT * FROM a', n)}`,
];

const WIDE: readonly Shape[] = [
  (n) => `SELECT ${list(n, () => '1', ' + ')}`,
  (n) => `SELECT ${list(n, () => 'true', ' AND ')}`,
  (n) => `SELECT ${list(n, () => "'a'", ' || ')}`,
  (n) => `SELECT ${list(n, String)}`,
  (n) => `SELECT 1 IN (${list(n, String)})`,
  (n) => `VALUES ${list(n, (at) => `(${at}, 'a')`)}`,
  (n) => `SELECT ${list(n, () => '1', ' UNION ALL SELECT ')}`,
  (n) => `SELECT count(*) FROM fuzz.cpu WHERE ${list(n, (at) => `host = '${at}'`, ' OR ')}`,
  (n) => `WITH ${list(n, (at) => `q${at} AS (SELECT ${at} AS a)`)} SELECT * FROM q0`,
  (n) =>
    `WITH q0 AS (SELECT 1 a), ${list(
      Math.min(n, 40),
      (at) => `q${at + 1} AS (SELECT a.a FROM q${at} a, q${at} b)`,
    )} SELECT count(*) FROM q${Math.min(n, 40)}`,
  (n) => `SELECT * FROM ${list(Math.min(n, 300), () => '(SELECT 1)')}`,
  (n) => `SELECT '${rep('x', n * 20)}'`,
  (n) => `SELECT "${rep('x', n * 20)}"`,
  (n) => `SELECT ${rep('9', n)}`,
  (n) => `SELECT 1.${rep('9', n)}e${rep('9', n)}`,
  (n) => `SELECT 1 ${rep('/**/', n)}`,
  (n) =>
    `SELECT regexp_like('${rep('a', Math.min(n, 3000))}', '${rep('(a|b)?', Math.min(n, 300))}')`,
  (n) => `SELECT regexp_like('${rep('a', Math.min(n, 200))}!', '^(a+)+$')`,
  (n) => `SELECT CASE ${list(n, (at) => `WHEN ${at} = 1 THEN ${at}`, ' ')} END`,
  (n) => `SELECT ${list(n, () => 'avg(temperature)')} FROM fuzz.status`,
  (n) =>
    `SELECT count(*) FROM fuzz.status GROUP BY CUBE (${list(Math.min(n, 40), (a) => `level + ${a}`)})`,
  (n) =>
    `WITH q0 AS (SELECT 1 a), ${list(n, (at) => `q${at + 1} AS (SELECT a + 1 AS a FROM q${at})`)} SELECT * FROM q${n}`,
  (n) => `SELECT ${list(n, () => '*')} FROM (SELECT ${list(n, (at) => `1 AS a${at}`)})`,
  (n) => `SELECT count(*) FROM fuzz.status GROUP BY ROLLUP (${list(n, (a) => `level + ${a}`)})`,
  (n) =>
    `SELECT count(*) FROM fuzz.status GROUP BY ${list(Math.min(n, 20), (a) => `CUBE (level + ${a})`)}`,
  (n) =>
    `SELECT count(*) FROM fuzz.status GROUP BY GROUPING SETS (${list(n, (a) => `(level + ${a}, ok)`)})`,
  (n) => `SELECT level x FROM fuzz.status ORDER BY ${list(n, () => 'x')}`,
  (n) => `SELECT level FROM fuzz.status GROUP BY ${list(n, () => '1')}`,
  (n) => `SELECT ${list(n, (a) => `rank() OVER (ORDER BY level + ${a})`)} FROM fuzz.status`,
  (n) => `SELECT CAST(NULL AS row(${list(n, (a) => `a${a} integer`)}))`,
  (n) => `SELECT CAST(ROW(${list(n, String)}) AS row(${list(n, (a) => `a${a} varchar`)}))`,
  (n) =>
    `SELECT ROW(${list(Math.min(n, 200), (a) => `${a}e0`)}) = ROW(${list(Math.min(n, 200), (a) => `${a}e0`)})`,
  (n) => `SELECT * FROM ${list(Math.min(n, 190), (a) => `(SELECT 1 a) t${a}`, ' NATURAL JOIN ')}`,
  (n) => `SELECT * FROM fuzz.cpu a ${rep(' JOIN fuzz.cpu USING (host)', Math.min(n, 20))}`,
  (n) => `SELECT ${list(n, () => '(SELECT 1)')}`,
  (n) => `SELECT 1 WHERE ${list(Math.min(n, 1000), (a) => `1 IN (SELECT ${a})`, ' AND ')}`,
  (n) => `SELECT ${list(n, (a) => `transform(ARRAY[1], x${a} -> x${a})`)}`,
  (n) => `SELECT U&'${rep('\\0041', n)}', X'${rep('00', n)}'`,
  (n) => `SELECT TIMESTAMP '${rep('2', n)}-01-01', INTERVAL '${rep('9', n)}' DAY, ${rep('9', n)}d`,
  (n) => `SELECT CAST('${rep('9', n)}' AS bigint), CAST('${rep('9', n)}.5' AS double)`,
  (n) => `SELECT 'a' LIKE '${rep('%a', n)}', 'a' LIKE '${rep('_', n)}' ESCAPE '${rep('x', n)}'`,
  (n) => `SELECT json_extract('${rep('[', n)}${rep(']', n)}', '$${rep('[0]', n)}')`,
  (n) => `SELECT json_parse('${rep('{"a":', n)}1${rep('}', n)}')`,
  (n) => `SELECT date_format(now(), '${rep('%Y', n)}'), format_datetime(now(), '${rep('y', n)}')`,
  (n) =>
    `SELECT split('${rep(',', n)}', ','), regexp_replace('${rep('a', n)}', 'a', '${rep('$0', 20)}')`,
  (n) => `SELECT combinations(sequence(1, ${n}), 5), ngrams(sequence(1, ${n}), 3)`,
  (n) => `SELECT greatest(${list(n, String)})`,
  (n) => `SELECT sequence(1, ${n * 1000})`,
  (n) => `SELECT cardinality(sequence(1, ${'9'.repeat(1 + (n % 18))}))`,
  (n) => `SELECT repeat('abc', ${n * 100000})`,
  (n) => `SELECT length(rpad('a', ${n * 10000}, 'b'))`,
  (n) => `SELECT concat(${list(n, () => "'ab'")})`,
  (n) => `SELECT power(${n}e0, ${n}) , factorial(${n})`,
  (n) =>
    `SELECT interpolate_fill(create_time_series(time, temperature), sequence(ago(${n}d), now(), 1s), 0e0) FROM fuzz.status`,
];

/** Begins a statement that may take any time. */
const HEAVY_MARK = '/* heavy */ ';

export function isHeavy(sql: string): boolean {
  return sql.startsWith(HEAVY_MARK);
}

const THOUSANDS = 'UNNEST(sequence(1, 10000))';

const HEAVY: readonly Shape[] = [
  (n) => `SELECT count(*) FROM ${list(Math.min(n, 9), (at) => `${THOUSANDS} t${at} (x${at})`)}`,
  (n) =>
    `SELECT x0 FROM ${list(Math.min(n, 9), (at) => `${THOUSANDS} t${at} (x${at})`)} ORDER BY 1`,
  () => `SELECT sum(rand()) FROM ${THOUSANDS} a (x) CROSS JOIN ${THOUSANDS} b (y) WHERE x + y > 1`,
  () => `SELECT count(DISTINCT x * y) FROM ${THOUSANDS} a (x) CROSS JOIN ${THOUSANDS} b (y)`,
  () => `SELECT x, y FROM ${THOUSANDS} a (x) CROSS JOIN ${THOUSANDS} b (y)`,
  () => `SELECT max(x) OVER (ORDER BY y) FROM ${THOUSANDS} a (x) CROSS JOIN ${THOUSANDS} b (y)`,
  () =>
    `SELECT count(*) FROM (SELECT x, x % 7 y, x % 5 z, x % 3 u FROM ${THOUSANDS} a (x)) GROUP BY CUBE (x, y, z, u)`,
  (n) => `SELECT regexp_like(rpad('a', ${Math.min(n * 20, 20_000)}, 'a') || '!', '^(a|aa)+$')`,
  () => `SELECT reduce(sequence(1, 10000), 0e0, (s, x) -> power(s, 2e0) + x, s -> s)`,
];

const DEPTHS = [2, 20, 190, 200, 201, 1000, 20_000];
const WIDTHS = [2, 20, 200, 1000, 5000];
const LENGTH_MAX = 300_000;

export function oversized(random: Random): string {
  if (random.chance(0.05)) return HEAVY_MARK + random.pick(HEAVY)(random.pick(WIDTHS));
  const text = random.chance(0.5)
    ? random.pick(DEEP)(random.pick(DEPTHS))
    : random.pick(WIDE)(random.pick(WIDTHS));
  return text.slice(0, LENGTH_MAX);
}
