/**
 * Rows of the rejected relation (merge-sources.ts) as the records that a client had sent, and why
 * they were rejected, in the words of write-api 5.6.
 */
import { assert, assertNever } from '../base/assert.ts';
import type { StoredType } from '../base/types.ts';
import { ATTRIBUTE_COLUMN_FIRST, type TableSchema } from '../catalog/api.ts';
import type { VectorValue } from '../engine/api.ts';
import type { ObjectLayout } from './object-layout.ts';

export interface RejectedRecord {
  readonly reason: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly measureName: string;
  readonly measure: RejectedMeasure;
  /** Nanoseconds. */
  readonly time: bigint;
  readonly version: bigint;
}

interface TypedText {
  readonly type: StoredType;
  readonly value: string;
}

type RejectedMeasure =
  | ({ readonly kind: 'single' } & TypedText)
  | { readonly kind: 'multi'; readonly values: readonly ({ readonly name: string } & TypedText)[] };

export interface RejectedRowsOf {
  readonly schema: TableSchema;
  /** The rows' columns: the layout's, then existing_version. */
  readonly layout: ObjectLayout;
  readonly rows: readonly (readonly VectorValue[])[];
}

export function rejectedRecords({ schema, layout, rows }: RejectedRowsOf): RejectedRecord[] {
  return rows.map((row) => recordOf(schema, layout, row));
}

function recordOf(
  schema: TableSchema,
  layout: ObjectLayout,
  row: readonly VectorValue[],
): RejectedRecord {
  const dimensions: { name: string; value: string }[] = [];
  const values: { columnId: number; type: StoredType; value: string }[] = [];
  const single = { time: 0n, version: 0n, measureName: '' };
  layout.forEach(({ holds }, at) => {
    const value = row[at] ?? null;
    if (value === null) return;
    switch (holds.kind) {
      case 'dimension':
        dimensions.push({ name: schema.dimensions[holds.dimensionId] ?? '', value: `${value}` });
        break;
      case 'measure':
        values.push({ columnId: holds.columnId, type: holds.type, value: measureText(value) });
        break;
      case 'measure-name':
        single.measureName = `${value}`;
        break;
      case 'time':
        single.time = BigInt(value as bigint);
        break;
      case 'version':
        single.version = BigInt(value as bigint);
        break;
      default:
        assertNever(holds, 'column');
    }
  });
  const existingVersion = row[layout.length];
  assert(typeof existingVersion === 'bigint', 'a rejected row comes with the existing version');
  const { measureName, time, version } = single;
  const isMulti = schema.measures.get(measureName)?.type === 'multi';
  const measure = isMulti ? multiMeasure(schema, values) : singleMeasure(values);
  const reason = reasonOf(version, existingVersion);
  return { reason, dimensions, measureName, measure, time, version };
}

type Value = TypedText & { readonly columnId: number };

function singleMeasure([value]: readonly Value[]): RejectedMeasure {
  assert(value !== undefined, 'a single-measure record has a value');
  return { kind: 'single', type: value.type, value: value.value };
}

function multiMeasure(schema: TableSchema, values: readonly Value[]): RejectedMeasure {
  return {
    kind: 'multi',
    values: values.map(({ columnId, type, value }) => {
      const name = schema.attributes[columnId - ATTRIBUTE_COLUMN_FIRST]?.name ?? '';
      return { name, type, value };
    }),
  };
}

/** As a client may send it; a double that is an integer has its `.0`, as in the service's reports. */
export function measureText(value: VectorValue): string {
  if (typeof value !== 'number') return `${value}`;
  if (Object.is(value, -0)) return '-0.0';
  return /^-?\d+$/.test(`${value}`) ? `${value}.0` : `${value}`;
}

function reasonOf(version: bigint, existingVersion: bigint): string {
  if (version < existingVersion) {
    return (
      `The record version ${version} is lower than the existing version ${existingVersion}. ` +
      'A higher version is required to update the measure value.'
    );
  }
  return (
    'A record already exists with the same time, dimensions, measure name, and record version. ' +
    'A higher record version must be specified in order to update the measure value. ' +
    'Specifying record version is supported by the latest SDKs.'
  );
}
