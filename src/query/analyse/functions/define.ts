/**
 * Short forms for the tables of functions: what a family file writes, filled up to a
 * FunctionOverload. One entry may have several signatures that share everything else.
 */

import type { SqlType } from '../types.ts';
import type { AggregateTextOf, FunctionOverload, Lowering, SqlTextOf } from './overload.ts';
import { parseSignature } from './signature.ts';

export interface Definition {
  /** The name, and after it those it also goes by. */
  readonly names: readonly [string, ...string[]];
  readonly signatures: readonly string[];
  readonly doc: string;
  readonly example?: string;
  readonly nulls?: 'propagate' | 'called';
  readonly errors?: readonly string[];
  readonly deterministic?: false;
  /** Where the signature's own result does not say it all. */
  readonly result?: (args: readonly SqlType[]) => SqlType;
  readonly lower: Lowering;
}

type Kind = FunctionOverload['kind'];

function define(kind: Kind, definition: Definition): readonly FunctionOverload[] {
  const { names, signatures, result, deterministic, lower } = definition;
  const shared = {
    kind,
    doc: definition.doc,
    ...(definition.example === undefined ? {} : { example: definition.example }),
    nulls: definition.nulls ?? (kind === 'scalar' ? 'propagate' : 'called'),
    errors: definition.errors ?? [],
    deterministic: deterministic ?? true,
    notYet: lower.kind === 'not-yet',
    lower,
  } as const;
  return names.flatMap((name) =>
    signatures.map((signature) => {
      const parsed = parseSignature(signature);
      return { ...shared, name, signature, ...parsed, result: result ?? parsed.result };
    }),
  );
}

export function scalar(definition: Definition): readonly FunctionOverload[] {
  return define('scalar', definition);
}

export function aggregate(definition: Definition): readonly FunctionOverload[] {
  return define('aggregate', definition);
}

export function windowOnly(definition: Definition): readonly FunctionOverload[] {
  return define('window', definition);
}

export function sql(text: SqlTextOf): Lowering {
  return { kind: 'sql', text };
}

/** A DuckDB function that means the same, under its name there. */
export function sameAs(duckName: string): Lowering {
  return sql((args) => `${duckName}(${args.join(', ')})`);
}

export function kernel(name: string): Lowering {
  return { kind: 'kernel', name };
}

export function aggregateSql(call: AggregateTextOf): Lowering {
  return { kind: 'aggregate-sql', call };
}

export function windowSql(text: SqlTextOf): Lowering {
  return { kind: 'window-sql', text };
}

export const NOT_YET: Lowering = { kind: 'not-yet' };
export const SPECIAL: Lowering = { kind: 'special' };
