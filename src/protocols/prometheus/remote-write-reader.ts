/**
 * Reads a remote write 1.0 request straight from its protobuf bytes into the columns of batches:
 *
 *   WriteRequest  { 1: TimeSeries …; 3: MetricMetadata … }
 *   TimeSeries    { 1: Label …; 2: Sample …; 3: Exemplar …; 4: Histogram … }
 *   Sample        { 1: double value; 2: int64 timestamp, in milliseconds }
 *
 * Each sample is a record of its own, its series found by the bytes of its labels. Values that are
 * not finite have no place in a table and are skipped, stale markers among them; so are exemplars
 * and metadata. Native histograms are reported as not stored.
 */
import { multiplyInt64 } from '../../base/int64.ts';
import { RECORDS_PER_WRITE_MAX } from '../../base/limits.ts';
import { DOUBLE, NANOSECONDS, SCALAR_IN_CELL, TIME_READ } from '../../ingest/api.ts';
import type { Batch, BatchSet } from '../batch.ts';
import type { BytesCache } from '../bytes-cache.ts';
import type { WriteReport } from '../write-report.ts';
import { decodeMetricSeries, type MetricSeries } from './metric-series.ts';
import { BYTES, FIXED64, ProtobufCursor, VARINT } from './protobuf-cursor.ts';

const TIME_SERIES = 1 * 8 + BYTES;
const LABEL = 1 * 8 + BYTES;
const SAMPLE = 2 * 8 + BYTES;
const HISTOGRAM = 4 * 8 + BYTES;
const VALUE = 1 * 8 + FIXED64;
const TIMESTAMP = 2 * 8 + VARINT;

const NANOS_PER_MS = 1e6;

export interface RemoteWriteRequest {
  /** Decompressed. */
  readonly body: Buffer;
  readonly table: string;
  readonly batches: BatchSet;
  readonly report: WriteReport;
}

export class RemoteWriteReader {
  readonly #request: RemoteWriteRequest;
  readonly #cursor: ProtobufCursor;
  readonly #known: BytesCache<MetricSeries>;
  /** Of the series that is being read; `at` is in front of its end while there is more of it. */
  #seriesEnd = 0;
  #series: MetricSeries | undefined;
  #sample = 0;

  constructor(request: RemoteWriteRequest, known: BytesCache<MetricSeries>) {
    this.#request = request;
    this.#cursor = new ProtobufCursor(request.body);
    this.#known = known;
  }

  /** The next full batch, at the end the one that is not; then undefined. */
  next(): Batch | undefined {
    const cursor = this.#cursor;
    const { length } = this.#request.body;
    while (cursor.at < length) {
      if (cursor.at < this.#seriesEnd) {
        const batch = this.#readField();
        if (batch !== undefined) return batch;
        continue;
      }
      const tag = cursor.tag(length);
      if (tag !== TIME_SERIES) cursor.skip(tag, length);
      else {
        this.#seriesEnd = cursor.valueEnd(length);
        this.#series = this.#readLabels();
      }
    }
    return this.#request.batches.takeAny();
  }

  /** Labels come first, so their bytes are one run, which the series is known by. */
  #readLabels(): MetricSeries {
    const cursor = this.#cursor;
    const end = this.#seriesEnd;
    const from = cursor.at;
    let until = from;
    while (cursor.at < end && cursor.tag(end) === LABEL) {
      cursor.at = cursor.valueEnd(end);
      until = cursor.at;
    }
    cursor.at = until;
    const known = this.#known.follower(cursor.view, from);
    if (known !== undefined && this.#known.end === until) return known;
    const found = this.#known.lookUp(cursor.view, from, until);
    if (found !== undefined) return found;
    const series = decodeMetricSeries(cursor.bytes.subarray(from, until));
    this.#known.remember(series, cursor.view, from, until);
    return series;
  }

  #readField(): Batch | undefined {
    const cursor = this.#cursor;
    const tag = cursor.tag(this.#seriesEnd);
    if (tag === SAMPLE) return this.#readSample(cursor.valueEnd(this.#seriesEnd));
    cursor.skip(tag, this.#seriesEnd);
    if (tag === HISTOGRAM) {
      this.#sample++;
      this.#request.report.reject(this.#sample, this.#told('native histograms are not stored'));
    }
    return undefined;
  }

  #readSample(end: number): Batch | undefined {
    const { report, batches, table } = this.#request;
    const cursor = this.#cursor;
    const series = this.#series!;
    const batch = batches.of(table);
    const { decoded } = batch;
    const row = decoded.records;
    const { i32 } = decoded.time;
    this.#sample++;
    let value = 0;
    // What is 0 is not sent at all.
    i32[row * 2] = 0;
    i32[row * 2 + 1] = 0;
    while (cursor.at < end) {
      const tag = cursor.tag(end);
      if (tag === VALUE) value = cursor.double(end);
      else if (tag === TIMESTAMP) cursor.int64(end, i32, row);
      else cursor.skip(tag, end);
    }
    if (series.fault !== undefined) report.reject(this.#sample, this.#told(series.fault));
    else if (!Number.isFinite(value)) report.skipped++;
    else if (!multiplyInt64(i32, row, NANOS_PER_MS)) {
      report.reject(this.#sample, this.#told('the timestamp is outside the range'));
    } else return this.#addRow(batch, row, value);
    return undefined;
  }

  #addRow(batch: Batch, row: number, value: number): Batch | undefined {
    const { decoded, place } = batch;
    const series = this.#series!;
    decoded.beginRow(row);
    decoded.dimensions[row] = series.dimensions;
    decoded.measureName[row] = series.measureName;
    decoded.measureType[row] = DOUBLE;
    decoded.scalarStart[row] = SCALAR_IN_CELL;
    const cell = decoded.addCell();
    decoded.cells.f64[cell] = value;
    decoded.timeState[row] = TIME_READ;
    decoded.timeUnit[row] = NANOSECONDS;
    place[row] = this.#sample;
    decoded.records = row + 1;
    if (row + 1 < RECORDS_PER_WRITE_MAX) return undefined;
    this.#request.batches.close(batch);
    return batch;
  }

  #told(fault: string): string {
    return `${this.#series?.measureName ?? ''}: ${fault}`;
  }
}
