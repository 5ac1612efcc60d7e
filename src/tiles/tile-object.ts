/**
 * What the tile index knows of an object of the magnetic store: enough to find its rows and to tell
 * that it has none for a predicate, without opening it.
 *
 * All rows of an object lie in the rectangle of its tile. Objects never change; a tile that changes
 * gets others. Where and in which form the rows are stored is the magnetic store's business.
 */
import type { Nanos } from '../base/brand.ts';

export interface TileObject {
  /** Its name in the objects seam. */
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  /** CRC-32 of all its bytes. */
  readonly crc32: number;
  /** Of its rows, both inclusive. */
  readonly minTime: Nanos;
  readonly maxTime: Nanos;
  /** Ids of the dimensions that rows in it have, ascending. */
  readonly dimensions: readonly number[];
  /** Ids of the measure columns that rows in it have, ascending. */
  readonly columns: readonly number[];
  /** Its measure names, if they are few; undefined: any. */
  readonly measureNames: readonly string[] | undefined;
  /** By dimension id: the values that rows have, where they are few. No entry: any. */
  readonly dimensionValues: ReadonlyMap<number, readonly string[]>;
}
