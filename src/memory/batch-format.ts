/**
 * The bytes of one log entry: the rows of one request that were accepted for one tile, in its
 * active generation.
 *
 * Little-endian, every section on a multiple of 8 bytes, in this order:
 *
 *   offset  bytes
 *        0      4  magic "TSRB"
 *        4      4  version, 1
 *        8      8  generation id               two u32, low half first
 *       16      8  table id                    two u32, low half first
 *       24      4  rows
 *       28      4  cells
 *       32      4  shapes
 *       36      4  columns, over all shapes
 *       40      4  series definitions
 *       44      4  dimensions, over all definitions
 *       48      4  texts
 *       52      4  bytes of all texts
 *       56      8  zero
 *       64    8 × rows         time, i64 nanoseconds
 *             8 × rows         version, i64
 *             8 × cells        cells, row by row: f64, i64, 0/1, or index of a text
 *             4 × rows         series id
 *             4 × rows         shape
 *             4 × (shapes + 1) where the columns of each shape start
 *             4 × columns      column id << 3 | type (index in STORED_TYPES)
 *            20 × definitions  series id, high and low hash, measure name (text), dimensions
 *             8 × dimensions   dimension id, value (text)
 *             4 × texts        bytes of each
 *                              UTF-8 of all texts
 *
 * A series id means what the nearest earlier definition in this generation says; the first entry of
 * a series carries it. Checksums are the log's, per entry; what
 * passes them but makes no sense is refused here with MalformedEntry, never guessed at.
 */
import { Buffer } from 'node:buffer';
import { assert } from '../base/assert.ts';
import type { GenerationId, TableId } from '../base/brand.ts';
import { unpackColumn } from './shape.ts';

export const ENTRY_MAGIC = 0x42525354;
export const ENTRY_VERSION = 1;
export const HEADER_BYTES = 64;
export const DEFINITION_INTS = 5;

export class MalformedEntry extends Error {
  override readonly name = 'MalformedEntry';

  constructor(what: string) {
    super(`malformed entry of the memory store's log: ${what}`);
  }
}

export interface EntryCounts {
  readonly rows: number;
  readonly cells: number;
  readonly shapes: number;
  readonly columns: number;
  readonly definitions: number;
  readonly dimensions: number;
  readonly texts: number;
}

/** The numeric sections of an entry as views over its bytes; to be filled, or to be read. */
export interface EntrySections {
  readonly counts: EntryCounts;
  /** Halves: [2r] low, [2r + 1] high. */
  readonly time: Int32Array;
  readonly version: Int32Array;
  readonly cells: Int32Array;
  readonly series: Int32Array;
  readonly shape: Int32Array;
  readonly shapeStart: Int32Array;
  readonly columns: Int32Array;
  readonly definitions: Int32Array;
  readonly dimensions: Int32Array;
  readonly textLengths: Int32Array;
  /** Where the texts' bytes begin, from the start of the entry. */
  readonly textsAt: number;
}

export interface Entry extends EntrySections {
  readonly generation: GenerationId;
  readonly table: TableId;
  readonly texts: readonly string[];
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

export function sectionBytes(counts: EntryCounts): number {
  const { rows, cells, shapes, columns, definitions, dimensions, texts } = counts;
  return (
    HEADER_BYTES +
    16 * rows +
    8 * cells +
    2 * padded(4 * rows) +
    padded(4 * (shapes + 1)) +
    padded(4 * columns) +
    padded(4 * DEFINITION_INTS * definitions) +
    8 * dimensions +
    padded(4 * texts)
  );
}

export function sectionsOf(
  buffer: ArrayBufferLike,
  from: number,
  counts: EntryCounts,
): EntrySections {
  let at = from + HEADER_BYTES;
  const take = (ints: number): Int32Array => {
    const view = new Int32Array(buffer, at, ints);
    at += padded(ints * 4);
    return view;
  };
  return {
    counts,
    time: take(2 * counts.rows),
    version: take(2 * counts.rows),
    cells: take(2 * counts.cells),
    series: take(counts.rows),
    shape: take(counts.rows),
    shapeStart: take(counts.shapes + 1),
    columns: take(counts.columns),
    definitions: take(DEFINITION_INTS * counts.definitions),
    dimensions: take(2 * counts.dimensions),
    textLengths: take(counts.texts),
    textsAt: at - from,
  };
}

/** Writes the header; `textBytes` is known once the texts have been written. */
export function writeHeader(
  buffer: ArrayBuffer,
  header: {
    readonly generation: GenerationId;
    readonly table: TableId;
    readonly counts: EntryCounts;
    readonly textBytes: number;
  },
): void {
  const { generation, table, counts, textBytes } = header;
  const ints = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  ints[0] = ENTRY_MAGIC;
  ints[1] = ENTRY_VERSION;
  ints[2] = generation | 0;
  ints[3] = Math.floor(generation / 2 ** 32);
  ints[4] = table | 0;
  ints[5] = Math.floor(table / 2 ** 32);
  ints[6] = counts.rows;
  ints[7] = counts.cells;
  ints[8] = counts.shapes;
  ints[9] = counts.columns;
  ints[10] = counts.definitions;
  ints[11] = counts.dimensions;
  ints[12] = counts.texts;
  ints[13] = textBytes;
  ints[14] = 0;
  ints[15] = 0;
}

/** The entry's table and generation alone: enough to decide whether to read the rest. */
export function readEntryOwner(payload: Uint8Array): {
  generation: GenerationId;
  table: TableId;
} {
  const header = headerOf(payload);
  return { generation: idAt(header, 8) as GenerationId, table: idAt(header, 16) as TableId };
}

/** The views lie over `payload` itself if it is aligned, else over a copy. */
export function decodeEntry(payload: Uint8Array): Entry {
  const header = headerOf(payload);
  const count = (at: number, what: string): number => {
    const value = header.getInt32(at, true);
    // Each of the things counted takes at least one byte.
    check(value >= 0 && value <= payload.length, `${value} ${what}`);
    return value;
  };
  const counts: EntryCounts = {
    rows: count(24, 'rows'),
    cells: count(28, 'cells'),
    shapes: count(32, 'shapes'),
    columns: count(36, 'columns'),
    definitions: count(40, 'definitions'),
    dimensions: count(44, 'dimensions'),
    texts: count(48, 'texts'),
  };
  const textBytes = count(52, 'bytes of text');
  const expected = sectionBytes(counts) + textBytes;
  check(expected === payload.length, `${payload.length} bytes instead of ${expected}`);

  const bytes = (payload.byteOffset & 7) === 0 ? payload : payload.slice();
  const sections = sectionsOf(bytes.buffer, bytes.byteOffset, counts);
  checkSections(sections);
  return {
    ...sections,
    generation: idAt(header, 8) as GenerationId,
    table: idAt(header, 16) as TableId,
    texts: readTexts(bytes, sections),
  };
}

function headerOf(payload: Uint8Array): DataView {
  check(payload.length >= HEADER_BYTES, `only ${payload.length} bytes`);
  const header = new DataView(payload.buffer, payload.byteOffset, HEADER_BYTES);
  check(header.getInt32(0, true) === ENTRY_MAGIC, 'wrong magic');
  const version = header.getInt32(4, true);
  check(version === ENTRY_VERSION, `version ${version} is not known to this release`);
  return header;
}

function idAt(header: DataView, at: number): number {
  const id = header.getUint32(at, true) + header.getUint32(at + 4, true) * 2 ** 32;
  check(Number.isSafeInteger(id), 'an id beyond 2^53');
  return id;
}

/** Everything that an index points into, so that applying the entry needs no checks. */
function checkSections(entry: EntrySections): void {
  const { counts, shapeStart, columns, shape, series } = entry;
  check(shapeStart[0] === 0 && shapeStart[counts.shapes] === counts.columns, 'shapes');
  for (let i = 0; i < counts.shapes; i++) checkShape(columns, shapeStart[i]!, shapeStart[i + 1]!);
  let cells = 0;
  for (let row = 0; row < counts.rows; row++) {
    const own = shape[row]!;
    check(own >= 0 && own < counts.shapes, 'a row without a shape');
    check(series[row]! >= 0, 'a negative series id');
    cells = checkTextCells(entry, own, cells);
  }
  check(cells === counts.cells, `${counts.cells} cells instead of ${cells}`);

  let dimensions = 0;
  for (let i = 0; i < counts.definitions; i++) {
    const at = i * DEFINITION_INTS;
    check(entry.definitions[at]! >= 0, 'a negative series id');
    check(isBelow(entry.definitions[at + 3]!, counts.texts), 'a measure name without a text');
    check(isBelow(entry.definitions[at + 4]!, 256), 'too many dimensions');
    dimensions += entry.definitions[at + 4]!;
  }
  check(dimensions === counts.dimensions, 'dimensions');
  for (let i = 0; i < counts.dimensions; i++) {
    check(isBelow(entry.dimensions[i * 2]!, 256), 'a dimension id out of range');
    check(isBelow(entry.dimensions[i * 2 + 1]!, counts.texts), 'a dimension without a text');
  }
}

function checkShape(columns: Int32Array, from: number, until: number): void {
  check(from <= until && until <= columns.length, 'shapes');
  const seen = until - from > 16 ? new Set<number>() : undefined;
  for (let i = from; i < until; i++) {
    const column = unpackColumn(columns[i]!);
    check(column !== undefined, `column ${columns[i]} has no known type`);
    const id = columns[i]! >>> 3;
    if (seen !== undefined) {
      check(!seen.has(id), `column ${id} twice in one row`);
      seen.add(id);
    } else {
      for (let j = from; j < i; j++) check(columns[j]! >>> 3 !== id, `column ${id} twice`);
    }
  }
}

const VARCHAR = 2;

/** Returns where the cells of the next row start. */
function checkTextCells(entry: EntrySections, shape: number, firstCell: number): number {
  const from = entry.shapeStart[shape]!;
  const until = entry.shapeStart[shape + 1]!;
  const end = firstCell + until - from;
  check(end <= entry.counts.cells, 'more cells than counted');
  for (let i = from; i < until; i++) {
    if ((entry.columns[i]! & 7) !== VARCHAR) continue;
    const text = entry.cells[2 * (firstCell + i - from)]!;
    check(isBelow(text, entry.counts.texts), 'a cell without a text');
  }
  return end;
}

function readTexts(bytes: Uint8Array, entry: EntrySections): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  let at = entry.textsAt;
  for (const length of entry.textLengths) {
    check(length >= 0 && at + length <= bytes.length, 'texts that are longer than the entry');
    texts.push(buffer.toString('utf8', at, at + length));
    at += length;
  }
  check(at === bytes.length, 'bytes after the last text');
  return texts;
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new MalformedEntry(what);
}

assert(isLittleEndian(), 'Tessera keeps little-endian bytes and needs such a processor');

function isLittleEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
}
