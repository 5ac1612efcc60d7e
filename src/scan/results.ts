/**
 * What stands in the columns of the result: keys and aggregates, made of the states of slots.
 */
import { assertNever } from '../base/assert.ts';
import type { StoredType } from '../base/types.ts';
import type { ColumnType, ScanColumn } from '../engine/api.ts';
import type { EdgeRows } from './edge-rows.ts';
import type { DoubleExtremes, IntegerExtremes } from './extremes.ts';
import type { IntegerSums } from './integer-sums.ts';
import type { Moments } from './moments.ts';
import type { OpenTile } from './open-tile.ts';
import type { KernelColumn, Moment } from './scan-kernel.ts';
import { seriesCode } from './series-filter.ts';

/** One column of the result. */
export interface ResultColumn {
  /** Puts the results of slots [from, until) into rows 0, 1, … */
  write(out: ScanColumn, from: number, until: number): void;
}

const LIMB = 2 ** 32;

function setInteger(out: ScanColumn, row: number, low: number, high: number): void {
  out.cells32[row * 2] = low;
  out.cells32[row * 2 + 1] = high;
}

export function countColumn(states: { readonly counts: Float64Array }): ResultColumn {
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        const count = states.counts[slot]!;
        setInteger(out, slot - from, count % LIMB, Math.floor(count / LIMB));
      }
    },
  };
}

interface CountedSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export function sumColumn(states: CountedSums, kind: 'sum' | 'avg'): ResultColumn {
  const isMean = kind === 'avg';
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        const count = states.counts[slot]!;
        if (count === 0) out.setNull(slot - from);
        else out.doubles[slot - from] = isMean ? states.sums[slot]! / count : states.sums[slot]!;
      }
    },
  };
}

export function integerSumColumn(states: IntegerSums): ResultColumn {
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        if (states.counts[slot] === 0) out.setNull(slot - from);
        else if (!states.fits(slot)) throw new RangeError('bigint addition overflow');
        else setInteger(out, slot - from, states.low[slot]!, states.middle[slot]!);
      }
    },
  };
}

export function doubleExtremeColumn(states: DoubleExtremes): ResultColumn {
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        if (states.seen[slot] === 0) out.setNull(slot - from);
        else out.doubles[slot - from] = states.values[slot]!;
      }
    },
  };
}

export function integerExtremeColumn(states: IntegerExtremes): ResultColumn {
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        if (states.seen[slot] === 0) out.setNull(slot - from);
        else setInteger(out, slot - from, states.low[slot]!, states.high[slot]!);
      }
    },
  };
}

export function momentColumn(states: Moments, moment: Moment): ResultColumn {
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        const result = states.result(slot, moment);
        if (result === undefined) out.setNull(slot - from);
        else out.doubles[slot - from] = result;
      }
    },
  };
}

/** The column in the row that was found. */
export function edgeColumn(states: EdgeRows, column: KernelColumn): ResultColumn {
  switch (column.kind) {
    case 'time':
      return { write: (out, from, until) => writeTimes(states, out, from, until) };
    case 'measure_name':
    case 'dimension':
      return textColumn(states, (tile, slot) =>
        seriesCode(tile, tile.reader.seriesOf(states.slice[slot]!), column),
      );
    case 'measure':
      return edgeMeasure(states, column);
    default:
      return assertNever(column, 'column');
  }
}

function writeTimes(states: EdgeRows, out: ScanColumn, from: number, until: number): void {
  for (let slot = from; slot < until; slot++) {
    if (states.tile[slot]! < 0) out.setNull(slot - from);
    else setInteger(out, slot - from, states.timeLow[slot]!, states.timeHigh[slot]!);
  }
}

interface Measure {
  readonly columnId: number;
  readonly type: StoredType;
}

function edgeMeasure(states: EdgeRows, measure: Measure): ResultColumn {
  const { columnId, type } = measure;
  if (type === 'varchar') {
    return textColumn(states, (tile, slot) => {
      const byte = cellByte(states, tile, slot, columnId);
      return byte < 0 ? -1 : slabsOf(states, tile, slot).i32[byte >>> 2]!;
    });
  }
  return {
    write(out, from, until) {
      for (let slot = from; slot < until; slot++) {
        const tile = states.tiles[states.tile[slot]!];
        const byte = tile === undefined ? -1 : cellByte(states, tile, slot, columnId);
        if (tile === undefined || byte < 0) {
          out.setNull(slot - from);
          continue;
        }
        const { u8, i32 } = slabsOf(states, tile, slot);
        if (type === 'boolean') out.bytes[slot - from] = u8[byte]!;
        else setInteger(out, slot - from, i32[byte >>> 2]!, i32[(byte >>> 2) + 1]!);
      }
    },
  };
}

function slabsOf(states: EdgeRows, { reader }: OpenTile, slot: number) {
  const slab = reader.slabOf(states.slice[slot]!);
  return { u8: reader.slabs.u8[slab]!, i32: reader.slabs.i32[slab]! };
}

/** Where in its slab the cell of the found row lies; -1 when it is NULL. */
function cellByte(states: EdgeRows, tile: OpenTile, slot: number, columnId: number): number {
  const { reader } = tile;
  const slice = states.slice[slot]!;
  const row = states.row[slot]!;
  const layout = reader.layoutOf(slice);
  const place = layout.slotOf(columnId);
  if (place < 0) return -1;
  if (reader.mayHaveNulls(slice, place)) {
    const bits = reader.slabs.u8[reader.slabOf(slice)]!;
    const byte = bits[reader.nullsByte(slice, place) + (row >>> 3)]!;
    if ((byte & (1 << (row & 7))) !== 0) return -1;
  }
  return reader.columnByte(slice, place) + row * layout.cellBytes[place]!;
}

function textColumn(
  states: EdgeRows,
  codeOf: (tile: OpenTile, slot: number) => number,
): ResultColumn {
  return textResults(
    (slot) => states.tiles[states.tile[slot]!],
    (tile, slot) => codeOf(tile, slot),
  );
}

/** Texts, as codes of the dictionary of a tile that may differ from slot to slot. */
export function textResults(
  tileOf: (slot: number) => OpenTile | undefined,
  codeOf: (tile: OpenTile, slot: number) => number,
): ResultColumn {
  return {
    write(out, from, until) {
      const codes = new Int32Array(until - from);
      for (let slot = from; slot < until; ) {
        const first = slot;
        const tile = tileOf(slot);
        for (; slot < until && tileOf(slot) === tile; slot++) {
          if (tile === undefined) out.setNull(slot - from);
          else codes[slot - from] = codeOf(tile, slot);
        }
        if (tile === undefined) continue;
        const row = first - from;
        out.putCodes(tile.dictionary, codes, { from: row, until: slot - from, row });
      }
    },
  };
}

export function columnTypeOf(column: KernelColumn): ColumnType {
  if (column.kind === 'time') return 'bigint';
  if (column.kind !== 'measure') return 'varchar';
  return column.type === 'timestamp' ? 'bigint' : column.type;
}
