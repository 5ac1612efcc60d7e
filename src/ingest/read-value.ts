/**
 * Reads the text of a measure value as its type demands (write-api 5.5), from bytes into a cell.
 *
 * A timestamp is read as the count it is; its unit is the record's. Not for varchar, which is text
 * whatever it says.
 */
import { assertNever } from '../base/assert.ts';
import { parseDouble } from '../base/double-text.ts';
import { parseInt64 } from '../base/int64.ts';
import type { Cells } from '../memory/api.ts';
import { BIGINT, BOOLEAN, DOUBLE, TIMESTAMP, typeName, VARCHAR } from './value-type.ts';

export interface ValueTarget {
  readonly cells: Cells;
  readonly cell: number;
  /** A code of value-type.ts other than VARCHAR and MULTI. */
  readonly type: number;
}

/** `bytes[start, end)` into the cell; false when it is not a value of the type. */
export function readValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: ValueTarget,
): boolean {
  const { cells, cell } = target;
  switch (target.type) {
    case DOUBLE:
      return parseDouble(bytes, start, end, cells.f64, cell);
    case BIGINT:
      return parseInt64(bytes, start, end, cells.i32, cell);
    case TIMESTAMP:
      return parseInt64(bytes, start, end, cells.i32, cell) && cells.i32[cell * 2 + 1]! >= 0;
    case BOOLEAN: {
      const value = parseBoolean(bytes, start, end);
      cells.i32[cell * 2] = value;
      cells.i32[cell * 2 + 1] = 0;
      return value >= 0;
    }
    default:
      return assertNever(target.type as never, 'value type');
  }
}

/** 1, 0, or -1 when it is neither `true` nor `false`, in any case. */
function parseBoolean(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 4) return spells(bytes, start, 'true') ? 1 : -1;
  return end - start === 5 && spells(bytes, start, 'false') ? 0 : -1;
}

function spells(bytes: Uint8Array, start: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    if ((bytes[start + i]! | 0x20) !== lower.charCodeAt(i)) return false;
  }
  return true;
}

export function invalidValue(text: string, type: number): string {
  const message = `Invalid value ${text} for ${typeName(type)} measure value type.`;
  if (type === DOUBLE)
    return `${message} It must be a finite number in IEEE 754 floating-point format.`;
  if (type === VARCHAR) return `${message} It must be at most 2048 bytes of UTF-8.`;
  return message;
}
