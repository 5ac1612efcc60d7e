/**
 * Operators as functions (query-language 3.5, 4): typed and lowered by the same machinery. Binary
 * ones are named by their sign, the unary minus `negate`, `a[i]` is `subscript`.
 *
 * Comparisons are spelt in comparison.ts. Arithmetic on integers overflows into an error in DuckDB
 * too; engine-texts.ts words it.
 */
import type { SqlType } from '../types.ts';
import { displayType, physicalType } from '../types.ts';
import { distinctFrom, equalTo, ordered, unequalTo } from './comparison.ts';
import { type Definition, scalar, sql } from './define.ts';
import { mapSubscript } from './map-subscript.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { type Argument, type Resolution, resolveAmong } from './resolve.ts';
import { withRoomFor } from './sizes.ts';
import { bound, boundAll, boundBoth, NANOS_PER_DAY, raise, writtenNumber } from './sql-text.ts';

export type Operator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is distinct from'
  | 'negate'
  | 'subscript'
  | 'like';

const INTEGERS = ['(integer, integer) -> integer', '(bigint, bigint) -> bigint'];
const NUMBERS = [...INTEGERS, '(double, double) -> double'];
const DAY_SECOND = 'interval day to second';
const YEAR_MONTH = 'interval year to month';

function operator(name: Operator, signatures: readonly string[], text: SqlTextOf) {
  const definition: Definition = {
    names: [name],
    signatures,
    doc: `The operator ${name}.`,
    ...(name === 'is distinct from' ? { nulls: 'called' as const } : {}),
    lower: sql(text),
  };
  return scalar(definition);
}

const infix =
  (sign: string): SqlTextOf =>
  ([a, b]) =>
    `(${a} ${sign} ${b})`;

/**
 * Integer division and remainder: an error for a zero divisor, unless there is nothing to divide;
 * never an overflow for the remainder by -1.
 */
export function divide(sign: '//' | '%'): SqlTextOf {
  return ([a = '', b = ''], types) => {
    if (!['0', '-1', undefined].includes(writtenNumber(b))) return `(${a} ${sign} ${b})`;
    const failure = raise('Division by zero', physicalType(types.result));
    return boundBoth(a, b, (dividend, divisor) => {
      const failing = `${divisor} = 0 AND ${dividend} IS NOT NULL`;
      const minusOne = sign === '%' ? `WHEN ${divisor} = -1 THEN ${dividend} * 0 ` : '';
      return `CASE WHEN ${failing} THEN ${failure} ${minusOne}ELSE ${dividend} ${sign} ${divisor} END`;
    });
  };
}

/** A date moves by whole days only. */
function dateDays(sign: '+' | '-', flipped = false): SqlTextOf {
  return ([first = '', second = '']) => {
    const [date, interval] = flipped ? [second, first] : [first, second];
    const failure = raise('Cannot add hour, minutes or seconds to a date');
    return bound(
      interval,
      (x) =>
        `CASE WHEN ${x} % ${NANOS_PER_DAY} <> 0 THEN ${failure} ` +
        `ELSE ${date} ${sign} CAST(${x} // ${NANOS_PER_DAY} AS INTEGER) END`,
    );
  };
}

function months(kernel: string, sign: '' | '-', flipped = false): SqlTextOf {
  return ([first = '', second = '']) => {
    const [moved, interval] = flipped ? [second, first] : [first, second];
    return `${kernel}(${moved}, ${sign}(${interval}))`;
  };
}

function timeOfDay(sign: '+' | '-', flipped = false): SqlTextOf {
  return ([first = '', second = '']) => {
    const [time, interval] = flipped ? [second, first] : [first, second];
    const day = NANOS_PER_DAY;
    return `((${time} ${sign} (${interval} % ${day}) + ${day}) % ${day})`;
  };
}

const scaled =
  (sign: '*' | '/', physical: string): SqlTextOf =>
  ([a, b]) =>
    `CAST(trunc(${a} ${sign} ${b}) AS ${physical})`;

/** Of two of a kind: what programs written for the service do, though its pages only name date_diff. */
const DIFFERENCES = [
  operator('-', [`(timestamp, timestamp) -> ${DAY_SECOND}`], infix('-')),
  operator('-', [`(time, time) -> ${DAY_SECOND}`], infix('-')),
  operator(
    '-',
    [`(date, date) -> ${DAY_SECOND}`],
    ([a, b]) => `(CAST(${a} - ${b} AS BIGINT) * ${NANOS_PER_DAY})`,
  ),
];

function shift(sign: '+' | '-'): readonly (readonly FunctionOverload[])[] {
  const minus = sign === '-' ? '-' : '';
  const table = [
    operator(sign, NUMBERS, infix(sign)),
    operator(sign, [`(timestamp, ${DAY_SECOND}) -> timestamp`], infix(sign)),
    operator(sign, [`(date, ${DAY_SECOND}) -> date`], dateDays(sign)),
    operator(sign, [`(time, ${DAY_SECOND}) -> time`], timeOfDay(sign)),
    operator(
      sign,
      [`(timestamp, ${YEAR_MONTH}) -> timestamp`],
      months('k_timestamp_add_months', minus),
    ),
    operator(sign, [`(date, ${YEAR_MONTH}) -> date`], months('k_date_add_months', minus)),
    operator(sign, [`(${DAY_SECOND}, ${DAY_SECOND}) -> ${DAY_SECOND}`], infix(sign)),
    operator(sign, [`(${YEAR_MONTH}, ${YEAR_MONTH}) -> ${YEAR_MONTH}`], infix(sign)),
  ];
  if (sign === '-') return [...table, ...DIFFERENCES];
  return [
    ...table,
    operator('+', [`(${DAY_SECOND}, timestamp) -> timestamp`], infix('+')),
    operator('+', [`(${DAY_SECOND}, date) -> date`], dateDays('+', true)),
    operator('+', [`(${DAY_SECOND}, time) -> time`], timeOfDay('+', true)),
    operator(
      '+',
      [`(${YEAR_MONTH}, timestamp) -> timestamp`],
      months('k_timestamp_add_months', '', true),
    ),
    operator('+', [`(${YEAR_MONTH}, date) -> date`], months('k_date_add_months', '', true)),
  ];
}

const scaling = [
  operator('*', NUMBERS, infix('*')),
  operator(
    '*',
    [`(${DAY_SECOND}, bigint) -> ${DAY_SECOND}`, `(bigint, ${DAY_SECOND}) -> ${DAY_SECOND}`],
    infix('*'),
  ),
  operator(
    '*',
    [`(${DAY_SECOND}, double) -> ${DAY_SECOND}`, `(double, ${DAY_SECOND}) -> ${DAY_SECOND}`],
    scaled('*', 'BIGINT'),
  ),
  operator(
    '*',
    [`(${YEAR_MONTH}, integer) -> ${YEAR_MONTH}`, `(integer, ${YEAR_MONTH}) -> ${YEAR_MONTH}`],
    infix('*'),
  ),
  operator(
    '*',
    [`(${YEAR_MONTH}, double) -> ${YEAR_MONTH}`, `(double, ${YEAR_MONTH}) -> ${YEAR_MONTH}`],
    scaled('*', 'INTEGER'),
  ),
  operator('/', INTEGERS, divide('//')),
  operator('/', ['(double, double) -> double'], infix('/')),
  operator('/', [`(${DAY_SECOND}, bigint) -> ${DAY_SECOND}`], divide('//')),
  operator('/', [`(${DAY_SECOND}, double) -> ${DAY_SECOND}`], scaled('/', 'BIGINT')),
  operator('/', [`(${YEAR_MONTH}, integer) -> ${YEAR_MONTH}`], divide('//')),
  operator('/', [`(${YEAR_MONTH}, double) -> ${YEAR_MONTH}`], scaled('/', 'INTEGER')),
  operator('%', INTEGERS, divide('%')),
  operator('%', ['(double, double) -> double'], infix('%')),
];

function negateChecked(minimum: string, name: string, physical: string): SqlTextOf {
  return ([a = '']) =>
    bound(a, (x) => {
      const failure = raise(`${name} negation overflow: ${minimum}`, physical);
      const least = `CAST('${minimum}' AS ${physical})`;
      return `CASE WHEN ${x} = ${least} THEN ${failure} ELSE 0 - ${x} END`;
    });
}

const negation = [
  operator(
    'negate',
    ['(integer) -> integer', `(${YEAR_MONTH}) -> ${YEAR_MONTH}`],
    negateChecked('-2147483648', 'integer', 'INTEGER'),
  ),
  operator(
    'negate',
    ['(bigint) -> bigint', `(${DAY_SECOND}) -> ${DAY_SECOND}`],
    negateChecked('-9223372036854775808', 'bigint', 'BIGINT'),
  ),
  operator('negate', ['(double) -> double'], ([a]) => `(- ${a})`),
];

const COMPARABLE = ['<T comparable>(T, T) -> boolean'];
const ORDERABLE = ['<T orderable>(T, T) -> boolean'];

const comparisons = [
  operator('=', COMPARABLE, equalTo),
  operator('<>', COMPARABLE, unequalTo),
  ...(['<', '<=', '>', '>='] as const).map((sign) => operator(sign, ORDERABLE, ordered(sign))),
  operator('is distinct from', COMPARABLE, distinctFrom),
];

export const subscriptText: SqlTextOf = ([a = '', i = ''], types) => {
  const physical = physicalType(types.result);
  return boundBoth(a, i, (list, at) => {
    const failures =
      `WHEN ${at} = 0 THEN ${raise('SQL array indices start at 1', physical)} ` +
      `WHEN ${at} < 0 THEN ${raise('Array subscript is negative', physical)} ` +
      `WHEN ${at} > len(${list}) THEN ${raise('Array subscript out of bounds', physical)} `;
    return `CASE ${failures}ELSE list_extract(${list}, ${at}) END`;
  });
};

/** With the type said: DuckDB gives `x || NULL` none, and what is around it would take it so. */
export const concatenated: SqlTextOf = (args, { result }) =>
  withRoomFor(
    args.map((text) => ({ text, type: result })),
    `CAST(${joined(args)} AS ${physicalType(result)})`,
    result,
  );

/** In halves: a chain of thousands would be as deep as it is long. */
function joined(args: readonly string[]): string {
  if (args.length <= 4) return `(${args.join(' || ')})`;
  const middle = args.length >> 1;
  return `(${joined(args.slice(0, middle))} || ${joined(args.slice(middle))})`;
}

/** A NULL element makes the whole NULL, as a NULL array does. */
const one = (element: string) => `(CASE WHEN ${element} IS NULL THEN NULL ELSE [${element}] END)`;
export const appendElement: SqlTextOf = ([a = '', b = ''], types, context) =>
  bound(b, (element) => concatenated([a, one(element)], types, context));
export const prependElement: SqlTextOf = ([a = '', b = ''], types, context) =>
  bound(a, (element) => concatenated([one(element), b], types, context));

/**
 * What is left of the pattern without its proper escapes must be free of the escape character. An
 * empty escape text escapes nothing.
 */
function likeEscape(text: string, pattern: string, escapedBy: string): string {
  const long = raise('Escape string must be a single character', 'BOOLEAN');
  const follows = "Escape character must be followed by '%', '_' or the escape character itself";
  const proper = [escapedBy, "'%'", "'_'"];
  const rest = proper.reduce(
    (left, next) => `replace(${left}, ${escapedBy} || ${next}, '')`,
    pattern,
  );
  return (
    `CASE WHEN ${escapedBy} = '' THEN ${text} LIKE ${pattern} ` +
    `WHEN length(${escapedBy}) <> 1 THEN ${long} ` +
    `WHEN contains(${rest}, ${escapedBy}) THEN ${raise(follows, 'BOOLEAN')} ` +
    `ELSE like_escape(${text}, ${pattern}, ${escapedBy}) END`
  );
}

const collections = [
  operator('||', ['(varchar, varchar) -> varchar'], concatenated),
  operator('||', ['<T>(array(T), array(T)) -> array(T)'], concatenated),
  operator('||', ['<T>(array(T), T) -> array(T)'], appendElement),
  operator('||', ['<T>(T, array(T)) -> array(T)'], prependElement),
  operator('subscript', ['<T>(array(T), bigint) -> T'], subscriptText),
  operator('subscript', ['<K comparable, V>(map(K, V), K) -> V'], mapSubscript),
  operator('||', ['(varbinary, varbinary) -> varbinary'], concatenated),
  operator('like', ['(varchar, varchar) -> boolean'], infix('LIKE')),
  operator(
    'like',
    ['(varchar, varchar, varchar) -> boolean'],
    ([text = '', pattern = '', escapeText = '']) =>
      boundAll([text, pattern, escapeText], ([t = '', like = '', x = '']) =>
        likeEscape(t, like, x),
      ),
  ),
];

const TABLE: readonly FunctionOverload[] = [
  ...shift('+'),
  ...shift('-'),
  ...scaling,
  ...negation,
  ...comparisons,
  ...collections,
].flat();

const BY_NAME = new Map<string, readonly FunctionOverload[]>();
for (const overload of TABLE) {
  BY_NAME.set(overload.name, [...(BY_NAME.get(overload.name) ?? []), overload]);
}

export function resolveOperator(name: Operator, args: readonly Argument[]): Resolution {
  const candidates = BY_NAME.get(name) ?? [];
  // Text becomes a time beside a time; two texts with a minus between them are just a mistake.
  if (name === '-' && args.every((arg) => 'kind' in arg && arg.kind === 'varchar')) {
    return { kind: 'mismatch', candidates };
  }
  return resolveAmong(candidates, args);
}

/** `'+' cannot be applied to varchar, integer` */
export function operatorMismatchText(name: Operator, args: readonly SqlType[]): string {
  const shown = name === 'negate' ? '-' : name === 'subscript' ? '[]' : name.toUpperCase();
  return `'${shown}' cannot be applied to ${args.map(displayType).join(', ')}`;
}
