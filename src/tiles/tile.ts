/**
 * A tile: the rows of one table that lie in a rectangle of its plane.
 *
 *              space (64 bit, unsigned) ──►
 *     time  ┌─────────────┬───────────────┐      [spaceLo, spaceHi) × [timeLo, timeHi)
 *       │   │   tile 1    │    tile 2     │
 *       ▼   └─────────────┴───────────────┘      both axes half-open, so that neighbours meet
 *
 * A table starts as one tile that covers the whole plane. Tiles share nothing.
 *
 *     tile ──► frozen generations ──► active generation     hot rows, in the memory store
 *         └──► objects                                      sealed rows, in the magnetic store
 *
 * A generation is the hot rows that a tile took between two seals. Rows never move between tiles:
 * a tile is cut above its newest row, or between its objects.
 * Which tiles a table has is tile-index.ts' business; the coordinate of a series is the memory store's.
 */
import type { GenerationId, Nanos, TableId, TileId } from '../base/brand.ts';
import type { TileObject } from './tile-object.ts';

export interface Rectangle {
  readonly spaceLo: bigint;
  readonly spaceHi: bigint;
  readonly timeLo: Nanos;
  readonly timeHi: Nanos;
}

export type Axis = 'space' | 'time';

/** A line through a rectangle; what is below it keeps coordinates < at, what is above the rest. */
export interface Cut {
  readonly axis: Axis;
  readonly at: bigint;
}

export interface Tile {
  readonly id: TileId;
  readonly table: TableId;
  readonly rectangle: Rectangle;
  /** Generations of hot rows that take no more writes, oldest first. */
  readonly frozen: readonly GenerationId[];
  /** The generation that takes writes; opened by the first write that needs it. */
  readonly active: GenerationId | undefined;
  /** Of the magnetic store; their rows may be of the same series and times as hot rows. */
  readonly objects: readonly TileObject[];
}

/** Oldest first. */
export function generationsOf(tile: Tile): readonly GenerationId[] {
  return tile.active === undefined ? tile.frozen : [...tile.frozen, tile.active];
}

/** Times are signed 64-bit nanoseconds; the last one is inside the plane too. */
export const WHOLE_PLANE: Rectangle = {
  spaceLo: 0n,
  spaceHi: 1n << 64n,
  timeLo: -(1n << 63n) as Nanos,
  timeHi: (1n << 63n) as Nanos,
};

export function contains(rectangle: Rectangle, space: bigint, time: bigint): boolean {
  return (
    rectangle.spaceLo <= space &&
    space < rectangle.spaceHi &&
    rectangle.timeLo <= time &&
    time < rectangle.timeHi
  );
}

export function overlap(a: Rectangle, b: Rectangle): boolean {
  return (
    a.spaceLo < b.spaceHi && b.spaceLo < a.spaceHi && a.timeLo < b.timeHi && b.timeLo < a.timeHi
  );
}

/** Whether the cut leaves something on both sides. */
export function divides(rectangle: Rectangle, cut: Cut): boolean {
  return cut.axis === 'space'
    ? rectangle.spaceLo < cut.at && cut.at < rectangle.spaceHi
    : rectangle.timeLo < cut.at && cut.at < rectangle.timeHi;
}

export function below(rectangle: Rectangle, cut: Cut): Rectangle {
  return cut.axis === 'space'
    ? { ...rectangle, spaceHi: cut.at }
    : { ...rectangle, timeHi: cut.at as Nanos };
}

export function above(rectangle: Rectangle, cut: Cut): Rectangle {
  return cut.axis === 'space'
    ? { ...rectangle, spaceLo: cut.at }
    : { ...rectangle, timeLo: cut.at as Nanos };
}
