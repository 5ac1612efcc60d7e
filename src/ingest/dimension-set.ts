/**
 * The dimensions of a record as its request gave them: names and values, in the order received.
 *
 * The decoder makes one object for equal bytes and hands the same one out again and again, so that
 * whatever is known about the dimensions is worked out once per series: `memo` is where ingest
 * keeps it (dimension-group.ts). Framework constraints hold (write-api 1.7); the rules of
 * write-api 5.4 are not checked yet.
 */
import type { DimensionGroup } from './dimension-group.ts';

export class DimensionSet {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Ingest's; nobody else touches it. */
  memo: DimensionGroup | undefined = undefined;

  constructor(names: readonly string[], values: readonly string[]) {
    this.names = names;
    this.values = values;
  }
}
