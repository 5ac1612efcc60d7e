/**
 * When tiles are cut, sealed, divided and merged. Numbers are for a memory store of some gigabytes;
 * tests use smaller ones, so that all of it happens within a few thousand rows.
 */
export interface TileSettings {
  /** A hot tile of so many rows or bytes is cut above its newest row. */
  readonly hotRowsMax: number;
  readonly hotBytesMax: number;
  /** A hot tile that takes more is followed by several, side by side in space. */
  readonly rowsPerSecondMax: number;
  readonly splitPartsMax: number;
  /** Late rows of a tile that has objects are merged into these when they are so many, or so old. */
  readonly lateRowsMax: number;
  readonly lateAgeMs: number;
  /** An object has about so many rows at most, and so does a tile that has only objects. */
  readonly objectRowsMax: number;
  /** A generation that keeps more of the log from being trimmed is sealed. */
  readonly logBytesMax: number;
  /** Shares of the memory store's limit: sealing for room begins at the one and goes on to the other. */
  readonly pressureBegin: number;
  readonly pressureEnd: number;
}

/** Everything in the proportion that suits tiles of that size. */
export function tileSettings(hotRowsMax: number): TileSettings {
  const scale = hotRowsMax / DEFAULTS.hotRowsMax;
  return {
    ...DEFAULTS,
    hotRowsMax,
    hotBytesMax: DEFAULTS.hotBytesMax * Math.max(1, scale),
    rowsPerSecondMax: DEFAULTS.rowsPerSecondMax * scale,
    lateRowsMax: Math.ceil(DEFAULTS.lateRowsMax * scale),
    objectRowsMax: Math.ceil(DEFAULTS.objectRowsMax * scale),
  };
}

const DEFAULTS: TileSettings = {
  // Sorting and writing them takes some seconds of one core, and less memory than a query may have.
  hotRowsMax: 2_000_000,
  hotBytesMax: 256 * 1024 * 1024,
  // Two minutes to fill a tile: sooner, and the series tables of tiles outweigh their rows.
  rowsPerSecondMax: 20_000,
  splitPartsMax: 8,
  lateRowsMax: 100_000,
  lateAgeMs: 10 * 60_000,
  objectRowsMax: 1_000_000,
  // Read at each start, at some 200 MB a second.
  logBytesMax: 2 * 1024 * 1024 * 1024,
  pressureBegin: 0.75,
  pressureEnd: 0.6,
};
