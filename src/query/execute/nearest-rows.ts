/**
 * The so many newest (or oldest) of the rows that pass: where they lie, found without looking at
 * slices that are too far.
 *
 * Slices are visited by their nearest time. Once enough rows are known, whatever lies beyond the
 * last of them is left out; when the next slice begins beyond it, so do all that follow.
 */
import { SCAN_ROWS_MAX } from '../../engine/api.ts';
import { type OpenTile, RowSelection, type ScanFilters } from '../../scan/api.ts';

interface Slice {
  readonly tile: OpenTile;
  readonly slice: number;
  /** Of its rows, the time nearest to the end that is looked from. */
  readonly nearest: bigint;
}

interface FoundRow {
  readonly tile: OpenTile;
  readonly slice: number;
  readonly row: number;
  readonly time: bigint;
}

export class NearestRows {
  readonly #isNewestFirst: boolean;
  readonly #count: number;
  #found: FoundRow[] = [];
  /** Of the last of the wanted rows, once there are enough. */
  #bound: bigint | undefined;

  constructor(isNewestFirst: boolean, count: number) {
    this.#isNewestFirst = isNewestFirst;
    this.#count = count;
  }

  /** The number of rows that were looked at. */
  collect(tiles: readonly OpenTile[], filters: ScanFilters): number {
    if (this.#count === 0) return 0;
    const selections = tiles.map((tile) => new RowSelection(tile, filters));
    let looked = 0;
    for (const { tile, slice, nearest } of this.#slices(tiles)) {
      if (this.#bound !== undefined && !this.#isNearer(nearest, this.#bound)) break;
      looked += tile.reader.rowUntil(slice) - tile.reader.rowFrom(slice);
      const selection = selections[tile.index];
      if (selection?.apply(slice) === true) this.#add(tile, slice, selection);
    }
    this.#trim();
    return looked;
  }

  /**
   * Has the rows read, tile by tile, at most a vector at a time. `order`: which of the rows read is
   * the first of the result, the second, …
   */
  read(take: (tile: OpenTile, slices: Int32Array, rows: Int32Array) => void): {
    readonly order: Int32Array;
  } {
    const byTile = new Map<OpenTile, number[]>();
    for (const [at, { tile }] of this.#found.entries()) {
      const places = byTile.get(tile);
      if (places === undefined) byTile.set(tile, [at]);
      else places.push(at);
    }
    const order = new Int32Array(this.#found.length);
    let read = 0;
    for (const [tile, places] of byTile) {
      for (let from = 0; from < places.length; from += SCAN_ROWS_MAX) {
        const some = places.slice(from, from + SCAN_ROWS_MAX);
        const rows = some.map((at) => this.#found[at]!);
        take(
          tile,
          Int32Array.from(rows, ({ slice }) => slice),
          Int32Array.from(rows, ({ row }) => row),
        );
        for (const at of some) order[at] = read++;
      }
    }
    return { order };
  }

  #slices(tiles: readonly OpenTile[]): Slice[] {
    const slices = tiles.flatMap((tile) =>
      Array.from({ length: tile.reader.sliceCount }, (_, slice): Slice => {
        const { reader } = tile;
        const row = this.#isNewestFirst ? reader.rowUntil(slice) - 1 : reader.rowFrom(slice);
        return { tile, slice, nearest: timeAt(tile, slice, row) };
      }),
    );
    return slices.sort((a, b) => this.#compare(a.nearest, b.nearest));
  }

  #add(tile: OpenTile, slice: number, { from, until, mask }: RowSelection): void {
    for (let row = from; row < until; row++) {
      if (mask !== undefined && mask[row] !== 1) continue;
      const time = timeAt(tile, slice, row);
      if (this.#bound !== undefined && !this.#isNearer(time, this.#bound)) continue;
      this.#found.push({ tile, slice, row, time });
    }
    const enough = this.#bound === undefined ? this.#count : 2 * this.#count;
    if (this.#found.length >= enough) this.#trim();
  }

  /** Keeps the nearest so many, in order. */
  #trim(): void {
    this.#found.sort((a, b) => this.#compare(a.time, b.time));
    this.#found = this.#found.slice(0, this.#count);
    if (this.#found.length === this.#count) this.#bound = this.#found.at(-1)?.time;
  }

  #isNearer(a: bigint, b: bigint): boolean {
    return this.#compare(a, b) < 0;
  }

  #compare(a: bigint, b: bigint): number {
    if (a === b) return 0;
    return a > b === this.#isNewestFirst ? -1 : 1;
  }
}

function timeAt({ reader }: OpenTile, slice: number, row: number): bigint {
  const ints = reader.slabs.i32[reader.slabOf(slice)]!;
  const at = (reader.timeByte(slice) >>> 2) + row * 2;
  return (BigInt(ints[at + 1]!) << 32n) | BigInt(ints[at]! >>> 0);
}
