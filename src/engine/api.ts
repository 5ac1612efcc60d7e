/**
 * The engine room: the one folder that knows DuckDB.
 *
 *   SQL the lowering wrote ──► Engine.run ──► ResultStream ──► ResultChunk ──► VectorView (columns)
 *                                │  ▲
 *              ScanSource ◄──────┘  └──────► ScalarFunction
 *            FROM tile_scan(id)             name(arg, …)
 *
 * It is generic: it knows columns, functions and SQL text, nothing of tiles, of Timestream's dialect
 * or of the wire. It runs in a worker thread (composed by query/execute), and as well on the main
 * thread. Scans and functions are called on the thread that opened the engine.
 *
 * This file is its whole surface; the types are explained where they are declared.
 */

export { type Engine, openEngine, type RunOptions } from './engine.ts';
export { EngineError, type EngineErrorKind } from './engine-error.ts';
export type { EngineOptions } from './open-database.ts';
export { perRow, type RowFunction } from './per-row.ts';
export { readRows } from './read-rows.ts';
export type { AbortSignalLike, ResultChunk, ResultStream } from './result-stream.ts';
export type { ArgumentType, ScalarFunction, VectorValue } from './scalar-function.ts';
export {
  type ColumnType,
  SCAN_ROWS_MAX,
  type ScanColumn,
  type ScanCursor,
  type ScanDictionary,
  type ScanSource,
  scanDictionary,
} from './scan-source.ts';
export type { ResultVector, VectorView } from './vector.ts';
export type { ScalarType, VectorType } from './vector-type.ts';
