/**
 * A tile's object as a JSON value, in metadata records and in snapshots (version 1):
 *
 *     [1, key, rows, bytes, CRC-32, first time, last time - first time,
 *      dimension ids, column ids, measure names or null, (dimension id, its values)…]
 *
 *     time   decimal text        span   a number where it is exact, else decimal text
 *
 * A list is itself, or in a snapshot its number in a table of lists: most objects of a table have
 * the same columns.
 */
import { assert } from '../base/assert.ts';
import type { Nanos } from '../base/brand.ts';
import type { TileObject } from './tile-object.ts';

type NumbersJson = readonly number[] | number;
type TextsJson = readonly string[] | number;

export type TileObjectJson = readonly [
  version: 1,
  key: string,
  rows: number,
  bytes: number,
  crc32: number,
  minTime: string,
  span: number | string,
  dimensions: NumbersJson,
  columns: NumbersJson,
  measureNames: TextsJson | null,
  ...dimensionValues: TextsJson[],
];

/** What a list is written as. */
export interface ListWriter {
  numbers(list: readonly number[]): NumbersJson;
  texts(list: readonly string[]): TextsJson;
}

/** The list that something written by the ListWriter stands for. */
export interface ListReader {
  numbers(json: NumbersJson): readonly number[];
  texts(json: TextsJson): readonly string[];
}

const EACH_ITSELF: ListWriter & ListReader = {
  numbers: itself<number>,
  texts: itself<string>,
};

const NO_VALUES: TileObject['dimensionValues'] = new Map();

/** As metadata records hold it. */
export function tileObjectToJson(object: TileObject): TileObjectJson {
  return objectToJson(object, EACH_ITSELF);
}

export function tileObjectFromJson(json: TileObjectJson): TileObject {
  return objectFromJson(json, EACH_ITSELF);
}

/** As snapshots hold it. */
export function objectToJson(object: TileObject, lists: ListWriter): TileObjectJson {
  const span = object.maxTime - object.minTime;
  const values: TextsJson[] = [];
  for (const [id, list] of object.dimensionValues) values.push(id, lists.texts(list));
  return [
    1,
    object.key,
    object.rows,
    object.bytes,
    object.crc32,
    String(object.minTime),
    span <= Number.MAX_SAFE_INTEGER ? Number(span) : String(span),
    lists.numbers(object.dimensions),
    lists.numbers(object.columns),
    object.measureNames === undefined ? null : lists.texts(object.measureNames),
    ...values,
  ];
}

export function objectFromJson(json: TileObjectJson, lists: ListReader): TileObject {
  const [version, key, rows, bytes, crc32, first, span, dimensions, columns, names, ...values] =
    json;
  assert(version === 1, `object ${key} is written in version ${version}`);
  const minTime = BigInt(first) as Nanos;
  return {
    key,
    rows,
    bytes,
    crc32,
    minTime,
    maxTime: (minTime + BigInt(span)) as Nanos,
    dimensions: lists.numbers(dimensions),
    columns: lists.numbers(columns),
    measureNames: names === null ? undefined : lists.texts(names),
    dimensionValues: values.length === 0 ? NO_VALUES : valuesFromJson(values, lists),
  };
}

function valuesFromJson(
  json: readonly TextsJson[],
  lists: ListReader,
): TileObject['dimensionValues'] {
  const values = new Map<number, readonly string[]>();
  for (let i = 0; i < json.length; i += 2) values.set(json[i] as number, lists.texts(json[i + 1]!));
  return values;
}

function itself<T>(list: readonly T[] | number): readonly T[] {
  assert(typeof list !== 'number', 'a list stands in a table that is not here');
  return list;
}
