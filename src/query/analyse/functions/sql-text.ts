/**
 * Pieces of DuckDB text that the lowerings share: errors, binding a value to a name, lambdas,
 * integer division that floors, days and nanoseconds.
 *
 * Errors are raised by a cast that fails, `CAST('<mark><text>' AS INTEGER)`: unlike DuckDB's
 * error() that is not volatile, so it may stand inside TRY(), and it is only evaluated for the rows
 * of its CASE branch. engine-texts.ts turns the failed cast's message back into the text.
 */
import { quoteText } from '../types.ts';

export const ERROR_MARK = 'tessera:';

/** Fails with a fixed text where it is evaluated. `physical` is the type it pretends to have. */
export function raise(text: string, physical = 'INTEGER'): string {
  return raiseText(quoteText(ERROR_MARK + text), physical);
}

/** Fails with a text computed by SQL. */
export function raiseComputed(textExpression: string, physical = 'INTEGER'): string {
  return raiseText(`(${quoteText(ERROR_MARK)} || ${textExpression})`, physical);
}

function raiseText(expression: string, physical: string): string {
  const failing = `CAST(${expression} AS INTEGER)`;
  if (physical === 'INTEGER') return failing;
  return `CAST(CAST(${failing} AS VARCHAR) AS ${physical})`;
}

/** Texts up to this length may be repeated; longer ones are bound to a name. */
const REPEATED_LENGTH_MAX = 80;

/** Whether a text may be repeated. */
export function isCheap(text: string): boolean {
  return text.length <= REPEATED_LENGTH_MAX && !/\bk_|\blambda\b|random\(/.test(text);
}

/**
 * The body with the value in it, evaluated once however often the body repeats it: short texts are
 * simply repeated, others go through a lambda over a list of one.
 */
export function bound(value: string, body: (name: string) => string): string {
  if (isCheap(value)) return body(value);
  const marker = `\u0001${openBindings}\u0001`;
  openBindings++;
  let text: string;
  try {
    text = body(marker);
  } finally {
    openBindings--;
  }
  const taken = [...`${value} ${text}`.matchAll(/\bbound_(\d+)\b/g)].map((match) =>
    Number(match[1]),
  );
  const name = `bound_${Math.max(0, ...taken) + 1}`;
  return `list_transform([${value}], lambda ${name}: ${text.replaceAll(marker, name)})[1]`;
}

/** Bindings whose body is being written: tells the markers of nested ones apart. */
let openBindings = 0;

/**
 * A name for the parameter of a lambda that none of the texts used in its body has free: they may
 * stand in a lambda themselves.
 */
export function freshName(prefix: string, ...texts: readonly string[]): string {
  let index = 1;
  while (texts.some((text) => text.includes(`${prefix}_${index}`))) index++;
  return `${prefix}_${index}`;
}

/**
 * The elements of a list at the positions of another; NULL where there is none. Not list_select,
 * which fails on constant lists and leaves the fields of a missing struct what they were.
 */
export function pickedText(list: string, positions: string): string {
  return bound(list, (all) => {
    const at = freshName('position', all);
    return `list_transform(${positions}, lambda ${at}: list_extract(${all}, ${at}))`;
  });
}

/**
 * As `bound`, for any number of values: those that need it are the fields of one struct, because
 * each lambda within another one doubles the time that DuckDB takes to plan them.
 */
export function boundAll(
  values: readonly string[],
  body: (names: readonly string[]) => string,
): string {
  const long = values.filter((value) => !isCheap(value));
  const [only] = long;
  if (only === undefined) return body(values);
  if (long.length === 1) {
    return bound(only, (name) => body(values.map((value) => (isCheap(value) ? value : name))));
  }
  const fields = long.map((value, at) => `f${at} := ${value}`);
  return bound(`struct_pack(${fields.join(', ')})`, (name) => {
    let field = 0;
    return body(values.map((value) => (isCheap(value) ? value : `${name}.f${field++}`)));
  });
}

/** As `bound`, for two values. */
export function boundBoth(a: string, b: string, body: (a: string, b: string) => string): string {
  return boundAll([a, b], ([left = '', right = '']) => body(left, right));
}

/**
 * A lambda applied to texts. The lowering writes a lambda as `lambda p, q: body`, its parameters
 * named uniquely in the whole query, so that they can be replaced wherever they stand outside of
 * quotes. A text that is replaced more than once should be a name.
 */
export function applyLambda(lambda: string, args: readonly string[]): string {
  const { parameters, body } = readLambda(lambda);
  const values = new Map(parameters.map((name, at) => [name, args[at] ?? 'NULL']));
  return body.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][A-Za-z_0-9]*/g, (word) => {
    return values.get(word) ?? word;
  });
}

export function readLambda(lambda: string) {
  const parts = /^lambda ([^:]*): ([\s\S]*?)$/.exec(lambda);
  const parameters = (parts?.[1] ?? '').split(',').map((name) => name.trim());
  return { parameters, body: `(${parts?.[2] ?? 'NULL'})` };
}

export const NANOS_PER_DAY = '86400000000000';

/** The quotient rounded down, for a positive constant divisor. */
export function floorDivide(value: string, divisor: string): string {
  return bound(
    value,
    (x) => `(${x} // ${divisor} - CASE WHEN ${x} % ${divisor} < 0 THEN 1 ELSE 0 END)`,
  );
}

/** The largest multiple of a positive divisor that is not above the value. */
export function floorTo(value: string, divisor: string): string {
  return bound(
    value,
    (x) =>
      `(${x} - ${x} % ${divisor} - CASE WHEN ${x} % ${divisor} < 0 THEN ${divisor} ELSE 0 END)`,
  );
}

/** Days since the epoch, an INTEGER, of a timestamp. */
export function daysOfTimestamp(nanos: string): string {
  return `CAST(${floorDivide(nanos, NANOS_PER_DAY)} AS INTEGER)`;
}

/** A DuckDB DATE, for its calendar functions, of days since the epoch. */
export function dateOfDays(days: string): string {
  return `(DATE '1970-01-01' + ${days})`;
}

export function nanosOfDay(nanos: string): string {
  return bound(nanos, (x) => `((${x} % ${NANOS_PER_DAY} + ${NANOS_PER_DAY}) % ${NANOS_PER_DAY})`);
}

export const NAN = `CAST('NaN' AS DOUBLE)`;
export const INFINITY = `CAST('Infinity' AS DOUBLE)`;

/** The text of a literal string argument, if it is one. */
export function literalText(text: string): string | undefined {
  const parts = /^\(*(?:CAST\()?'((?:[^']|'')*)'(?: AS VARCHAR\))?(?:::VARCHAR)?\)*$/.exec(text);
  return parts?.[1]?.replaceAll("''", "'");
}

/** The number, if the text is one written out, perhaps with a cast around: never NULL or NaN. */
export function writtenNumber(text: string): string | undefined {
  const form =
    /^\(*(?:CAST\()?\(*'?(-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)'?(?: AS [A-Z]+\))?(?:::[A-Z]+)?\)*$/;
  return form.exec(text)?.[1];
}

export function isNumberText(text: string): boolean {
  return writtenNumber(text) !== undefined;
}
