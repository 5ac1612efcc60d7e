/**
 * Which names are visible where, and what they stand for.
 *
 * A scope lists the columns of one FROM; its parent is the scope of the enclosing query (for
 * correlated sub-queries) or of the relations to the left (for UNNEST and LATERAL). A name is
 * looked for level by level. Within a level a spelling that matches exactly goes before one that
 * matches without case, and two that match equally well are ambiguous (query-language 1.3).
 *
 * Lambda parameters hide columns; they live in a chain of their own (LambdaScope).
 */
import { fault, type Location } from './fault.ts';
import type { TableRef } from './schema-lookup.ts';
import type { ArgumentId, Column } from './typed.ts';
import type { SqlType } from './types.ts';

/** Where a column comes from when it is a table's own, for ColumnInfo and PrepareQuery. */
export interface ColumnOrigin {
  readonly table: TableRef;
  readonly name: string;
}

export interface Field {
  /** Absent for a nameless expression. */
  readonly name?: string;
  /** What may stand before the name: an alias, or database and table. */
  readonly qualifier: readonly string[];
  readonly column: Column;
  readonly origin?: ColumnOrigin;
  /** Was given its name by AS or a column alias list. */
  readonly aliased?: boolean;
}

export interface Scope {
  readonly fields: readonly Field[];
  readonly parent?: Scope;
}

export interface LambdaScope {
  readonly parameters: readonly {
    readonly name: string;
    readonly argument: ArgumentId;
    readonly type: SqlType;
  }[];
  readonly parent?: LambdaScope;
}

export function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** A qualifier fits when it is the end of the field's: `t.x` and `db.t.x` both name `db.t`'s x. */
export function qualifierFits(field: Field, qualifier: readonly string[]): boolean {
  const skipped = field.qualifier.length - qualifier.length;
  return (
    skipped >= 0 &&
    qualifier.every((part, at) => sameName(part, field.qualifier[skipped + at] ?? ''))
  );
}

/** The field that the parts name (qualifier and column name), or undefined if none does. */
export function resolveField(
  scope: Scope | undefined,
  parts: readonly string[],
  at: Location,
): Field | undefined {
  const name = parts.at(-1) ?? '';
  const qualifier = parts.slice(0, -1);
  for (let level = scope; level !== undefined; level = level.parent) {
    const fields = level.fields.filter(
      (field) =>
        field.name !== undefined && sameName(field.name, name) && qualifierFits(field, qualifier),
    );
    const exact = fields.filter((field) => field.name === name);
    const found = exact.length > 0 ? exact : fields;
    if (distinctColumns(found) > 1) throw fault(at, `Column '${parts.join('.')}' is ambiguous`);
    if (found[0]) return found[0];
  }
  return undefined;
}

/** `SELECT time, time` in a sub-query names one column twice: not ambiguous to anybody. */
function distinctColumns(fields: readonly Field[]): number {
  return new Set(fields.map((field) => field.column.id)).size;
}

export function resolveLambdaParameter(
  scope: LambdaScope | undefined,
  name: string,
): { readonly argument: ArgumentId; readonly type: SqlType } | undefined {
  for (let level = scope; level !== undefined; level = level.parent) {
    const found = level.parameters.find((parameter) => sameName(parameter.name, name));
    if (found) return found;
  }
  return undefined;
}
