/**
 * What a kernel reads, seen from the grouping above it: the scan, the conditions under way, and
 * what computed columns stand for.
 */
import type { ColumnRef } from '../analyse/schema-lookup.ts';
import type { Column, ColumnId, Expression, Relation, RelationOf } from '../analyse/typed.ts';
import { conjunctsOf } from './predicate.ts';

/** The pipe below the grouping: a scan, and what is said of its columns on the way up. */
export class KernelInput {
  readonly scan: RelationOf<'scan'>;
  readonly conditions: readonly Expression[];
  readonly #definitions: ReadonlyMap<ColumnId, Expression>;
  readonly #sources: ReadonlyMap<ColumnId, ColumnRef>;

  private constructor(
    scan: RelationOf<'scan'>,
    conditions: readonly Expression[],
    definitions: ReadonlyMap<ColumnId, Expression>,
  ) {
    this.scan = scan;
    this.#definitions = definitions;
    this.#sources = new Map(scan.columns.map(({ column, source }) => [column.id, source]));
    this.conditions = conditions;
  }

  static of(relation: Relation): KernelInput | undefined {
    const conditions: Expression[] = [];
    const definitions = new Map<ColumnId, Expression>();
    let at = relation;
    while (at.kind !== 'scan') {
      if (at.kind === 'filter') conditions.push(...conjunctsOf(at.condition));
      else if (at.kind === 'extend') {
        for (const { column, expression } of at.additions) definitions.set(column.id, expression);
      } else if (at.kind !== 'project') return undefined;
      at = at.input;
    }
    return new KernelInput(at, conditions, definitions);
  }

  column({ id, type }: Column): Expression {
    return this.resolve({ kind: 'column', column: id, type });
  }

  /** What a column stands for, unless it is one of the scan. */
  resolve(expression: Expression): Expression {
    let resolved = expression;
    while (resolved.kind === 'column') {
      const definition = this.#definitions.get(resolved.column);
      if (definition === undefined) return resolved;
      resolved = definition;
    }
    return resolved;
  }

  /** The scan's column that the expression is, as it is. */
  sourceOf(expression: Expression | undefined): ColumnRef | undefined {
    const resolved = expression && this.resolve(expression);
    return resolved?.kind === 'column' ? this.#sources.get(resolved.column) : undefined;
  }

  /** The measure that is read as a double: a double, or a bigint cast to one. */
  doubleOf(expression: Expression | undefined): ColumnRef | undefined {
    const resolved = expression && this.resolve(expression);
    if (resolved?.type.kind !== 'double') return undefined;
    const isCast = resolved.kind === 'cast' && resolved.mode !== 'try';
    const source = this.sourceOf(isCast ? resolved.value : resolved);
    if (source === undefined || !isMeasure(source)) return undefined;
    return source.type.kind === (isCast ? 'bigint' : 'double') ? source : undefined;
  }
}

export function isMeasure({ kind }: ColumnRef): boolean {
  return kind === 'measure_value' || kind === 'multi';
}

export function belongsToSeries({ kind }: ColumnRef): boolean {
  return kind === 'dimension' || kind === 'measure_name';
}
