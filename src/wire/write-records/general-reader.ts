/**
 * Reads any legal WriteRecords request, and words every complaint about an illegal one.
 *
 *   parseJson  ──►  types of members     a wrong one: SerializationException
 *              ──►  framework rules      all violations in one ValidationException (write-api 1.7)
 *              ──►  DecodedWrite         the same columns as the fast reader makes
 *
 * Absent and null are the same; unknown members are ignored; of members with one name the last
 * counts. A value that is not of its type is only noted here: whether the table exists is asked
 * first (write-api 5.13).
 */
import { parseInt64 } from '../../base/int64.ts';
import {
  DIMENSIONS_PER_RECORD_MAX,
  MEASURE_VALUE_BYTES_MAX,
  RECORDS_PER_WRITE_MAX,
} from '../../base/limits.ts';
import {
  ABSENT,
  COMMON_ROW,
  type DecodedWrite,
  DimensionSet,
  invalidValue,
  MeasureShape,
  MULTI,
  NO_MEASURES,
  readValue,
  TIME_INVALID,
  TIME_READ,
  typeCode,
  unitCode,
  VARCHAR,
  valueBytes,
  WIRE_TYPES,
  WIRE_UNITS,
} from '../../ingest/api.ts';
import { Constraints } from '../constraints.ts';
import { type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { integerMember, listMember, objectMember, objectValue, textMember } from '../members.ts';

const TYPE_NAMES = WIRE_TYPES.slice(1);
const UNIT_NAMES = WIRE_UNITS.slice(1);
const TIME_CHARS_MAX = 256;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

export function readGeneral(body: Uint8Array, decoded: DecodedWrite): void {
  new GeneralReader(decoded).read(objectValue(parseJson(body), 'The request'));
}

class GeneralReader {
  readonly #decoded: DecodedWrite;
  readonly #constraints = new Constraints();
  /** The texts of single values, which become the request's source. */
  readonly #scalars: Uint8Array[] = [];
  #scalarBytes = 0;

  constructor(decoded: DecodedWrite) {
    this.#decoded = decoded;
  }

  read(request: JsonObject): void {
    const decoded = this.#decoded;
    decoded.begin(new Uint8Array(0));
    decoded.databaseName = this.#required(request, 'DatabaseName', '', 1, UNBOUNDED);
    decoded.tableName = this.#required(request, 'TableName', '', 1, UNBOUNDED);
    const common = objectMember(request, 'CommonAttributes');
    if (common !== undefined) this.#record(common, COMMON_ROW, 'commonAttributes.');
    const records = listMember(request, 'Records');
    if (records === undefined) this.#constraints.notNull('records');
    else {
      this.#constraints.listLength('records', records.length, 1, RECORDS_PER_WRITE_MAX);
      decoded.records = Math.min(records.length, RECORDS_PER_WRITE_MAX);
      for (let row = 0; row < decoded.records; row++) {
        const record = objectValue(records[row] ?? {}, 'A record');
        this.#record(record, row, `records.${row + 1}.member.`);
      }
    }
    this.#constraints.check();
    decoded.source = Buffer.concat(this.#scalars);
  }

  #record(record: JsonObject, row: number, path: string): void {
    const decoded = this.#decoded;
    decoded.beginRow(row);
    decoded.dimensions[row] = this.#dimensions(record, path);
    decoded.measureName[row] = this.#text(record, 'MeasureName', path, 1, UNBOUNDED);
    const type = this.#choice(record, 'MeasureValueType', path, TYPE_NAMES);
    decoded.measureType[row] = type === undefined ? ABSENT : typeCode(type);
    const unit = this.#choice(record, 'TimeUnit', path, UNIT_NAMES);
    decoded.timeUnit[row] = unit === undefined ? ABSENT : unitCode(unit);
    const value = this.#text(record, 'MeasureValue', path, 1, MEASURE_VALUE_BYTES_MAX);
    if (value !== undefined) this.#scalar(value, row);
    this.#time(this.#text(record, 'Time', path, 1, TIME_CHARS_MAX), row);
    const version = integerMember(record, 'Version');
    if (version !== undefined) {
      decoded.hasVersion[row] = 1;
      decoded.version.i64[row] = version;
    }
    this.#measures(listMember(record, 'MeasureValues'), row, `${path}measureValues`);
  }

  #dimensions(record: JsonObject, path: string): DimensionSet | undefined {
    const list = listMember(record, 'Dimensions');
    if (list === undefined) return undefined;
    const names: string[] = [];
    const values: string[] = [];
    this.#constraints.listLength(`${path}dimensions`, list.length, 0, DIMENSIONS_PER_RECORD_MAX);
    list.forEach((element, i) => {
      const dimension = objectValue(element ?? {}, 'A dimension');
      const at = `${path}dimensions.${i + 1}.member.`;
      names.push(this.#required(dimension, 'Name', at, 1, UNBOUNDED));
      values.push(this.#required(dimension, 'Value', at, 0, UNBOUNDED));
      this.#choice(dimension, 'DimensionValueType', at, ['VARCHAR']);
    });
    return new DimensionSet(names, values);
  }

  #measures(list: readonly JsonValue[] | undefined, row: number, path: string): void {
    if (list === undefined || list.length === 0) return;
    const names: string[] = [];
    const types: number[] = [];
    this.#decoded.cellStart[row] = this.#decoded.cellCount;
    list.forEach((element, i) => {
      const measure = objectValue(element ?? {}, 'A measure value');
      const at = `${path}.${i + 1}.member.`;
      names.push(this.#required(measure, 'Name', at, 1, UNBOUNDED));
      const value = this.#required(measure, 'Value', at, 1, MEASURE_VALUE_BYTES_MAX);
      const type = typeCode(this.#choice(measure, 'Type', at, TYPE_NAMES) ?? '');
      if (type === ABSENT && (measure['Type'] ?? null) === null)
        this.#constraints.notNull(`${at}type`);
      types.push(type);
      if (type !== ABSENT) this.#value(value, type, row);
    });
    this.#decoded.measures[row] = names.length === 0 ? NO_MEASURES : new MeasureShape(names, types);
  }

  #value(text: string, type: number, row: number): void {
    const decoded = this.#decoded;
    const cell = decoded.addCell();
    if (type === MULTI) {
      decoded.faults.push({ row, message: 'MULTI is an invalid measure value type.' });
      return;
    }
    const bytes = Buffer.from(text);
    if (type === VARCHAR) {
      decoded.cells.i32[cell * 2] = decoded.texts.push(text) - 1;
      decoded.cells.i32[cell * 2 + 1] = 0;
      decoded.valueBytes[row]! += bytes.length;
      if (bytes.length <= MEASURE_VALUE_BYTES_MAX) return;
    } else {
      decoded.valueBytes[row]! += valueBytes(type);
      const target = { cells: decoded.cells, cell, type };
      if (readValue(bytes, 0, bytes.length, target)) return;
    }
    decoded.faults.push({ row, message: invalidValue(text, type) });
  }

  #scalar(text: string, row: number): void {
    const bytes = Buffer.from(text);
    this.#scalars.push(bytes);
    this.#decoded.scalarStart[row] = this.#scalarBytes;
    this.#scalarBytes += bytes.length;
    this.#decoded.scalarEnd[row] = this.#scalarBytes;
  }

  #time(text: string | undefined, row: number): void {
    if (text === undefined) return;
    const bytes = Buffer.from(text);
    const isRead = parseInt64(bytes, 0, bytes.length, this.#decoded.time.i32, row);
    this.#decoded.timeState[row] = isRead ? TIME_READ : TIME_INVALID;
  }

  #text(
    object: JsonObject,
    member: string,
    path: string,
    min: number,
    max: number,
  ): string | undefined {
    const text = textMember(object, member);
    if (text !== undefined) this.#constraints.length(path + lowerCamel(member), text, min, max);
    return text;
  }

  #required(object: JsonObject, member: string, path: string, min: number, max: number): string {
    const text = this.#text(object, member, path, min, max);
    if (text === undefined) this.#constraints.notNull(path + lowerCamel(member));
    return text ?? '';
  }

  #choice(
    object: JsonObject,
    member: string,
    path: string,
    allowed: readonly string[],
  ): string | undefined {
    const text = textMember(object, member);
    if (text !== undefined) this.#constraints.oneOf(path + lowerCamel(member), text, allowed);
    return text;
  }
}

function lowerCamel(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
