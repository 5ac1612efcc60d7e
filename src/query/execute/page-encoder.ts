/**
 * Result columns to JSON: the elements of `Rows` (query-api 3.5), cut into pages of at most a given
 * number of rows and bytes.
 *
 *   VectorView + logical type ──► DatumWriter (row → text) ──► {"Data":[…]},{"Data":[…]}, …
 *
 * A writer is made once for a column of a chunk and called for each row; text is appended to one
 * string, which is what the engine under us does fastest.
 */
import { assert, assertNever } from '../../base/assert.ts';
import type { ResultChunk, VectorView } from '../../engine/api.ts';
import type { SqlType } from '../analyse/types.ts';
import { formatDouble } from '../kernels/format-double.ts';
import { formatIntervalDaySecond, formatIntervalYearMonth } from '../kernels/format-interval.ts';
import { formatDate, formatTimeCells, formatTimestampCells } from '../kernels/format-time.ts';

type DatumWriter = (row: number) => string;

const NULL_DATUM = '{"NullValue":true}';

/** `[from, until)` rows of a chunk, ready to be written one by one. */
export function rowWriter(chunk: ResultChunk, types: readonly SqlType[]): DatumWriter {
  const writers = types.map((type, at) => datumWriter(chunk.column(at), type));
  return (row) => {
    let text = '{"Data":[';
    for (let i = 0; i < writers.length; i++) {
      if (i > 0) text += ',';
      text += (writers[i] as DatumWriter)(row);
    }
    return `${text}]}`;
  };
}

function datumWriter(view: VectorView, type: SqlType): DatumWriter {
  const write = valueWriter(view, type);
  if (view.allValid) return write;
  return (row) => (view.isNull(row) ? NULL_DATUM : write(row));
}

function valueWriter(view: VectorView, type: SqlType): DatumWriter {
  switch (type.kind) {
    case 'array':
      return arrayWriter(view, type.element);
    case 'timeseries':
      return seriesWriter(view, type.value);
    case 'row':
      return structWriter(
        view,
        type.fields.map((field) => field.type),
      );
    case 'unknown':
      return () => NULL_DATUM;
    case 'map':
    case 'json':
    case 'varbinary':
    case 'function':
      throw new TypeError(`${type.kind} has no wire form`);
    case 'varchar':
      return textWriter(view);
    default: {
      const text = scalarWriter(view, type.kind);
      return (row) => `{"ScalarValue":${text(row)}}`;
    }
  }
}

type ScalarKind = Exclude<
  SqlType['kind'],
  'array' | 'timeseries' | 'row' | 'varchar' | 'unknown' | 'map' | 'json' | 'varbinary' | 'function'
>;

/** The value as a JSON string. */
function scalarWriter(view: VectorView, kind: ScalarKind): DatumWriter {
  switch (kind) {
    case 'boolean':
      assert(view.kind === 'boolean', `boolean came as ${view.kind}`);
      return (row) => (view.bytes[row] === 0 ? '"false"' : '"true"');
    case 'double':
      assert(view.kind === 'double', `double came as ${view.kind}`);
      return (row) => `"${formatDouble(view.doubles[row] as number)}"`;
    case 'integer':
      return integerWriter(view, String);
    case 'date':
      return integerWriter(view, formatDate);
    case 'interval-year-month':
      return integerWriter(view, formatIntervalYearMonth);
    case 'bigint':
      return bigintWriter(view, String);
    case 'timestamp':
      return cellsWriter(view, formatTimestampCells);
    case 'time':
      return cellsWriter(view, formatTimeCells);
    case 'interval-day-second':
      return bigintWriter(view, formatIntervalDaySecond);
    default:
      return assertNever(kind, 'scalar type');
  }
}

/** Rows of a series have the same texts one after the other, so the last datum is often the next. */
function textWriter(view: VectorView): DatumWriter {
  assert(view.kind === 'varchar', `varchar came as ${view.kind}`);
  let last: string | undefined;
  let datum = '';
  return (row) => {
    const text = view.text(row);
    if (text !== last) {
      last = text;
      datum = `{"ScalarValue":${JSON.stringify(text)}}`;
    }
    return datum;
  };
}

function integerWriter(view: VectorView, format: (value: number) => string): DatumWriter {
  assert(view.kind === 'integer', `an integer came as ${view.kind}`);
  return (row) => `"${format(view.ints[row] as number)}"`;
}

function bigintWriter(view: VectorView, format: (value: bigint) => string): DatumWriter {
  assert(view.kind === 'bigint', `a bigint came as ${view.kind}`);
  return (row) => `"${format(view.bigints[row] as bigint)}"`;
}

/** From the halves of the 64-bit value: no bigint is made for each row. */
function cellsWriter(view: VectorView, format: (lo: number, hi: number) => string): DatumWriter {
  assert(view.kind === 'bigint', `a time came as ${view.kind}`);
  const { cells32 } = view;
  return (row) => `"${format(cells32[row * 2] as number, cells32[row * 2 + 1] as number)}"`;
}

function arrayWriter(view: VectorView, element: SqlType): DatumWriter {
  assert(view.kind === 'list', `an array came as ${view.kind}`);
  const write = datumWriter(view.child, element);
  return (row) => `{"ArrayValue":[${joined(view, row, write)}]}`;
}

function seriesWriter(view: VectorView, value: SqlType): DatumWriter {
  assert(view.kind === 'list' && view.child.kind === 'struct', 'a time series came in other form');
  const [time, values] = view.child.fields;
  assert(time?.kind === 'bigint' && values !== undefined, 'a time series came without its fields');
  const timeText = cellsWriter(time, formatTimestampCells);
  const write = datumWriter(values, value);
  const point = (at: number) => `{"Time":${timeText(at)},"Value":${write(at)}}`;
  return (row) => `{"TimeSeriesValue":[${joined(view, row, point)}]}`;
}

function structWriter(view: VectorView, types: readonly SqlType[]): DatumWriter {
  assert(view.kind === 'struct', `a row came as ${view.kind}`);
  const writers = types.map((type, at) => datumWriter(view.fields[at] as VectorView, type));
  return (row) => `{"RowValue":{"Data":[${writers.map((write) => write(row)).join(',')}]}}`;
}

function joined(
  list: Extract<VectorView, { kind: 'list' }>,
  row: number,
  write: DatumWriter,
): string {
  const from = list.offset(row);
  const until = from + list.length(row);
  let text = '';
  for (let i = from; i < until; i++) text += i === from ? write(i) : `,${write(i)}`;
  return text;
}
