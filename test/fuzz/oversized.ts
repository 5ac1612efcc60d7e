/** Statements that are too deep, too long or too wide, in every place where one can be. */
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

const DEPTHS = [2, 20, 190, 200, 201, 1000, 20_000];
const WIDTHS = [2, 20, 200, 1000, 5000];
const LENGTH_MAX = 300_000;

export function oversized(random: Random): string {
  const text = random.chance(0.5)
    ? random.pick(DEEP)(random.pick(DEPTHS))
    : random.pick(WIDE)(random.pick(WIDTHS));
  return text.slice(0, LENGTH_MAX);
}
