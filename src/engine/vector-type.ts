/**
 * The types of vectors that come out of DuckDB and go into functions, and their DuckDB
 * counterparts.
 *
 * Only the physical forms that the lowering produces exist here. A result of any other type
 * (HUGEINT, DECIMAL, TIMESTAMP …) is a mistake of the lowering and is reported as an internal
 * error.
 */
import duckdb from '@duckdb/node-bindings';
import { EngineError } from './engine-error.ts';

export type ScalarType = 'boolean' | 'integer' | 'bigint' | 'double' | 'varchar';

export type VectorType =
  | ScalarType
  | { readonly list: VectorType }
  | { readonly struct: readonly (readonly [name: string, type: VectorType])[] };

const SCALARS: Readonly<Record<ScalarType, duckdb.Type>> = {
  boolean: duckdb.Type.BOOLEAN,
  integer: duckdb.Type.INTEGER,
  bigint: duckdb.Type.BIGINT,
  double: duckdb.Type.DOUBLE,
  varchar: duckdb.Type.VARCHAR,
};

/** Bytes of one row of a flat vector; lists hold offset and length, structs hold nothing. */
export function cellBytes(type: VectorType): number {
  if (typeof type === 'object') return 'list' in type ? 16 : 0;
  switch (type) {
    case 'boolean':
      return 1;
    case 'integer':
      return 4;
    case 'bigint':
    case 'double':
      return 8;
    case 'varchar':
      return 16;
  }
}

export function toLogicalType(type: VectorType | 'any'): duckdb.LogicalType {
  if (type === 'any') return duckdb.create_logical_type(duckdb.Type.ANY);
  if (typeof type === 'string') return duckdb.create_logical_type(SCALARS[type]);
  if ('list' in type) return duckdb.create_list_type(toLogicalType(type.list));
  return duckdb.create_struct_type(
    type.struct.map(([, fieldType]) => toLogicalType(fieldType)),
    type.struct.map(([name]) => name),
  );
}

export function fromLogicalType(logical: duckdb.LogicalType): VectorType {
  const id = duckdb.get_type_id(logical);
  switch (id) {
    case duckdb.Type.BOOLEAN:
      return 'boolean';
    case duckdb.Type.INTEGER:
    case duckdb.Type.SQLNULL:
      return 'integer';
    case duckdb.Type.BIGINT:
      return 'bigint';
    case duckdb.Type.DOUBLE:
      return 'double';
    case duckdb.Type.VARCHAR:
      return 'varchar';
    case duckdb.Type.LIST:
      return { list: fromLogicalType(duckdb.list_type_child_type(logical)) };
    case duckdb.Type.STRUCT:
      return { struct: structFields(logical) };
    default:
      throw new EngineError('internal', `no vector of DuckDB type ${duckdb.Type[id]} is supported`);
  }
}

function structFields(logical: duckdb.LogicalType): (readonly [string, VectorType])[] {
  const fields: (readonly [string, VectorType])[] = [];
  for (let k = 0; k < duckdb.struct_type_child_count(logical); k++) {
    const name = duckdb.struct_type_child_name(logical, k);
    fields.push([name, fromLogicalType(duckdb.struct_type_child_type(logical, k))]);
  }
  return fields;
}
