/**
 * The dimensions of records after the merge with those in common (write-api 5.3), in one table:
 * what was found out about them once, for all records that have them.
 *
 *   (table, common set, record's set) ──► names, values, fault, bytes, series by measure name
 *
 * Groups hang on the record's DimensionSet as a short list, and go when that does.
 */
import type { GenerationId } from '../base/brand.ts';
import type { MeasureType } from '../base/types.ts';
import type { SpaceCoordinate } from '../memory/api.ts';
import { dimensionNameFault, utf8Length } from './names.ts';
import type { TableWrites } from './table-writes.ts';

/**
 * The dimensions of a record as its request gave them: names and values, in the order received.
 *
 * The decoder makes one object for equal bytes and hands the same one out again and again, so that
 * what is known about the dimensions is worked out once per series: `memo` keeps it. Framework
 * constraints hold (write-api 1.7); the rules of write-api 5.4 are not checked yet.
 */
export class DimensionSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Ingest's; the decoder does not touch it. */
  memo: DimensionGroup | undefined = undefined;

  constructor(names: readonly string[], values: readonly string[]) {
    this.names = names;
    this.values = values;
  }
}

/** Sets are written to one table, and with one common set, nearly always. */
const GROUPS_PER_SET_MAX = 8;

/** A series whose measure name the table knows with this type and these dimensions. */
export interface KnownSeries {
  readonly type: MeasureType;
  readonly space: SpaceCoordinate;
  /** Where its last row went, and which number the series has there. */
  generation: GenerationId;
  seriesId: number;
}

export class DimensionGroup {
  readonly writes: TableWrites;
  readonly common: DimensionSet | undefined;
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Why a request with these dimensions is refused. */
  readonly fault: string | undefined;
  /** Of names and values, in UTF-8. */
  readonly bytes: number;
  readonly series = new Map<string, KnownSeries>();
  readonly next: DimensionGroup | undefined;
  readonly depth: number;

  constructor(writes: TableWrites, set: DimensionSet, common: DimensionSet | undefined) {
    this.writes = writes;
    this.common = common;
    this.names = common === undefined ? set.names : [...common.names, ...set.names];
    this.values = common === undefined ? set.values : [...common.values, ...set.values];
    this.fault = dimensionsFault(this.names);
    this.bytes = [...this.names, ...this.values].reduce((sum, text) => sum + utf8Length(text), 0);
    this.next = (set.memo?.depth ?? 0) < GROUPS_PER_SET_MAX ? set.memo : undefined;
    this.depth = 1 + (this.next?.depth ?? 0);
  }
}

export function dimensionGroup(
  writes: TableWrites,
  set: DimensionSet,
  common: DimensionSet | undefined,
): DimensionGroup {
  let group = set.memo;
  while (group !== undefined && (group.writes !== writes || group.common !== common)) {
    group = group.next;
  }
  if (group !== undefined) return group;
  set.memo = new DimensionGroup(writes, set, common);
  return set.memo;
}

function dimensionsFault(names: readonly string[]): string | undefined {
  if (names.length === 0) return 'At least one dimension is required for a record.';
  const seen = new Set<string>();
  for (const name of names) {
    const fault = dimensionNameFault(name);
    if (fault !== undefined) return fault;
    if (seen.has(name)) return `The dimension name '${name}' occurs more than once in a record.`;
    seen.add(name);
  }
  return undefined;
}
