/**
 * The names and types of a record's MeasureValues, without the values.
 *
 * Like a DimensionSet it is shared: the decoder hands out one object for one sequence of names and
 * types, and ingest keeps in `memo` what it found out about it (measure-group.ts).
 */
import type { MeasureGroup } from './measure-group.ts';
import { TIMESTAMP } from './value-type.ts';

export class MeasureShape {
  readonly names: readonly string[];
  /** Codes of value-type.ts. */
  readonly types: Uint8Array;
  /** Which of the values are timestamps: they are counted in the record's TimeUnit. */
  readonly timestamps: Int32Array;
  /** Ingest's; nobody else touches it. */
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
