/**
 * The MeasureValues of multi-measure records after the merge with those in common (write-api 5.3),
 * in one table: checked once, and their columns looked up once, for all records of one shape.
 */
import { MEASURES_PER_RECORD_MAX } from '../base/limits.ts';
import type { StoredType } from '../base/types.ts';
import type { Attribute, TableSchema } from '../catalog/api.ts';
import { ATTRIBUTE_COLUMN_FIRST } from '../catalog/api.ts';
import { attributeNameFault } from './names.ts';
import type { TableWrites } from './table-writes.ts';
import { TIMESTAMP, typeName } from './value-type.ts';

const GROUPS_PER_SHAPE_MAX = 8;

/**
 * The names and types of a record's MeasureValues, without the values. Shared, as DimensionSet is:
 * the decoder hands out one object for one sequence of names and types.
 */
export class MeasureShape {
  readonly names: readonly string[];
  /** Codes of value-type.ts. */
  readonly types: Uint8Array;
  /** Which of the values are timestamps: they are counted in the record's TimeUnit. */
  readonly timestamps: Int32Array;
  /** Ingest's; the decoder does not touch it. */
  memo: MeasureGroup | undefined = undefined;

  constructor(names: readonly string[], types: readonly number[]) {
    this.names = names;
    this.types = Uint8Array.from(types);
    const timestamps = types.map((type, at) => (type === TIMESTAMP ? at : -1));
    this.timestamps = Int32Array.from(timestamps.filter((at) => at >= 0));
  }

  get length(): number {
    return this.names.length;
  }
}

/** The shape of a record without MeasureValues. */
export const NO_MEASURES = new MeasureShape([], []);

export class MeasureGroup {
  readonly writes: TableWrites;
  readonly common: MeasureShape;
  /** Those in common come first. */
  readonly attributes: readonly Attribute[];
  readonly types: Uint8Array;
  readonly hasTimestamps: boolean;
  readonly fault: string | undefined;
  /** The column of each value, once the table's schema has them all. */
  columns: Int32Array | undefined = undefined;
  readonly next: MeasureGroup | undefined;
  readonly depth: number;

  constructor(writes: TableWrites, shape: MeasureShape, common: MeasureShape) {
    this.writes = writes;
    this.common = common;
    const names = [...common.names, ...shape.names];
    this.types = Uint8Array.from([...common.types, ...shape.types]);
    this.attributes = names.map((name, i) => ({
      name,
      type: typeName(this.types[i]!) as StoredType,
    }));
    this.hasTimestamps = common.timestamps.length + shape.timestamps.length > 0;
    this.fault = measuresFault(names);
    this.next = (shape.memo?.depth ?? 0) < GROUPS_PER_SHAPE_MAX ? shape.memo : undefined;
    this.depth = 1 + (this.next?.depth ?? 0);
  }

  /** The columns, if the schema has all of them with the right types. */
  resolve(schema: TableSchema): Int32Array | undefined {
    if (this.columns !== undefined) return this.columns;
    const columns = new Int32Array(this.attributes.length);
    for (let i = 0; i < columns.length; i++) {
      const { name, type } = this.attributes[i]!;
      const index = schema.attributeIndex(name);
      if (index === undefined || schema.attributes[index]!.type !== type) return undefined;
      columns[i] = ATTRIBUTE_COLUMN_FIRST + index;
    }
    this.columns = columns;
    return columns;
  }
}

export function measureGroup(
  writes: TableWrites,
  shape: MeasureShape,
  common: MeasureShape,
): MeasureGroup {
  let group = shape.memo;
  while (group !== undefined && (group.writes !== writes || group.common !== common)) {
    group = group.next;
  }
  if (group !== undefined) return group;
  shape.memo = new MeasureGroup(writes, shape, common);
  return shape.memo;
}

function measuresFault(names: readonly string[]): string | undefined {
  if (names.length > MEASURES_PER_RECORD_MAX) {
    return `A multi-measure record can have at most ${MEASURES_PER_RECORD_MAX} measure values.`;
  }
  const seen = new Set<string>();
  for (const name of names) {
    const fault = attributeNameFault(name);
    if (fault !== undefined) return fault;
    if (seen.has(name)) {
      return `The multi-measure attribute name '${name}' occurs more than once in a record.`;
    }
    seen.add(name);
  }
  return undefined;
}
