/**
 * The analyser: a statement's syntax tree into its typed tree, or the ValidationException that says
 * where it is wrong. Pure, so that an editor can run it too.
 */
import { assertNever } from '../../base/assert.ts';
import type * as ast from '../parse/ast.ts';
import { type AnalyseContext, Analysis } from './analysis.ts';
import { fault, syntaxFault } from './fault.ts';
import { lookUpTable, unknownDatabase } from './from.ts';
import { inferParameters, type StatementParameter } from './parameters.ts';
import { analyseQuery } from './query.ts';
import type { SchemaLookup, TableSchema } from './schema-lookup.ts';
import type { ColumnOrigin } from './scope.ts';
import type { Column, Relation } from './typed.ts';
import { displayType, isReturnable, type SqlType } from './types.ts';

export type { AnalyseContext, ParameterValue } from './analysis.ts';
export { type FunctionCompletion, functionCompletions } from './functions/completion.ts';
export { queryErrorText } from './functions/engine-texts.ts';
export {
  documentedFunctions,
  type FunctionFamily,
} from './functions/registry.ts';
export type { StatementParameter } from './parameters.ts';
export type {
  ColumnKind,
  ColumnRef,
  SchemaLookup,
  TableRef,
  TableSchema,
} from './schema-lookup.ts';
export type { ColumnOrigin } from './scope.ts';
export type { Column, Relation } from './typed.ts';
export {
  arrayOf,
  displayType,
  type RowField,
  rowOf,
  type SqlType,
  VARCHAR,
} from './types.ts';

export interface OutputColumn {
  /** Alias, own name, or `_colN`. */
  readonly name: string;
  readonly type: SqlType;
  readonly column: Column;
  /** The table's column, when the result's column is just that. */
  readonly origin?: ColumnOrigin;
  readonly aliased: boolean;
}

export interface AnalysedQuery {
  readonly kind: 'query';
  readonly relation: Relation;
  readonly columns: readonly OutputColumn[];
  /** Parameters without a value: only PrepareQuery may go on with those. */
  readonly parameters: readonly StatementParameter[];
}

export interface NamePattern {
  readonly pattern: string;
  readonly escape?: string;
}

export type AnalysedStatement =
  | AnalysedQuery
  | { readonly kind: 'show-databases'; readonly like?: NamePattern }
  | { readonly kind: 'show-tables'; readonly database?: string; readonly like?: NamePattern }
  | { readonly kind: 'show-measures'; readonly table: TableSchema; readonly like?: NamePattern }
  | { readonly kind: 'show-functions'; readonly like?: NamePattern }
  | { readonly kind: 'describe'; readonly table: TableSchema }
  | { readonly kind: 'explain'; readonly analyze: boolean; readonly statement: AnalysedStatement }
  | { readonly kind: 'unload'; readonly query: AnalysedQuery; readonly unload: ast.Unload };

export function analyse(
  statement: ast.Statement,
  lookup: SchemaLookup,
  context: AnalyseContext,
): AnalysedStatement {
  switch (statement.kind) {
    case 'query-statement':
      return query(statement.query, lookup, context);
    case 'show-databases':
    case 'show-functions':
      return { kind: statement.kind, ...likeOf(statement.like) };
    case 'show-tables': {
      const { database, like } = statement;
      if (database && lookup.database(database.name) === undefined) {
        throw unknownDatabase(database.name, database.name, database.at);
      }
      return {
        kind: 'show-tables',
        ...(database && { database: database.name }),
        ...likeOf(like),
      };
    }
    case 'show-measures':
      return {
        kind: 'show-measures',
        table: tableNamed(statement.table, lookup),
        ...likeOf(statement.like),
      };
    case 'describe':
      return { kind: 'describe', table: tableNamed(statement.table, lookup) };
    case 'explain': {
      const inner = analyse(statement.statement, lookup, context);
      return { kind: 'explain', analyze: statement.analyze, statement: inner };
    }
    case 'unload':
      return { kind: 'unload', query: query(statement.query, lookup, context), unload: statement };
    default:
      return assertNever(statement, 'statement');
  }
}

function query(node: ast.Query, lookup: SchemaLookup, context: AnalyseContext): AnalysedQuery {
  const analysis = new Analysis(lookup, context);
  const { relation, fields } = analyseQuery(node, { analysis });
  const columns = fields.map(({ name, column, origin, aliased }, at): OutputColumn => {
    if (!isReturnable(column.type)) {
      const text = `A column of type ${displayType(column.type)} cannot be returned by a query`;
      throw fault(node.at, text);
    }
    return {
      name: name ?? `_col${at}`,
      type: column.type,
      column,
      aliased: aliased ?? false,
      ...(origin && { origin }),
    };
  });
  const parameters = inferParameters(relation, analysis.unbound);
  return { kind: 'query', relation, columns, parameters };
}

function likeOf(like: ast.LikePattern | undefined): { readonly like?: NamePattern } {
  if (like === undefined) return {};
  const escaped = like.escape === undefined ? {} : { escape: like.escape.value };
  return { like: { pattern: like.pattern.value, ...escaped } };
}

function tableNamed({ parts, at }: ast.QualifiedName, lookup: SchemaLookup): TableSchema {
  const [database, table, more] = parts.map((part) => part.name);
  if (database === undefined || table === undefined || more !== undefined) throw syntaxFault(at);
  return lookUpTable(lookup, database, table, at);
}
