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
import { type Bounds, Constraints } from '../constraints.ts';
import { type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { integerMember, listMember, objectMember, objectValue, textMember } from '../members.ts';

const TYPE_NAMES = WIRE_TYPES.slice(1);
const UNIT_NAMES = WIRE_UNITS.slice(1);
const ANY: Bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
const NOT_EMPTY: Bounds = { min: 1, max: Number.MAX_SAFE_INTEGER };
const VALUE: Bounds = { min: 1, max: MEASURE_VALUE_BYTES_MAX };
const TIME: Bounds = { min: 1, max: 256 };
const DIMENSIONS: Bounds = { min: 0, max: DIMENSIONS_PER_RECORD_MAX };

/** An object of the request and where it is, as messages spell that. */
interface Place {
  readonly object: JsonObject;
  readonly path: string;
}

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
    const place = { object: request, path: '' };
    decoded.databaseName = this.#required(place, 'DatabaseName', NOT_EMPTY);
    decoded.tableName = this.#required(place, 'TableName', NOT_EMPTY);
    const common = objectMember(request, 'CommonAttributes');
    if (common !== undefined) this.#record(common, COMMON_ROW, 'commonAttributes.');
    const records = listMember(request, 'Records');
    if (records === undefined) this.#constraints.notNull('records');
    else {
      this.#constraints.listLength('records', records.length, {
        min: 1,
        max: RECORDS_PER_WRITE_MAX,
      });
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
    const place = { object: record, path };
    decoded.dimensions[row] = this.#dimensions(record, path);
    decoded.measureName[row] = this.#text(place, 'MeasureName', NOT_EMPTY);
    const type = this.#choice(place, 'MeasureValueType', TYPE_NAMES);
    decoded.measureType[row] = type === undefined ? ABSENT : typeCode(type);
    const unit = this.#choice(place, 'TimeUnit', UNIT_NAMES);
    decoded.timeUnit[row] = unit === undefined ? ABSENT : unitCode(unit);
    const value = this.#text(place, 'MeasureValue', VALUE);
    if (value !== undefined) this.#scalar(value, row);
    this.#time(this.#text(place, 'Time', TIME), row);
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
    this.#constraints.listLength(`${path}dimensions`, list.length, DIMENSIONS);
    list.forEach((element, i) => {
      const dimension = objectValue(element ?? {}, 'A dimension');
      const place = { object: dimension, path: `${path}dimensions.${i + 1}.member.` };
      names.push(this.#required(place, 'Name', NOT_EMPTY));
      values.push(this.#required(place, 'Value', ANY));
      this.#choice(place, 'DimensionValueType', ['VARCHAR']);
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
      const place = { object: measure, path: `${path}.${i + 1}.member.` };
      names.push(this.#required(place, 'Name', NOT_EMPTY));
      const value = this.#required(place, 'Value', VALUE);
      const type = typeCode(this.#choice(place, 'Type', TYPE_NAMES) ?? '');
      if (type === ABSENT && (measure['Type'] ?? null) === null)
        this.#constraints.notNull(`${place.path}type`);
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

  #text({ object, path }: Place, member: string, bounds: Bounds): string | undefined {
    const text = textMember(object, member);
    if (text !== undefined) this.#constraints.length(path + lowerCamel(member), text, bounds);
    return text;
  }

  #required(place: Place, member: string, bounds: Bounds): string {
    const text = this.#text(place, member, bounds);
    if (text === undefined) this.#constraints.notNull(place.path + lowerCamel(member));
    return text ?? '';
  }

  #choice({ object, path }: Place, member: string, allowed: readonly string[]): string | undefined {
    const text = textMember(object, member);
    if (text !== undefined) this.#constraints.oneOf(path + lowerCamel(member), text, allowed);
    return text;
  }
}

function lowerCamel(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
