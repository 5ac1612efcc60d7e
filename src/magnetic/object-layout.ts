/**
 * The columns of an object, a Parquet file with rows of one table:
 *
 *   holds                field id       name in the file           in relations    type
 *   time                 1              time                       time            TIMESTAMP_NS
 *   version              2              ts_version                 ts_version      BIGINT
 *   measure name         3              measure_name               measure_name    VARCHAR
 *   dimension d          1000 + d       the dimension's            d<d>            VARCHAR
 *   measure column c     100000 + c     measure_value::double …    c<c>            its type's
 *                                       or the attribute's
 *
 * We find columns by their field id alone, which never changes. The names are for other programs.
 * Some of these, as DuckDB itself, do not tell names apart that differ only in ASCII case, so of
 * such names only the first one is kept; the order is fixed columns, dimensions by id, attributes
 * by id. The other columns, and those whose names a file cannot have, are `ts_dimension_<id>` and
 * `ts_measure_<id>`, which no user's name can be: those that begin with `ts_` are replaced too.
 *
 * Relations are SQL texts whose columns have the names above: those that this folder gives to
 * readers, and those that it is given to write. In them all times are BIGINT nanoseconds.
 *
 * Pure.
 */
import { assert } from '../base/assert.ts';
import type { StoredType } from '../base/types.ts';
import { ATTRIBUTE_COLUMN_FIRST, SCALAR_TYPES, type TableSchema } from '../catalog/api.ts';

export type Held =
  | { readonly kind: 'time' }
  | { readonly kind: 'version' }
  | { readonly kind: 'measure-name' }
  | { readonly kind: 'dimension'; readonly dimensionId: number }
  | { readonly kind: 'measure'; readonly columnId: number; readonly type: StoredType };

export interface ObjectColumn {
  readonly holds: Held;
  readonly fieldId: number;
  /** The type in the file, as DuckDB calls it. */
  readonly type: string;
  /** Its name in relations: made of letters, digits and `_`. */
  readonly name: string;
}

export interface NamedColumn extends ObjectColumn {
  readonly nameInFile: string;
}

/** Plain data, so that it can be posted to a worker. */
export type ObjectLayout = readonly NamedColumn[];

export const TYPES: Readonly<Record<StoredType, string>> = {
  double: 'DOUBLE',
  bigint: 'BIGINT',
  varchar: 'VARCHAR',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP_NS',
};

const TIME: NamedColumn = {
  holds: { kind: 'time' },
  fieldId: 1,
  type: 'TIMESTAMP_NS',
  name: 'time',
  nameInFile: 'time',
};
const VERSION: NamedColumn = {
  holds: { kind: 'version' },
  fieldId: 2,
  type: 'BIGINT',
  name: 'ts_version',
  nameInFile: 'ts_version',
};
const MEASURE_NAME: NamedColumn = {
  holds: { kind: 'measure-name' },
  fieldId: 3,
  type: 'VARCHAR',
  name: 'measure_name',
  nameInFile: 'measure_name',
};
const DIMENSION_FIELD_FIRST = 1_000;
const MEASURE_FIELD_FIRST = 100_000;

/** The columns of `ids`, in the order of the file: dimensions, measure name, time, version, measures. */
export function objectLayout(
  schema: TableSchema,
  ids: { readonly dimensions: Iterable<number>; readonly columns: Iterable<number> },
): ObjectLayout {
  const names = namesInFile(schema);
  const dimensions = ascending(ids.dimensions).map((id) => ({
    ...objectColumn({ kind: 'dimension', dimensionId: id }),
    nameInFile: names.dimension(id),
  }));
  const measures = ascending(ids.columns).map((id) => ({
    ...objectColumn({ kind: 'measure', columnId: id, type: measureTypeOf(schema, id) }),
    nameInFile: names.measure(id),
  }));
  return [...dimensions, MEASURE_NAME, TIME, VERSION, ...measures];
}

/** What is known of a column without a schema: all that a reader needs. */
export function objectColumn(holds: Held): ObjectColumn {
  switch (holds.kind) {
    case 'time':
      return TIME;
    case 'version':
      return VERSION;
    case 'measure-name':
      return MEASURE_NAME;
    case 'dimension': {
      const fieldId = DIMENSION_FIELD_FIRST + holds.dimensionId;
      assert(fieldId < MEASURE_FIELD_FIRST, 'dimension ids end where measure columns begin');
      return { holds, fieldId, type: 'VARCHAR', name: `d${holds.dimensionId}` };
    }
    default: {
      const fieldId = MEASURE_FIELD_FIRST + holds.columnId;
      return { holds, fieldId, type: TYPES[holds.type], name: `c${holds.columnId}` };
    }
  }
}

function measureTypeOf(schema: TableSchema, columnId: number): StoredType {
  const scalar = SCALAR_TYPES[columnId];
  if (scalar !== undefined) return scalar;
  const attribute = schema.attributes[columnId - ATTRIBUTE_COLUMN_FIRST];
  assert(attribute !== undefined, `the schema has the measure column ${columnId}`);
  return attribute.type;
}

interface Names {
  dimension(id: number): string;
  measure(columnId: number): string;
}

function namesInFile(schema: TableSchema): Names {
  const scalars = SCALAR_TYPES.map((type) => `measure_value::${type}`);
  const taken = new Set(['time', 'measure_name', ...scalars]);
  const dimensions = schema.dimensions.map((name, id) =>
    freeName(name, `ts_dimension_${id}`, taken),
  );
  const attributes = schema.attributes.map(({ name }, i) =>
    freeName(name, `ts_measure_${ATTRIBUTE_COLUMN_FIRST + i}`, taken),
  );
  const measures = [...scalars, ...attributes];
  const nameAt = (names: readonly string[], id: number): string => {
    const name = names[id];
    assert(name !== undefined, `the schema has the column ${id}`);
    return name;
  };
  return {
    dimension: (id) => nameAt(dimensions, id),
    measure: (columnId) => nameAt(measures, columnId),
  };
}

/** Control characters and lone surrogates: no SQL name or no UTF-8. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

function freeName(name: string, otherwise: string, taken: Set<string>): string {
  const folded = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const isFree = name !== '' && !UNFIT.test(name) && !folded.startsWith('ts_');
  if (!isFree || taken.has(folded)) return otherwise;
  taken.add(folded);
  return name;
}

function ascending(ids: Iterable<number>): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}
