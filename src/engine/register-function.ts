/**
 * Makes a ScalarFunction callable from SQL, on every connection of the instance.
 *
 * DuckDB's own NULL handling covers constants only: rows that are NULL reach the callback with
 * anything in their cells. So the validity of the result is made here, from that of the arguments.
 */
import duckdb from '@duckdb/node-bindings';
import { TEXT_TOO_LARGE } from '../base/too-large.ts';
import type { ThrownErrors } from './engine-error.ts';
import { readVector } from './read-vector.ts';
import type { ScalarFunction } from './scalar-function.ts';
import type { VectorView } from './vector.ts';
import { fromLogicalType, toLogicalType, type VectorType } from './vector-type.ts';
import { VectorWriter } from './write-vector.ts';

export function registerFunction(
  connection: duckdb.Connection,
  fn: ScalarFunction,
  thrown: ThrownErrors,
): void {
  const handle = duckdb.create_scalar_function();
  duckdb.scalar_function_set_name(handle, fn.name);
  for (const type of fn.parameters) {
    duckdb.scalar_function_add_parameter(handle, toLogicalType(type));
  }
  if (fn.varargs !== undefined) {
    duckdb.scalar_function_set_varargs(handle, toLogicalType(fn.varargs));
  }
  duckdb.scalar_function_set_return_type(handle, toLogicalType(fn.result));
  if (fn.nulls === 'called') duckdb.scalar_function_set_special_handling(handle);
  if (fn.volatile === true) duckdb.scalar_function_set_volatile(handle);
  duckdb.scalar_function_set_function(handle, callback(fn, thrown));
  duckdb.register_scalar_function(connection, handle);
  duckdb.destroy_scalar_function_sync(handle);
}

function callback(fn: ScalarFunction, thrown: ThrownErrors): duckdb.ScalarFunctionMainFunction {
  // Callbacks come one at a time, on this thread, so one writer serves all queries.
  const writer = new VectorWriter(fn.result);
  return (_info, input, output) => {
    try {
      const rows = duckdb.data_chunk_get_size(input);
      const args = readArguments(fn, input, rows);
      writer.begin(rows);
      fn.run(args, rows, writer);
      if (fn.nulls === 'propagate') propagateNulls(args, rows, writer);
      writer.flush(output, rows);
    } catch (error) {
      throw thrown.mark(isTooLong(error) ? new Error(TEXT_TOO_LARGE) : error);
    }
  };
}

/** What V8 throws for a text that is longer than it can hold. */
function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Invalid string length';
}

function readArguments(
  fn: ScalarFunction,
  input: duckdb.DataChunk,
  rows: number,
): readonly VectorView[] {
  const views: VectorView[] = [];
  const count = duckdb.data_chunk_get_column_count(input);
  for (let k = 0; k < count; k++) {
    const vector = duckdb.data_chunk_get_vector(input, k);
    const declared = fn.parameters[k] ?? fn.varargs ?? 'any';
    const type: VectorType =
      declared === 'any' ? fromLogicalType(duckdb.vector_get_column_type(vector)) : declared;
    views.push(readVector(vector, { type, rows, owner: input }));
  }
  return views;
}

function propagateNulls(args: readonly VectorView[], rows: number, writer: VectorWriter): void {
  for (const view of args) {
    if (view.allValid) continue;
    for (let row = 0; row < rows; row++) if (view.isNull(row)) writer.setNull(row);
  }
}
