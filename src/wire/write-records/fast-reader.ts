/**
 * Reads the WriteRecords requests that clients really send straight from their bytes into columns:
 * no JSON tree, no object per record.
 *
 * It understands one plain form: known members in any order, each at most once and of its right
 * type, hardly an escape, numbers as digits, any white space. On anything else (an unknown member,
 * null, a violated constraint, broken JSON) `read` answers false, and the general reader, which
 * gives the same result for the plain form, takes the request from the start. So nothing is ever
 * refused here.
 *
 * Invariant: when `read` is true the body was valid UTF-8, valid JSON and within the framework
 * constraints of write-api 1.7.
 */
import { isUtf8 } from 'node:buffer';
import { parseInt64 } from '../../base/int64.ts';
import { MEASURE_NAME_BYTES_MAX, RECORDS_PER_WRITE_MAX } from '../../base/limits.ts';
import { COMMON_ROW, type DecodedWrite, TIME_READ, typeCode, unitCode } from '../../ingest/api.ts';
import {
  byLength,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from './byte-cursor.ts';
import { DimensionCache } from './dimension-cache.ts';
import { MeasureReader } from './measure-reader.ts';

/** Time has at most 256 characters (write-api 4.12), but an int64 has 20. */
const TIME_BYTES_MAX = 20;

const REQUEST_MEMBERS = byLength(['DatabaseName', 'TableName', 'CommonAttributes', 'Records']);
const RECORD_MEMBERS = byLength([
  ...['Dimensions', 'MeasureName', 'MeasureValue', 'MeasureValueType', 'MeasureValues'],
  ...['Time', 'TimeUnit', 'Version'],
]);

export class FastReader extends MeasureReader {
  readonly #dimensions = new DimensionCache();

  /** Fills `decoded`; when false, whatever it holds is to be thrown away. */
  read(body: Uint8Array, decoded: DecodedWrite): boolean {
    if (!isUtf8(body)) return false;
    this.open(body);
    this.decoded = decoded;
    decoded.begin(body);
    this.skipSpace();
    return this.#request() && this.at === body.length;
  }

  #request(): boolean {
    if (!this.take(LEFT_BRACE)) return false;
    let seen = 0;
    do {
      const name = this.takeName(REQUEST_MEMBERS);
      if (name === 0 || (seen & (1 << name)) !== 0) return false;
      seen |= 1 << name;
      if (!this.#requestMember(name)) return false;
    } while (this.another());
    if (!this.take(RIGHT_BRACE)) return false;
    const { databaseName, tableName, records } = this.decoded;
    return databaseName !== '' && tableName !== '' && records > 0;
  }

  #requestMember(name: number): boolean {
    switch (name) {
      case 'DatabaseName'.length:
        this.decoded.databaseName = this.#name();
        return this.decoded.databaseName !== '';
      case 'TableName'.length:
        this.decoded.tableName = this.#name();
        return this.decoded.tableName !== '';
      case 'CommonAttributes'.length:
        return this.#record(COMMON_ROW);
      default:
        return this.#records();
    }
  }

  #records(): boolean {
    if (!this.take(LEFT_BRACKET)) return false;
    let row = 0;
    do {
      if (row === RECORDS_PER_WRITE_MAX) return false;
      if (!this.#record(row++)) return false;
    } while (this.another());
    this.decoded.records = row;
    return this.take(RIGHT_BRACKET);
  }

  #record(row: number): boolean {
    this.decoded.beginRow(row);
    if (!this.take(LEFT_BRACE)) return false;
    if (this.take(RIGHT_BRACE)) return true;
    let seen = 0;
    do {
      const name = this.takeName(RECORD_MEMBERS);
      if (name === 0 || (seen & (1 << name)) !== 0) return false;
      seen |= 1 << name;
      if (!this.#recordMember(name, row)) return false;
    } while (this.another());
    return this.take(RIGHT_BRACE);
  }

  #recordMember(name: number, row: number): boolean {
    const { decoded } = this;
    switch (name) {
      case 'Dimensions'.length: {
        const set = this.#dimensionSet();
        decoded.dimensions[row] = set;
        return set !== undefined;
      }
      case 'MeasureName'.length: {
        const measureName = this.#name();
        decoded.measureName[row] = measureName;
        return measureName !== '';
      }
      case 'MeasureValue'.length:
        return this.#scalar(row);
      case 'MeasureValueType'.length: {
        const type = typeCode(this.#name());
        decoded.measureType[row] = type;
        return type !== 0;
      }
      case 'MeasureValues'.length:
        return this.measureValues(row);
      case 'Time'.length:
        return this.#time(row);
      case 'TimeUnit'.length: {
        const unit = unitCode(this.#name());
        decoded.timeUnit[row] = unit;
        return unit !== 0;
      }
      default:
        return this.#version(row);
    }
  }

  #dimensionSet() {
    if (this.bytes[this.at] !== LEFT_BRACKET) return undefined;
    const set = this.#dimensions.find(this.bytes, this.view, this.at);
    this.at = this.#dimensions.end;
    return set;
  }

  /** A plain string that is likely to have been seen before; '' if there is none, or a long one. */
  #name(): string {
    const start = this.at + 1;
    const end = this.#plainString();
    return end < 0 || end - start > MEASURE_NAME_BYTES_MAX
      ? ''
      : this.names.find(this.bytes, start, end);
  }

  #scalar(row: number): boolean {
    const start = this.at + 1;
    const end = this.#plainString();
    this.decoded.scalarStart[row] = start;
    this.decoded.scalarEnd[row] = end;
    return this.isValueLength(end - start);
  }

  #time(row: number): boolean {
    const { decoded } = this;
    const start = this.at + 1;
    const end = this.#plainString();
    if (end < 0 || end - start > TIME_BYTES_MAX) return false;
    decoded.timeState[row] = TIME_READ;
    return parseInt64(this.bytes, start, end, decoded.time.i32, row);
  }

  /** Consumes a string without escapes and says where its closing quote was, or -1. */
  #plainString(): number {
    if (this.bytes[this.at] !== QUOTE) return -1;
    const end = this.plainStringEnd(this.at + 1);
    this.at = end + 1;
    return end;
  }

  /** Digits, the first not zero: every other number is left to the general reader. */
  #version(row: number): boolean {
    const { bytes, decoded } = this;
    const start = this.at;
    let end = start;
    while (bytes[end]! >= 0x30 && bytes[end]! <= 0x39) end++;
    this.at = end;
    decoded.hasVersion[row] = 1;
    return bytes[start] !== 0x30 && parseInt64(bytes, start, end, decoded.version.i32, row);
  }
}
