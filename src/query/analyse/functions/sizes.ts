/**
 * How large a value is, and asking for its memory before it is made (kernels/size-kernels.ts).
 *
 * Sizes are estimates, computed from what is at hand in no time: the bytes of a text, the entries
 * of an array times those of a cell. What is in nested arrays was asked for when they were made.
 */
import { VALUE_BYTES_UNASKED } from '../../../base/limits.ts';
import { elementOf, innerTypes, type SqlType } from '../types.ts';
import { bound, freshName, isCheap } from './sql-text.ts';

/** Of a cell, and of the pointer to what is elsewhere. */
const CELL_BYTES = 16;

type Shape = 'text' | 'array' | 'fixed';

function shapeOf(type: SqlType): Shape {
  switch (type.kind) {
    case 'varchar':
    case 'json':
    case 'varbinary':
      return 'text';
    case 'array':
    case 'timeseries':
    case 'map':
      return 'array';
    case 'row':
      return innerTypes(type).some((field) => shapeOf(field) !== 'fixed') ? 'array' : 'fixed';
    default:
      return 'fixed';
  }
}

/** Whether values of the type may be of any size. */
export function hasAnySize(type: SqlType): boolean {
  return shapeOf(type) !== 'fixed';
}

/** Bytes of a value, BIGINT, that stands for itself in the text once. */
export function sizeText(value: string, type: SqlType): string {
  switch (type.kind) {
    case 'varchar':
    case 'json':
      return `strlen(${value})`;
    case 'varbinary':
      return `octet_length(${value})`;
    case 'array':
    case 'timeseries':
      return `len(${value}) * ${CELL_BYTES}`;
    case 'map':
      return `CAST(cardinality(${value}) AS BIGINT) * ${2 * CELL_BYTES}`;
    default:
      return `CAST(${CELL_BYTES} AS BIGINT)`;
  }
}

/** As sizeText of an array, with the bytes of its texts: looks at every element. */
export function fullSizeText(array: string, type: SqlType): string {
  if (shapeOf(elementOf(type)) !== 'text') return sizeText(array, type);
  const item = freshName('item', array);
  const bytes = `list_transform(${array}, lambda ${item}: ${sizeText(item, elementOf(type))})`;
  return `(len(${array}) * ${CELL_BYTES} + CAST(coalesce(list_sum(${bytes}), 0) AS BIGINT))`;
}

/** The text, evaluated where there is room for a result of `type` of so many bytes (BIGINT). */
export function withRoom(bytes: string, text: string, type: SqlType): string {
  return withExactRoom(bytes, bytes, text, type);
}

/** As `withRoom`; how many they are exactly is computed where they may be many. */
export function withExactRoom(most: string, exact: string, text: string, type: SqlType): string {
  const asked = `CASE WHEN ${most} > ${VALUE_BYTES_UNASKED} THEN ${roomCall(type)}(${exact}) ELSE true END`;
  return `(CASE WHEN ${asked} THEN ${text} END)`;
}

/** As `withRoom`, for what is put together of values; long texts among them are not measured. */
export function withRoomFor(
  parts: readonly { readonly text: string; readonly type: SqlType }[],
  text: string,
  type: SqlType,
): string {
  const sizes = parts
    .filter((part) => hasAnySize(part.type) && isCheap(part.text) && !isLiteral(part.text))
    .map((part) => `coalesce(${sizeText(part.text, part.type)}, 0)`);
  return sizes.length === 0 ? text : withRoom(sizes.join(' + '), text, type);
}

/** What a lambda makes of its parameter: one of many, so it asks in any case. */
export function withRoomEach(parameter: string, body: string, type: SqlType): string {
  if (!hasAnySize(type)) return body;
  return bound(body, (made) => {
    const asked = `${roomCall(type)}(coalesce(${sizeText(made, type)}, 0), ${parameter} IS NULL)`;
    return `(CASE WHEN ${asked} THEN ${made} END)`;
  });
}

function roomCall(type: SqlType): string {
  return shapeOf(type) === 'text' ? 'k_text_room' : 'k_array_room';
}

function isLiteral(text: string): boolean {
  return /^\(*(?:CAST\()?'(?:[^']|'')*'/.test(text) || /^\(*NULL/.test(text);
}
