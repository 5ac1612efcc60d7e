/**
 * For tests of lowerings: types a call, coerces its arguments, lowers it and runs it in a real
 * engine with the kernels registered, and shows the result the way a result page does.
 *
 *     await bench.show('substr', "'hello'", '2')    →  'ell'
 *
 * Arguments are written as `text` with the type told by their look (see typeOf), or as a pair.
 */
import { type Engine, openEngine } from '../../../engine/api.ts';
import { readerOf } from '../../../engine/per-row.ts';
import { KERNELS, type KernelValue } from '../../kernels/api.ts';
import { formatDouble } from '../../kernels/format-double.ts';
import { formatIntervalDaySecond, formatIntervalYearMonth } from '../../kernels/format-interval.ts';
import { formatDate, formatTime, formatTimestamp } from '../../kernels/format-time.ts';
import { parseTimestamp } from '../../kernels/parse-time.ts';
import { scalarFunctionOf } from '../../kernels/scalar-function.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  INTERVAL_DAY_SECOND,
  INTERVAL_YEAR_MONTH,
  physicalType,
  type SqlType,
  TIMESTAMP,
  UNKNOWN,
  VARCHAR,
} from '../types.ts';
import { castText } from './casts.ts';
import { queryErrorText } from './engine-texts.ts';
import { type Operator, resolveOperator } from './operators.ts';
import type { FunctionOverload, LoweringContext } from './overload.ts';
import { resolveFunction } from './registry.ts';
import type { Argument, Resolution } from './resolve.ts';

export interface Typed {
  readonly text: string;
  readonly type: SqlType;
}
export interface Lambda {
  readonly text: string;
  readonly parameterCount: number;
  readonly resultOf: (parameters: readonly SqlType[]) => SqlType;
}
export type BenchArgument = string | Typed | Lambda;

export const NOW = parseTimestamp('2022-07-07 17:42:32.939');
const CONTEXT: LoweringContext = { nowNanos: NOW };

export const ts = (text: string): Typed => ({ text: `${parseTimestamp(text)}`, type: TIMESTAMP });
export const interval = (nanos: bigint | number): Typed => ({
  text: `CAST('${nanos}' AS BIGINT)`,
  type: INTERVAL_DAY_SECOND,
});
export const months = (count: number): Typed => ({
  text: `(${count})`,
  type: INTERVAL_YEAR_MONTH,
});
export const date = (days: number): Typed => ({ text: `(${days})`, type: DATE });
export const typed = (text: string, type: SqlType): Typed => ({ text, type });
export const lambda = (
  text: string,
  parameterCount: number,
  resultOf: Lambda['resultOf'],
): Lambda => ({ text, parameterCount, resultOf });

/** 'text', 1.5, 12, 3000000000, true, NULL; anything else has to say its type. */
function literalOf(text: string): Typed {
  if (text.startsWith("'")) return { text, type: VARCHAR };
  if (text === 'NULL') return { text: 'CAST(NULL AS INTEGER)', type: UNKNOWN };
  if (text === 'true' || text === 'false') return { text, type: BOOLEAN };
  if (/[.eNI]/.test(text)) return { text: `CAST('${text}' AS DOUBLE)`, type: DOUBLE };
  const small = Number(text) < 2 ** 31 && Number(text) >= -(2 ** 31);
  return {
    text: `CAST('${text}' AS ${small ? 'INTEGER' : 'BIGINT'})`,
    type: small ? INTEGER : BIGINT,
  };
}

function argumentOf(arg: Typed | Lambda): Argument {
  if ('resultOf' in arg) {
    return { kind: 'lambda', parameterCount: arg.parameterCount, resultOf: arg.resultOf };
  }
  return arg.type;
}

export class SqlBench {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(): Promise<SqlBench> {
    const engine = await openEngine({
      memoryLimitBytes: 256 * 1024 * 1024,
      threads: 1,
      tempDirectory: '/tmp/tessera-sql-bench',
      allowedDirectories: [],
    });
    for (const kernel of KERNELS) engine.registerFunction(scalarFunctionOf(kernel));
    return new SqlBench(engine);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** The result of a function call as text; NULL as 'NULL', an error as 'error: …'. */
  show(name: string, ...args: readonly BenchArgument[]): Promise<string> {
    return this.#showResolved(name, args, (types) => resolveFunction(name, types));
  }

  operator(name: Operator, ...args: readonly BenchArgument[]): Promise<string> {
    return this.#showResolved(name, args, (types) => resolveOperator(name, types));
  }

  cast(value: string | Typed, to: SqlType): Promise<string> {
    const { text, type } = typeof value === 'string' ? literalOf(value) : value;
    return this.#select(castText(text, type, to), to);
  }

  tryCast(value: string | Typed, to: SqlType): Promise<string> {
    const { text, type } = typeof value === 'string' ? literalOf(value) : value;
    return this.#select(`TRY(${castText(text, type, to)})`, to);
  }

  /** An aggregate over rows: columns c0, c1 … of the types given. */
  async aggregate(
    name: string,
    rows: string,
    types: readonly SqlType[],
    ...further: readonly string[]
  ): Promise<string> {
    const args = [...types.map((type, at) => typed(`c${at}`, type)), ...further.map(literalOf)];
    const columns = types.map((_, at) => `c${at}`).join(', ');
    return this.#showResolved(
      name,
      args,
      (all) => resolveFunction(name, all),
      `(VALUES ${rows}) AS t(${columns})`,
    );
  }

  /** An aggregate over no rows. */
  empty(name: string, type: SqlType): Promise<string> {
    const from = `(SELECT CAST(NULL AS ${physicalType(type)}) AS c0 WHERE false)`;
    return this.#showResolved(
      name,
      [typed('c0', type)],
      (types) => resolveFunction(name, types),
      from,
    );
  }

  percentiles(rows: string, ranks: string): Promise<string> {
    const args = [typed('c0', INTEGER), typed(ranks, arrayOf(DOUBLE))];
    const from = `(VALUES ${rows}) AS t(c0)`;
    return this.#showResolved(
      'approx_percentile',
      args,
      (types) => resolveFunction('approx_percentile', types),
      from,
    );
  }

  /** Text of a call, for nesting. */
  text(name: string, ...args: readonly BenchArgument[]): Typed {
    const given = args.map((arg) => (typeof arg === 'string' ? literalOf(arg) : arg));
    return lowered(name, given, resolveFunction(name, given.map(argumentOf)));
  }

  operatorText(name: Operator, ...args: readonly string[]): Typed {
    const given = args.map(literalOf);
    return lowered(name, given, resolveOperator(name, given.map(argumentOf)));
  }

  async #showResolved(
    name: string,
    args: readonly BenchArgument[],
    resolve: (args: readonly Argument[]) => Resolution,
    from = '',
  ): Promise<string> {
    const given = args.map((arg) => (typeof arg === 'string' ? literalOf(arg) : arg));
    const { text, type } = lowered(name, given, resolve(given.map(argumentOf)));
    return this.#select(text, type, from);
  }

  async #select(text: string, type: SqlType, from = ''): Promise<string> {
    try {
      const stream = await this.#engine.run(`SELECT ${text}${from && ` FROM ${from}`}`);
      try {
        const chunk = await stream.next();
        return chunk === null ? 'nothing' : display(readerOf(chunk.column(0))(0), type);
      } finally {
        await stream.close();
      }
    } catch (error) {
      const message = (error as Error).message;
      return `error: ${queryErrorText(message) ?? message}`;
    }
  }
}

function lowered(name: string, args: readonly (Typed | Lambda)[], resolution: Resolution): Typed {
  if (resolution.kind !== 'resolved') throw new Error(`${name}: ${resolution.kind}`);
  const texts = args.map((arg, at) => {
    const target = resolution.arguments[at];
    if ('resultOf' in arg || target === undefined) return arg.text;
    return castText(arg.text, arg.type, target);
  });
  const types = { arguments: resolution.arguments, result: resolution.result };
  return { text: lowerText(resolution.overload, texts, types), type: resolution.result };
}

function lowerText(
  overload: FunctionOverload,
  args: readonly string[],
  types: { readonly arguments: readonly SqlType[]; readonly result: SqlType },
): string {
  const { lower } = overload;
  switch (lower.kind) {
    case 'sql':
    case 'window-sql':
      return lower.text(args, types, CONTEXT);
    case 'kernel':
      return `${lower.name}(${args.join(', ')})`;
    case 'aggregate-sql': {
      const { parts, finish } = lower.call(args, types, CONTEXT);
      const calls = parts.map((part) => {
        const order = part.orderBy === undefined ? '' : ` ORDER BY ${part.orderBy}`;
        const filter = part.filter === undefined ? '' : ` FILTER (WHERE ${part.filter})`;
        const distinct = part.distinct ? 'DISTINCT ' : '';
        return `${part.name}(${distinct}${part.args.join(', ')}${order})${filter}`;
      });
      return finish ? finish(calls) : (calls[0] ?? '');
    }
    default:
      throw new Error(`${overload.name} is lowered as ${lower.kind}`);
  }
}

function display(value: KernelValue, type: SqlType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'double':
      return formatDouble(value as number);
    case 'date':
      return formatDate(value as number);
    case 'time':
      return formatTime(value as bigint);
    case 'timestamp':
      return formatTimestamp(value as bigint);
    case 'interval-day-second':
      return formatIntervalDaySecond(value as bigint);
    case 'interval-year-month':
      return formatIntervalYearMonth(value as number);
    case 'array':
      return `[${(value as KernelValue[]).map((item) => display(item, type.element)).join(', ')}]`;
    case 'timeseries': {
      const points = value as { time: bigint; value: KernelValue }[];
      const shown = points.map((p) => `${Number(p.time) / 1e9}s ${display(p.value, type.value)}`);
      return `[${shown.join(', ')}]`;
    }
    case 'row': {
      const values = Object.values(value as Record<string, KernelValue>);
      const shown = type.fields.map((field, at) => display(values[at] ?? null, field.type));
      return `(${shown.join(', ')})`;
    }
    default:
      return String(value);
  }
}
