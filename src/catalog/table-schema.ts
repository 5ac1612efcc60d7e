/**
 * The schema of a table: what its records have brought so far. Schemas only grow, so every id below
 * means the same for the life of the table:
 *
 *   dimension id   0, 1, 2 …            in the order of creation
 *   column id      0 measure_value::double    1 ::bigint    2 ::varchar    3 ::boolean
 *                  4 + i                attribute i of multi-measure records
 *
 * Immutable; grows by `extended()` with additions that were checked (schema-additions.ts). Look-ups
 * by name cost one hash. Says nothing about where rows are.
 */
import { PersistentMap } from '../base/persistent-map.ts';
import type { MeasureType, StoredType } from '../base/types.ts';

/** Types of single-measure records, by column id. */
export const SCALAR_TYPES = ['double', 'bigint', 'varchar', 'boolean'] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];
export const ATTRIBUTE_COLUMN_FIRST = SCALAR_TYPES.length;

export function scalarColumnId(type: ScalarType): number {
  return SCALAR_TYPES.indexOf(type);
}

export interface Measure {
  readonly type: MeasureType;
  /** Ids of the dimensions seen with this measure name, in the order they appeared. */
  readonly dimensionIds: readonly number[];
}

export interface Attribute {
  readonly name: string;
  readonly type: StoredType;
}

export type SchemaColumn =
  | {
      readonly kind: 'dimension';
      readonly name: string;
      readonly type: 'varchar';
      readonly dimensionId: number;
    }
  | { readonly kind: 'measure_name'; readonly name: 'measure_name'; readonly type: 'varchar' }
  | { readonly kind: 'time'; readonly name: 'time'; readonly type: 'timestamp' }
  | {
      readonly kind: 'measure_value' | 'multi';
      readonly name: string;
      readonly type: StoredType;
      readonly columnId: number;
    };

/** What records bring to a schema; what it has already may be among it. */
export interface SchemaAdditions {
  /** Only to fix an order; dimensions named by a measure need not be repeated here. */
  readonly dimensions?: readonly string[];
  readonly measures: readonly {
    readonly name: string;
    readonly type: MeasureType;
    readonly dimensions: readonly string[];
  }[];
  readonly attributes: readonly { readonly name: string; readonly type: StoredType }[];
}

interface Parts {
  readonly dimensions: readonly string[];
  readonly dimensionIds: PersistentMap<string, number>;
  readonly measures: PersistentMap<string, Measure>;
  readonly attributes: readonly Attribute[];
  readonly attributeIndexes: PersistentMap<string, number>;
  readonly scalarTypes: ReadonlySet<ScalarType>;
}

/** As snapshots hold it; measures as [name, type, dimension ids]. */
export interface SchemaJson {
  readonly dimensions: readonly string[];
  readonly measures: readonly (readonly [string, MeasureType, readonly number[]])[];
  readonly attributes: readonly (readonly [string, StoredType])[];
}

export class TableSchema {
  /** Index = dimension id. */
  readonly dimensions: readonly string[];
  readonly measures: ReadonlyMap<string, Measure>;
  readonly attributes: readonly Attribute[];
  /** Which measure_value::T columns exist. */
  readonly scalarTypes: ReadonlySet<ScalarType>;
  readonly #parts: Parts;
  #columns: readonly SchemaColumn[] | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.dimensions = parts.dimensions;
    this.measures = parts.measures;
    this.attributes = parts.attributes;
    this.scalarTypes = parts.scalarTypes;
  }

  static readonly empty = new TableSchema({
    dimensions: [],
    dimensionIds: PersistentMap.empty(),
    measures: PersistentMap.empty(),
    attributes: [],
    attributeIndexes: PersistentMap.empty(),
    scalarTypes: new Set(),
  });

  dimensionId(name: string): number | undefined {
    return this.#parts.dimensionIds.get(name);
  }

  attributeIndex(name: string): number | undefined {
    return this.#parts.attributeIndexes.get(name);
  }

  /** The measure names, ascending, as SHOW MEASURES lists them. */
  get measureNames(): readonly string[] {
    return this.#parts.measures.sortedKeys;
  }

  /** In the order of DESCRIBE and `SELECT *` (query-language 2.5). */
  get columns(): readonly SchemaColumn[] {
    this.#columns ??= columnsOf(this);
    return this.#columns;
  }

  /** With the additions, which must agree with this schema (checkAdditions). */
  extended(additions: SchemaAdditions): TableSchema {
    const { dimensions, dimensionIds } = extendDimensions(this.#parts, additions);
    const { attributes, attributeIndexes } = extendAttributes(this.#parts, additions);
    const scalarTypes = new Set(this.scalarTypes);
    const changed = new Map<string, Measure>();
    for (const { name, type, dimensions: seen } of additions.measures) {
      const ids = new Set((changed.get(name) ?? this.measures.get(name))?.dimensionIds);
      for (const dimension of seen) ids.add(dimensionIds.get(dimension)!);
      changed.set(name, { type, dimensionIds: [...ids] });
      if (type !== 'multi') scalarTypes.add(type);
    }
    return new TableSchema({
      dimensions,
      dimensionIds,
      measures: this.#parts.measures.withAll(changed),
      attributes,
      attributeIndexes,
      scalarTypes,
    });
  }

  toJson(): SchemaJson {
    return {
      dimensions: this.dimensions,
      measures: [...this.measures].map(([name, { type, dimensionIds }]) => [
        name,
        type,
        dimensionIds,
      ]),
      attributes: this.attributes.map(({ name, type }) => [name, type]),
    };
  }

  static fromJson(json: SchemaJson): TableSchema {
    const { dimensions } = json;
    return TableSchema.empty.extended({
      dimensions,
      measures: json.measures.map(([name, type, ids]) => ({
        name,
        type,
        dimensions: ids.map((id) => dimensions[id]!),
      })),
      attributes: json.attributes.map(([name, type]) => ({ name, type })),
    });
  }
}

function extendDimensions(parts: Parts, additions: SchemaAdditions) {
  const added = new Set(additions.dimensions);
  for (const measure of additions.measures) {
    for (const dimension of measure.dimensions) added.add(dimension);
  }
  const fresh = [...added].filter((name) => !parts.dimensionIds.has(name));
  if (fresh.length === 0) return parts;
  const first = parts.dimensions.length;
  return {
    dimensions: [...parts.dimensions, ...fresh],
    dimensionIds: parts.dimensionIds.withAll(fresh.map((name, i) => [name, first + i] as const)),
  };
}

function extendAttributes(parts: Parts, additions: SchemaAdditions) {
  const added = new Map(additions.attributes.map((attribute) => [attribute.name, attribute]));
  const fresh = [...added.values()].filter(({ name }) => !parts.attributeIndexes.has(name));
  if (fresh.length === 0) return parts;
  const first = parts.attributes.length;
  return {
    attributes: [...parts.attributes, ...fresh],
    attributeIndexes: parts.attributeIndexes.withAll(
      fresh.map(({ name }, i) => [name, first + i] as const),
    ),
  };
}

function columnsOf(schema: TableSchema): readonly SchemaColumn[] {
  const dimensions = schema.dimensions.map(
    (name, dimensionId): SchemaColumn => ({
      kind: 'dimension',
      name,
      type: 'varchar',
      dimensionId,
    }),
  );
  const scalars = SCALAR_TYPES.filter((type) => schema.scalarTypes.has(type)).map(
    (type): SchemaColumn => ({
      kind: 'measure_value',
      name: `measure_value::${type}`,
      type,
      columnId: scalarColumnId(type),
    }),
  );
  const attributes = schema.attributes.map(
    ({ name, type }, i): SchemaColumn => ({
      kind: 'multi',
      name,
      type,
      columnId: ATTRIBUTE_COLUMN_FIRST + i,
    }),
  );
  return [
    ...dimensions,
    { kind: 'measure_name', name: 'measure_name', type: 'varchar' },
    { kind: 'time', name: 'time', type: 'timestamp' },
    ...scalars,
    ...attributes,
  ];
}
