/**
 * Opens a DuckDB instance with everything locked down that SQL could reach out by, and with the
 * habits set that a long-running process needs. Why each:
 *
 *   wal_autocheckpoint            in-memory instances checkpoint too, and stall writers meanwhile
 *   allocator_background_threads  memory of finished queries goes back to the system
 *   errors_as_json                the type of an error can be told from its text
 *   TimeZone                      not the machine's
 *   parquet_metadata_cache        footers are read once; files never change under their names
 *   validate_external_file_cache  for the same reason
 *   common_subexpressions         computes beforehand, for all rows, what TRY, COALESCE or CASE
 *                                 hold twice, and so fails rows that never get there
 *   max_expression_depth          our own limits on nesting come first, and are worded for users
 *   autoinstall, autoload         no extension is ever fetched
 *   enable_external_access        no file outside allowed_directories, no network
 *   lock_configuration            last: none of it can be changed back
 */
import duckdb from '@duckdb/node-bindings';
import { ENGINE_EXPRESSION_DEPTH_MAX } from '../base/limits.ts';
import { type ThrownErrors, toEngineError } from './engine-error.ts';

export interface EngineOptions {
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Where operators spill; made when first needed. */
  readonly tempDirectory: string;
  /** The only folders SQL may read or write files in, none of which is written twice; empty: none. */
  readonly allowedDirectories: readonly string[];
}

export async function openDatabase(
  options: EngineOptions,
  thrown: ThrownErrors,
): Promise<duckdb.Database> {
  try {
    const config = duckdb.create_config();
    duckdb.set_config(config, 'threads', String(options.threads));
    const database = await duckdb.open(':memory:', config);
    const connection = await duckdb.connect(database);
    for (const statement of settings(options)) await duckdb.query(connection, statement);
    duckdb.disconnect_sync(connection);
    return database;
  } catch (error) {
    throw toEngineError(error, thrown);
  }
}

function settings(options: EngineOptions): readonly string[] {
  const allowed = options.allowedDirectories.map(literal).join(', ');
  return [
    `SET GLOBAL memory_limit = '${options.memoryLimitBytes} B'`,
    `SET GLOBAL temp_directory = ${literal(options.tempDirectory)}`,
    `SET GLOBAL wal_autocheckpoint = '1TB'`,
    `SET GLOBAL allocator_background_threads = true`,
    `SET GLOBAL errors_as_json = true`,
    `SET GLOBAL TimeZone = 'UTC'`,
    `SET GLOBAL parquet_metadata_cache = true`,
    `SET GLOBAL validate_external_file_cache = 'NO_VALIDATION'`,
    `SET GLOBAL disabled_optimizers = 'common_subexpressions'`,
    `SET GLOBAL max_expression_depth = ${ENGINE_EXPRESSION_DEPTH_MAX}`,
    `SET GLOBAL autoinstall_known_extensions = false`,
    `SET GLOBAL autoload_known_extensions = false`,
    `SET GLOBAL allowed_directories = [${allowed}]`,
    `SET GLOBAL enable_external_access = false`,
    `SET GLOBAL lock_configuration = true`,
  ];
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
