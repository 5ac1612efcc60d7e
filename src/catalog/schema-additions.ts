/**
 * What records bring to a table's schema, and why it may be refused (write-api 5.8, 6). Additions
 * are a request to know these names: what the schema has already is no fault and changes nothing,
 * so that asking twice, or racing with somebody who asks the same, is harmless.
 *
 * All or nothing: one fault refuses all additions of a call. Ingest asks record by record through
 * SchemaDraft and so keeps the records that can be kept.
 */
import {
  ATTRIBUTES_PER_TABLE_MAX,
  DIMENSIONS_PER_TABLE_MAX,
  MEASURE_NAMES_PER_TABLE_MAX,
} from '../base/limits.ts';
import type { MeasureType, StoredType } from '../base/types.ts';
import type { SchemaAdditions, TableSchema } from './table-schema.ts';

export type SchemaFault =
  | {
      readonly kind: 'measure-type-conflict';
      readonly name: string;
      readonly existing: MeasureType;
      readonly wanted: MeasureType;
    }
  | {
      readonly kind: 'attribute-type-conflict';
      readonly name: string;
      readonly existing: StoredType;
      readonly wanted: StoredType;
    }
  /** The name is a dimension here and an attribute there. */
  | { readonly kind: 'name-conflict'; readonly name: string }
  | {
      readonly kind: 'too-many';
      readonly what: 'dimensions' | 'measure names' | 'attributes';
      readonly max: number;
    };

export type ExtendOutcome =
  | { readonly kind: 'extended'; readonly schema: TableSchema }
  | { readonly kind: 'refused'; readonly fault: SchemaFault }
  /** The table has been deleted meanwhile. */
  | { readonly kind: 'table-gone' };

/** What of the additions the schema lacks; undefined when it has everything. */
export function missingFrom(
  schema: TableSchema,
  additions: SchemaAdditions,
): SchemaAdditions | undefined {
  const dimensions = (additions.dimensions ?? []).filter(
    (name) => schema.dimensionId(name) === undefined,
  );
  const measures = additions.measures.filter((measure) => lacksMeasure(schema, measure));
  const attributes = additions.attributes.filter(
    ({ name }) => schema.attributeIndex(name) === undefined,
  );
  return dimensions.length + measures.length + attributes.length === 0
    ? undefined
    : { dimensions, measures, attributes };
}

function lacksMeasure(schema: TableSchema, measure: SchemaAdditions['measures'][number]): boolean {
  const seen = schema.measures.get(measure.name)?.dimensionIds;
  if (seen === undefined) return true;
  return measure.dimensions.some((name) => {
    const id = schema.dimensionId(name);
    return id === undefined || !seen.includes(id);
  });
}

/** The first reason to refuse the additions. */
export function checkAdditions(
  schema: TableSchema,
  additions: SchemaAdditions,
): SchemaFault | undefined {
  const measures = new Map<string, MeasureType>();
  const dimensions = new Set<string>(additions.dimensions);
  for (const { name, type, dimensions: seen } of additions.measures) {
    const existing = schema.measures.get(name)?.type ?? measures.get(name);
    if (existing !== undefined && existing !== type) {
      return { kind: 'measure-type-conflict', name, existing, wanted: type };
    }
    measures.set(name, type);
    for (const dimension of seen) dimensions.add(dimension);
  }
  const attributes = new Map<string, StoredType>();
  for (const { name, type } of additions.attributes) {
    const index = schema.attributeIndex(name);
    const existing = index === undefined ? attributes.get(name) : schema.attributes[index]!.type;
    if (existing !== undefined && existing !== type) {
      return { kind: 'attribute-type-conflict', name, existing, wanted: type };
    }
    attributes.set(name, type);
    if (dimensions.has(name) || schema.dimensionId(name) !== undefined) {
      return { kind: 'name-conflict', name };
    }
  }
  for (const name of dimensions) {
    if (schema.attributeIndex(name) !== undefined) return { kind: 'name-conflict', name };
  }
  return checkCounts(schema, { dimensions, measures, attributes });
}

interface Names {
  readonly dimensions: ReadonlySet<string>;
  readonly measures: ReadonlyMap<string, MeasureType>;
  readonly attributes: ReadonlyMap<string, StoredType>;
}

function checkCounts(schema: TableSchema, names: Names): SchemaFault | undefined {
  const dimensions = count(
    names.dimensions.keys(),
    (name) => schema.dimensionId(name) === undefined,
  );
  if (dimensions > 0 && schema.dimensions.length + dimensions > DIMENSIONS_PER_TABLE_MAX) {
    return { kind: 'too-many', what: 'dimensions', max: DIMENSIONS_PER_TABLE_MAX };
  }
  const measures = count(names.measures.keys(), (name) => !schema.measures.has(name));
  if (measures > 0 && schema.measures.size + measures > MEASURE_NAMES_PER_TABLE_MAX) {
    return { kind: 'too-many', what: 'measure names', max: MEASURE_NAMES_PER_TABLE_MAX };
  }
  const attributes = count(
    names.attributes.keys(),
    (name) => schema.attributeIndex(name) === undefined,
  );
  if (attributes > 0 && schema.attributes.length + attributes > ATTRIBUTES_PER_TABLE_MAX) {
    return { kind: 'too-many', what: 'attributes', max: ATTRIBUTES_PER_TABLE_MAX };
  }
  return undefined;
}

function count(names: Iterable<string>, matches: (name: string) => boolean): number {
  let found = 0;
  for (const name of names) if (matches(name)) found++;
  return found;
}
