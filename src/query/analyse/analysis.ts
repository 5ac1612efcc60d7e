/**
 * What the analysis of one statement shares: the catalog, the numbers given out so far, parameters.
 */
import { Repetitions } from './complexity.ts';
import type { SchemaLookup } from './schema-lookup.ts';
import type { ArgumentId, Column, CteId, Expression, ScanId } from './typed.ts';
import type { SqlType } from './types.ts';

/** A value for `@name`, as the caller of a prepared or scheduled query binds it. */
export interface ParameterValue {
  readonly type: SqlType;
  readonly value: Extract<Expression, { kind: 'literal' }>['value'];
}

export interface AnalyseContext {
  /** The time of now(). */
  readonly nowNanos: bigint;
  readonly parameters?: ReadonlyMap<string, ParameterValue>;
}

export class Analysis {
  readonly lookup: SchemaLookup;
  readonly context: AnalyseContext;
  /** Parameters met without a value, with what is known of their types. */
  readonly unbound = new Map<string, SqlType>();
  readonly repetitions = new Repetitions();
  #columns = 0;
  #arguments = 0;
  #scans = 0;
  #ctes = 0;

  constructor(lookup: SchemaLookup, context: AnalyseContext) {
    this.lookup = lookup;
    this.context = context;
  }

  column(type: SqlType): Column {
    return { id: ++this.#columns, type };
  }

  argument(): ArgumentId {
    return ++this.#arguments;
  }

  scan(): ScanId {
    return ++this.#scans;
  }

  cte(): CteId {
    return ++this.#ctes;
  }
}
