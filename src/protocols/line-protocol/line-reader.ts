/**
 * Reads line protocol straight from its bytes into the columns of batches: no object per line.
 *
 *   line  =  series (looked up by its bytes)  fields (along a trie of names)  time
 *
 * Lines that cannot be read are reported with their number, and reading goes on behind the next
 * line break. Empty lines and comments are passed over. One reader serves one request; what is
 * worth remembering is in the LineMemory that all share.
 */
import { multiplyInt64, parseInt64 } from '../../base/int64.ts';
import {
  LINE_QUOTED_BYTES_MAX,
  MEASURE_NAME_BYTES_MAX,
  RECORDS_PER_WRITE_MAX,
} from '../../base/limits.ts';
import { ABSENT, MULTI, NANOSECONDS, TIME_READ } from '../../ingest/api.ts';
import type { Batch, BatchSet } from '../batch.ts';
import { BytesCache } from '../bytes-cache.ts';
import type { WriteReport } from '../write-report.ts';
import { type FieldName, type FieldNode, FieldTrie } from './field-trie.ts';
import type { Precision } from './precision.ts';
import { decodeSeries, type Series } from './series.ts';
import {
  BACKSLASH,
  COMMA,
  EQUALS,
  findUnescaped,
  HASH,
  NEWLINE,
  RETURN,
  SPACE,
  TAB,
  unescapeName,
} from './syntax.ts';
import { isEnd, ValueReader } from './value-reader.ts';

/** With every byte escaped: longer names are not even remembered. */
const NAME_SPELLING_BYTES_MAX = 2 * MEASURE_NAME_BYTES_MAX;

/** Shared by all requests, so that a series is decoded once. */
export class LineMemory {
  readonly series = new BytesCache<Series>();
  readonly fields = new FieldTrie();
}

export interface LineRequest {
  readonly body: Uint8Array;
  readonly precision: Precision;
  /** The one table of all lines; undefined: the measurement of each. */
  readonly table: string | undefined;
  /** In nanoseconds: the time of lines that have none. */
  readonly now: { readonly lo: number; readonly hi: number };
  readonly batches: BatchSet;
  readonly report: WriteReport;
}

export class LineReader extends ValueReader {
  readonly #request: LineRequest;
  readonly #series: BytesCache<Series>;
  readonly #fields: FieldTrie;
  #line = 0;
  /** The one that was filled last. */
  #batch: Batch | undefined;
  #table = '';

  constructor(request: LineRequest, memory: LineMemory) {
    super();
    this.#request = request;
    this.#series = memory.series;
    this.#fields = memory.fields;
    this.begin(request.body);
  }

  /** The next batch that is full, at the end of the lines each that is not; then undefined. */
  next(): Batch | undefined {
    const { length } = this.bytes;
    while (this.at < length) {
      const batch = this.#readLine();
      if (batch !== undefined) return batch;
    }
    return this.#takeAny();
  }

  #readLine(): Batch | undefined {
    const start = this.at;
    this.#line++;
    const series = this.#seriesAt();
    if (series === undefined) {
      this.#endLine(start);
      return undefined;
    }
    const table = this.#request.table ?? series.measurement;
    if (this.#table !== table) {
      const taken = this.#request.batches.isCrowded ? this.#takeAny() : undefined;
      if (taken !== undefined) {
        // The line is read again, when the other batch is on its way.
        this.at = start;
        this.#line--;
        return taken;
      }
      this.#batch = this.#request.batches.of(table);
      this.#table = table;
      this.decoded = this.#batch.decoded;
    }
    return this.#readRecord(series, start);
  }

  /** The series of a record that has been started; undefined for a line without one. */
  #seriesAt(): Series | undefined {
    const known = this.#series.follower(this.view, this.at);
    if (known !== undefined) {
      this.at = this.#series.end;
      return this.#usable(known);
    }
    this.#skipSpace();
    const byte = this.bytes[this.at];
    if (byte === HASH || byte === NEWLINE || byte === RETURN || byte === undefined)
      return undefined;
    return this.#otherSeries();
  }

  #otherSeries(): Series | undefined {
    const { bytes, view } = this;
    const from = this.at;
    let space = from;
    while (bytes[space] !== SPACE) {
      const byte = bytes[space];
      if (byte === NEWLINE || byte === undefined) {
        this.fault = 'missing fields';
        return undefined;
      }
      space += byte === BACKSLASH && bytes[space + 1] !== NEWLINE ? 2 : 1;
    }
    // With the space behind, as only then nothing longer begins with the same bytes.
    const end = space + 1;
    let series = this.#series.lookUp(view, from, end);
    if (series === undefined) {
      if (!this.isText(from, space)) {
        this.fault = 'not valid UTF-8';
        return undefined;
      }
      series = decodeSeries(bytes, from, space);
      this.#series.remember(series, view, from, end);
    }
    this.at = end;
    return this.#usable(series);
  }

  #usable(series: Series): Series | undefined {
    if (series.fault === undefined) return series;
    this.fault = series.fault;
    return undefined;
  }

  #readRecord(series: Series, start: number): Batch | undefined {
    const { decoded } = this;
    const row = decoded.records;
    const { cellCount } = decoded;
    const texts = decoded.texts.length;
    decoded.beginRow(row);
    this.textBytes = 0;
    const fields = this.#readFields();
    if (fields === undefined || !this.#readTime(row)) {
      decoded.cellCount = cellCount;
      decoded.texts.length = texts;
      this.#endLine(start);
      return undefined;
    }
    decoded.dimensions[row] = series.dimensions;
    decoded.measureName[row] = series.measurement;
    decoded.measureType[row] = MULTI;
    decoded.measures[row] = fields.shape;
    decoded.valueBytes[row] = fields.fixedBytes + this.textBytes;
    decoded.timeState[row] = TIME_READ;
    decoded.timeUnit[row] = NANOSECONDS;
    const batch = this.#batch!;
    batch.place[row] = this.#line;
    this.#line += this.breaks;
    this.breaks = 0;
    decoded.records = row + 1;
    return row + 1 === RECORDS_PER_WRITE_MAX ? this.#take(batch) : undefined;
  }

  /** The node of all fields of the line; undefined, with `fault` set, when they cannot be read. */
  #readFields(): FieldNode | undefined {
    this.#skipSpace();
    let node = this.#fields.root();
    for (;;) {
      let name = node.match(this.view, this.at);
      if (name !== undefined) this.at += name.length;
      else {
        name = this.#otherName(node);
        if (name === undefined) return undefined;
      }
      const type = this.value();
      if (type === ABSENT) return undefined;
      node = this.#fields.child(node, name, type);
      if (node.fault !== undefined) {
        this.fault = node.fault;
        return undefined;
      }
      if (this.bytes[this.at] !== COMMA) return node;
      this.at++;
    }
  }

  #otherName(node: FieldNode): FieldName | undefined {
    const { bytes } = this;
    const from = this.at;
    const equals = findUnescaped(bytes, { from, end: this.#lineEnd() }, EQUALS, SPACE);
    if (bytes[equals] !== EQUALS) {
      this.fault = from === equals ? 'missing fields' : 'missing field value';
      return undefined;
    }
    if (equals - from > NAME_SPELLING_BYTES_MAX) {
      this.fault = 'a field name that is too long';
      return undefined;
    }
    this.at = equals + 1;
    const name = this.textOf(from, equals);
    if (name === undefined) return undefined;
    return this.#fields.name(node, bytes.subarray(from, equals + 1), unescapeName(name));
  }

  /** Reads the time, or fills in the server's, and the end of the line. */
  #readTime(row: number): boolean {
    const { time } = this.decoded;
    this.#skipSpace();
    const start = this.at;
    if (isEnd(this.bytes[start])) {
      const { now } = this.#request;
      time.i32[row * 2] = now.lo;
      time.i32[row * 2 + 1] = now.hi;
    } else {
      const { factor, secondFactor } = this.#request.precision;
      let end = start;
      while (!isEnd(this.bytes[end])) end++;
      this.at = end;
      if (!parseInt64(this.bytes, start, end, time.i32, row)) this.fault = 'bad timestamp';
      else if (
        !multiplyInt64(time.i32, row, factor) ||
        !multiplyInt64(time.i32, row, secondFactor)
      ) {
        this.fault = 'time outside range';
      }
      if (this.fault !== '') return false;
      this.#skipSpace();
    }
    if (this.bytes[this.at] === RETURN) this.at++;
    if (this.bytes[this.at] !== NEWLINE && this.at < this.bytes.length) {
      this.fault = 'something behind the timestamp';
      return false;
    }
    this.at++;
    return true;
  }

  /** Goes on to the next line, and reports this one if it has a fault. */
  #endLine(start: number): void {
    if (this.fault !== '') {
      this.#request.report.malform(this.#line, this.#told(start));
      this.fault = '';
    }
    this.#line += this.breaks;
    this.breaks = 0;
    this.at = this.#lineEnd() + 1;
  }

  #told(start: number): string {
    const end = Math.min(this.#endFrom(start), start + LINE_QUOTED_BYTES_MAX);
    return `unable to parse '${this.bytes.toString('utf8', start, end)}': ${this.fault}`;
  }

  #lineEnd(): number {
    return this.#endFrom(this.at);
  }

  #endFrom(at: number): number {
    const end = this.bytes.indexOf(NEWLINE, at);
    return end < 0 ? this.bytes.length : end;
  }

  #skipSpace(): void {
    const { bytes } = this;
    let byte = bytes[this.at];
    while (byte === SPACE || byte === TAB) byte = bytes[++this.at];
  }

  #takeAny(): Batch | undefined {
    this.#table = '';
    return this.#request.batches.takeAny();
  }

  #take(batch: Batch): Batch {
    this.#table = '';
    this.#request.batches.close(batch);
    return batch;
  }
}
