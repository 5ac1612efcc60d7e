/**
 * Random expressions from the tables of functions themselves: every overload is called with
 * arguments of the types it takes, built the same way, and now and then with others.
 */

import type { FunctionOverload, TypePattern } from '../../src/query/analyse/functions/overload.ts';
import { documentedFunctions } from '../../src/query/analyse/functions/registry.ts';
import { displayType, type SqlType } from '../../src/query/analyse/types.ts';
import { EXTREMES } from './mutate.ts';
import type { Random } from './random.ts';

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false', 'CAST(NULL AS boolean)', 'ok'],
  integer: [
    '0',
    '1',
    '-1',
    '3',
    '7',
    '64',
    '2147483647',
    '(-2147483647 - 1)',
    'CAST(NULL AS integer)',
  ],
  bigint: [
    ...["BIGINT '0'", "BIGINT '12'", '3000000000', '9223372036854775807', '-3000000000', 'level'],
    ...['(-9223372036854775807 - 1)', 'CAST(NULL AS bigint)'],
  ],
  double: [
    ...['0.0', '-0.0', '1.5', '-2.5e0', '1e308', '4.9e-324', 'nan()', 'infinity()', '-infinity()'],
    ...['0.5', 'temperature', 'CAST(NULL AS double)'],
  ],
  varchar: [
    ...[
      "''",
      "'abc'",
      "'a,b,c'",
      "'2024-02-29 12:00:00'",
      "'12'",
      "'1.5e3'",
      "'true'",
      "'%Y-%m-%d'",
    ],
    ...[
      "'(a)(b)?'",
      "'['",
      "'day'",
      "'month'",
      "'ñ☃𝕊'",
      "'1h'",
      'note',
      'device',
      'CAST(NULL AS varchar)',
    ],
    ...["'UTC'", "'+05:30'", "'http://a.b:80/c?d=e#f'", '\'{"a": [1, 2]}\'', "'$.a[0]'", "'\0'"],
  ],
  timestamp: [
    ...[
      'now()',
      'ago(1h)',
      'time',
      "TIMESTAMP '1969-12-31 23:59:59.999999999'",
      'from_nanoseconds(1)',
    ],
    ...["TIMESTAMP '2024-02-29 12:30:15.123456789'", "TIMESTAMP '2262-04-11 23:47:16.854775807'"],
    ...["TIMESTAMP '1677-09-21 00:12:43.145224193'", 'CAST(NULL AS timestamp)'],
  ],
  date: [
    'current_date',
    "DATE '2024-02-29'",
    "DATE '1900-01-01'",
    "DATE '9999-12-31'",
    'CAST(NULL AS date)',
  ],
  time: ['current_time', "TIME '00:00'", "TIME '23:59:59.999999999'", 'CAST(NULL AS time)'],
  'interval day to second': [
    '15m',
    '0s',
    '-1h',
    '1ns',
    '30d',
    '106751d',
    "INTERVAL '3 05:10' DAY TO MINUTE",
  ],
  'interval year to month': ['1y', '5month', "INTERVAL '3-2' YEAR TO MONTH", '-1y', '178956970y'],
  unknown: ['NULL'],
  varbinary: ["X'65683F'", "to_utf8('é')", "X''"],
  json: [`json_parse('{"a": [1, null, "x"]}')`, "json_parse('3')"],
};

const SCALARS = Object.keys(LITERALS).filter((name) => !/unknown|varbinary|json/.test(name));
const FUNCTIONS = documentedFunctions().flatMap(({ functions }) => functions);
const MODES: readonly (readonly FunctionOverload['kind'][])[] = [
  ['scalar'],
  ['scalar'],
  ['scalar', 'window'],
  ['aggregate'],
  ['scalar', 'aggregate', 'window'],
];
const BINARY = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  '=',
  '<>',
  '<',
  '>=',
  'AND',
  'OR',
  'IS DISTINCT FROM',
];

type Bindings = Map<string, string>;

/** Columns of every type; `td` is a time series. */
const ROWS = `(SELECT s.*, (SELECT create_time_series(time, temperature) FROM fuzz.status) AS td
  FROM fuzz.status s)`;

export class Expressions {
  readonly #random: Random;
  /** Scalars over rows, or aggregates over them: mixed, hardly a statement would be accepted. */
  #kinds: readonly FunctionOverload['kind'][] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** `SELECT` of one to three expressions over a table that has a column of every type. */
  statement(): string {
    const random = this.#random;
    this.#kinds = random.pick(MODES);
    const items = Array.from({ length: 1 + random.below(3) }, () => this.any(1 + random.below(3)));
    this.#kinds = ['scalar'];
    const where = random.chance(0.2) ? ` WHERE ${this.of('boolean', 2)}` : '';
    return `SELECT ${items.join(', ')} FROM ${ROWS}${where}`;
  }

  any(depth: number): string {
    const random = this.#random;
    if (depth <= 0) return this.of(this.#typeName(), 0);
    switch (random.below(12)) {
      case 0: {
        const type = this.#typeName();
        const operator = random.pick(BINARY);
        return `(${this.of(type, depth - 1)} ${operator} ${this.of(type, depth - 1)})`;
      }
      case 1:
        return `CAST(${this.any(depth - 1)} AS ${this.#typeName()})`;
      case 2:
        return `TRY(${this.any(depth - 1)})`;
      case 3:
        return `IF(${this.of('boolean', depth - 1)}, ${this.any(depth - 1)}, ${this.any(depth - 1)})`;
      default:
        return depth <= 0 ? this.of(this.#typeName(), 0) : this.#call(this.#functionOf(), depth);
    }
  }

  /** An expression of the type with this name; of any other once in a while. */
  of(type: string, depth: number): string {
    const random = this.#random;
    if (random.chance(0.015)) return random.pick(EXTREMES);
    if (random.chance(0.015)) return this.any(Math.min(depth, 1));
    const inner = /^(array|timeseries)\((.*)\)$/.exec(type);
    if (inner) return this.#list(inner[1] ?? '', inner[2] ?? '', depth);
    if (type.startsWith('row(')) return `CAST(NULL AS ${type})`;
    if (depth > 0 && random.chance(0.6)) {
      const fitting = FUNCTIONS.filter(
        (each) => resultName(each) === type && this.#kinds.includes(each.kind),
      );
      if (fitting.length > 0) return this.#call(random.pick(fitting), depth);
    }
    return random.pick(LITERALS[type] ?? ['NULL']);
  }

  #functionOf(): FunctionOverload {
    return this.#random.pick(FUNCTIONS.filter(({ kind }) => this.#kinds.includes(kind)));
  }

  #typeName(): string {
    const name = this.#random.pick(SCALARS);
    return this.#random.chance(0.2) ? `array(${name})` : name;
  }

  #list(kind: string, element: string, depth: number): string {
    const random = this.#random;
    if (kind === 'timeseries') {
      return random.chance(0.8) ? 'td' : `CAST(NULL AS timeseries(${element}))`;
    }
    if (random.chance(0.1)) return `CAST(NULL AS array(${element}))`;
    const items = Array.from({ length: random.below(4) }, () => this.of(element, depth - 1));
    return `ARRAY[${items.join(', ')}]`;
  }

  #call(overload: FunctionOverload, depth: number): string {
    const random = this.#random;
    const bindings: Bindings = new Map();
    for (const { name } of overload.variables) bindings.set(name, random.pick(SCALARS));
    const patterns = [...overload.parameters];
    const last = patterns.at(-1);
    if (overload.variadic && last) for (let i = random.below(3); i > 0; i--) patterns.push(last);
    if (random.chance(0.03)) patterns.pop();
    // Inside an aggregate there can be no other.
    const kinds = this.#kinds;
    if (overload.kind !== 'scalar') this.#kinds = ['scalar'];
    const args = patterns.map((pattern) => this.#argument(pattern, bindings, depth - 1));
    const distinct = overload.kind === 'aggregate' && random.chance(0.15) ? 'DISTINCT ' : '';
    const call = `${overload.name}(${distinct}${args.join(', ')})`;
    this.#kinds = kinds;
    if (overload.kind === 'scalar') return call;
    const filter = random.chance(0.15) ? ` FILTER (WHERE ${this.of('boolean', 1)})` : '';
    const windowed = overload.kind === 'window' || random.chance(0.3);
    return windowed ? `${call}${filter} OVER (${this.#window()})` : call + filter;
  }

  #window(): string {
    const random = this.#random;
    const partition = random.chance(0.5) ? 'PARTITION BY device ' : '';
    const order = random.chance(0.7)
      ? `ORDER BY ${random.pick(['time', 'level', 'note'])} DESC `
      : '';
    const frames = [
      '',
      '',
      'ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
      'RANGE UNBOUNDED PRECEDING',
    ];
    return partition + order + random.pick(frames);
  }

  #argument(pattern: TypePattern, bindings: Bindings, depth: number): string {
    if (pattern.kind !== 'function') return this.of(patternName(pattern, bindings), depth);
    const names = pattern.parameters.map((_, at) => `x${at}`);
    const body = this.#random.chance(0.5)
      ? this.#random.pick(names.length > 0 ? names : ['1'])
      : this.of(patternName(pattern.result, bindings), depth);
    return `(${names.join(', ')}) -> ${body}`;
  }
}

function resultName(overload: FunctionOverload): string | undefined {
  const { result } = overload;
  return typeof result === 'function' || result.kind !== 'exact' ? undefined : nameOf(result.type);
}

function nameOf(type: SqlType): string {
  return displayType(type);
}

function patternName(pattern: TypePattern, bindings: Bindings): string {
  switch (pattern.kind) {
    case 'exact':
      return nameOf(pattern.type);
    case 'variable':
      return bindings.get(pattern.name) ?? 'double';
    case 'array':
      return `array(${patternName(pattern.element, bindings)})`;
    case 'timeseries':
      return `timeseries(${patternName(pattern.value, bindings)})`;
    case 'row':
      return `row(${pattern.fields.map(({ type }) => patternName(type, bindings)).join(', ')})`;
    default:
      return 'unknown';
  }
}
