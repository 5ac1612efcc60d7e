/**
 * Makes the log entry of the accepted rows of a batch (batch-format.ts).
 *
 * The buffer that it fills is also what the tile applies after the append: what recovery will read
 * and what readers see now come from the same bytes. Buffers come from a small pool.
 */
import { Buffer } from 'node:buffer';
import type { GenerationId, TableId } from '../base/brand.ts';
import {
  type Entry,
  type EntryCounts,
  type EntrySections,
  sectionBytes,
  sectionsOf,
  writeHeader,
} from './batch-format.ts';
import type { Dictionary } from './dictionary.ts';
import type { SeriesTable } from './series-table.ts';
import { packColumn } from './shape.ts';
import type { ColumnTypes, WriteBatch } from './write-batch.ts';

/** Buffers of requests in flight; more than a full pipeline of group commits needs. */
const POOLED_BUFFERS_MAX = 64;
const POOLED_BYTES_MAX = 1024 * 1024;

export interface EncodedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
  /** Series whose definition this entry carries. */
  readonly defined: readonly number[];
}

export interface EncodeRequest {
  readonly generation: GenerationId;
  readonly table: TableId;
  readonly batch: WriteBatch;
  /** Rows of the batch that go in, ascending. */
  readonly accepted: Int32Array;
  readonly columnTypes: ColumnTypes;
  readonly series: SeriesTable;
  readonly dictionary: Dictionary;
}

interface Shapes {
  /** Per accepted row. */
  readonly ofRow: Int32Array;
  readonly starts: number[];
  readonly columns: number[];
}

export class EntryEncoder {
  readonly #pool: ArrayBuffer[] = [];

  encode(request: EncodeRequest): EncodedEntry {
    const { batch, accepted } = request;
    const shapes = shapesOf(request);
    const defined = undefinedSeries(request);
    const definitions = definitionsOf(defined, request);
    const texts = definitions.texts;
    const counts: EntryCounts = {
      rows: accepted.length,
      cells: cellsOf(batch, accepted),
      shapes: shapes.starts.length - 1,
      columns: shapes.columns.length,
      definitions: defined.length,
      dimensions: definitions.dimensions.length / 2,
      texts: texts.length,
    };
    const fixed = sectionBytes(counts);
    let textBytesMax = 0;
    for (const text of texts) textBytesMax += text.length * 3;
    const buffer = this.#take(fixed + textBytesMax);
    // Padding between sections must not carry what the buffer held before.
    new Float64Array(buffer, 0, fixed / 8).fill(0);
    const sections = sectionsOf(buffer, 0, counts);
    fillRows(sections, request);
    sections.shape.set(shapes.ofRow);
    sections.shapeStart.set(shapes.starts);
    sections.columns.set(shapes.columns);
    sections.definitions.set(definitions.ints);
    sections.dimensions.set(definitions.dimensions);
    const textBytes = writeTexts(Buffer.from(buffer), fixed, texts, sections.textLengths);
    const { generation, table } = request;
    writeHeader(buffer, { generation, table, counts, textBytes });
    const entry = { ...sections, generation, table, texts };
    return { entry, bytes: new Uint8Array(buffer, 0, fixed + textBytes), defined };
  }

  /** The entry has been applied, or never will be. */
  release(encoded: EncodedEntry): void {
    const buffer = encoded.bytes.buffer as ArrayBuffer;
    if (this.#pool.length < POOLED_BUFFERS_MAX && buffer.byteLength <= POOLED_BYTES_MAX) {
      this.#pool.push(buffer);
    }
  }

  #take(bytes: number): ArrayBuffer {
    const pooled = this.#pool.pop();
    if (pooled !== undefined && pooled.byteLength >= bytes) return pooled;
    let size = 16 * 1024;
    while (size < bytes) size *= 2;
    return new ArrayBuffer(size);
  }
}

function cellsOf(batch: WriteBatch, accepted: Int32Array): number {
  if (accepted.length === batch.rows) return batch.cellCount;
  let cells = 0;
  for (const row of accepted) cells += batch.cellStart[row + 1]! - batch.cellStart[row]!;
  return cells;
}

function shapesOf(request: EncodeRequest): Shapes {
  const { batch, accepted, columnTypes } = request;
  const ofRow = new Int32Array(accepted.length);
  /** A row that has the shape, to compare with. */
  const examples: number[] = [];
  const starts = [0];
  const columns: number[] = [];
  let shape = -1;
  for (let i = 0; i < accepted.length; i++) {
    const row = accepted[i]!;
    if (shape < 0 || !hasSameColumns(batch, row, examples[shape]!)) {
      shape = examples.findIndex((example) => hasSameColumns(batch, row, example));
    }
    if (shape < 0) {
      shape = examples.push(row) - 1;
      for (let cell = batch.cellStart[row]!; cell < batch.cellStart[row + 1]!; cell++) {
        const id = batch.cellColumn[cell]!;
        columns.push(packColumn({ id, type: columnTypes(id) }));
      }
      starts.push(columns.length);
    }
    ofRow[i] = shape;
  }
  return { ofRow, starts, columns };
}

function hasSameColumns(batch: WriteBatch, row: number, other: number): boolean {
  const { cellStart, cellColumn } = batch;
  const from = cellStart[row]!;
  const otherFrom = cellStart[other]!;
  const count = cellStart[row + 1]! - from;
  if (cellStart[other + 1]! - otherFrom !== count) return false;
  for (let i = 0; i < count; i++) {
    if (cellColumn[from + i] !== cellColumn[otherFrom + i]) return false;
  }
  return true;
}

/** The series of accepted rows that the log does not define yet, each once. */
function undefinedSeries(request: EncodeRequest): number[] {
  const { batch, accepted, series } = request;
  const found = new Set<number>();
  for (const row of accepted) {
    const id = batch.seriesId[row]!;
    if (series.isLogged[id] === 0) found.add(id);
  }
  return [...found];
}

/** Their texts follow those of the batch, whose numbers the varchar cells hold. */
function definitionsOf(
  defined: readonly number[],
  request: EncodeRequest,
): { ints: number[]; dimensions: number[]; texts: readonly string[] } {
  if (defined.length === 0) return { ints: [], dimensions: [], texts: request.batch.texts };
  const { series, dictionary } = request;
  const texts = [...request.batch.texts];
  const numbers = new Map<number, number>();
  const textOf = (code: number): number => {
    let number = numbers.get(code);
    if (number === undefined) {
      number = texts.push(dictionary.text(code)) - 1;
      numbers.set(code, number);
    }
    return number;
  };
  const ints: number[] = [];
  const dimensions: number[] = [];
  for (const id of defined) {
    const count = series.dimensionCount(id);
    const measure = textOf(series.measureCode(id));
    ints.push(id, series.spaceHigh[id]! | 0, series.spaceLow[id]! | 0, measure, count);
    for (let dimension = 0; dimension < series.dimensionIds; dimension++) {
      const code = series.dimensionCode(id, dimension);
      if (code >= 0) dimensions.push(dimension, textOf(code));
    }
  }
  return { ints, dimensions, texts };
}

function fillRows(sections: EntrySections, request: EncodeRequest): void {
  const { batch, accepted } = request;
  const { rows } = batch;
  if (accepted.length === rows) {
    sections.series.set(batch.seriesId.subarray(0, rows));
    sections.time.set(batch.time.i32.subarray(0, rows * 2));
    sections.version.set(batch.version.i32.subarray(0, rows * 2));
    sections.cells.set(batch.cells.i32.subarray(0, batch.cellCount * 2));
    return;
  }
  let at = 0;
  accepted.forEach((row, i) => {
    sections.series[i] = batch.seriesId[row]!;
    sections.time.set(batch.time.i32.subarray(row * 2, row * 2 + 2), i * 2);
    sections.version.set(batch.version.i32.subarray(row * 2, row * 2 + 2), i * 2);
    const from = batch.cellStart[row]! * 2;
    const until = batch.cellStart[row + 1]! * 2;
    sections.cells.set(batch.cells.i32.subarray(from, until), at);
    at += until - from;
  });
}

function writeTexts(
  buffer: Buffer,
  from: number,
  texts: readonly string[],
  lengths: Int32Array,
): number {
  let at = from;
  texts.forEach((text, i) => {
    const length = buffer.write(text, at, 'utf8');
    lengths[i] = length;
    at += length;
  });
  return at - from;
}
