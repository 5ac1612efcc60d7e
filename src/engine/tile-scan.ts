/**
 * The table function `tile_scan(BIGINT)`: makes a ScanSource readable from SQL by its id.
 *
 *   bind  ─► the source's columns and row estimate      (while the statement is planned)
 *   init  ─► a cursor and its buffers                   (once for each scan in the running plan)
 *   main  ─► cursor.next() and one memcpy a column      (until it says 0)
 *
 * All callbacks come on the thread that opened the engine; DuckDB's threads wait for them. Several
 * of them draw from one cursor in turn, so what stands above the scan in the plan runs in parallel.
 * Text cells that a scan handed out may still be referenced by operators above it, so what owns
 * them (ScanCells) lives until the scan is dropped.
 */
import duckdb from '@duckdb/node-bindings';
import { assert, known } from '../base/assert.ts';
import { CellsCache, ScanCells } from './dictionary-cells.ts';
import type { ThrownErrors } from './engine-error.ts';
import { ScanBuffer } from './scan-buffer.ts';
import { SCAN_ROWS_MAX, type ScanCursor, type ScanSource } from './scan-source.ts';
import { toLogicalType } from './vector-type.ts';

interface Scan {
  readonly source: ScanSource;
  readonly cells: ScanCells;
}

/** Kept by DuckDB while the plan runs. */
interface OpenScan {
  readonly scan: Scan;
  readonly cursor: ScanCursor;
  readonly buffers: readonly ScanBuffer[];
  ended: boolean;
}

export class TileScans {
  readonly #scans = new Map<number, Scan>();
  readonly #cache = new CellsCache();
  readonly #thrown: ThrownErrors;
  readonly #threads: number;
  #nextId = 1;

  constructor(thrown: ThrownErrors, threads: number) {
    this.#thrown = thrown;
    this.#threads = threads;
  }

  add(source: ScanSource): number {
    const id = this.#nextId++;
    this.#scans.set(id, { source, cells: new ScanCells(this.#cache) });
    return id;
  }

  drop(id: number): void {
    const scan = this.#scans.get(id);
    this.#scans.delete(id);
    scan?.cells.release();
  }

  register(connection: duckdb.Connection): void {
    const handle = duckdb.create_table_function();
    duckdb.table_function_set_name(handle, 'tile_scan');
    duckdb.table_function_add_parameter(handle, toLogicalType('bigint'));
    duckdb.table_function_supports_projection_pushdown(handle, true);
    duckdb.table_function_set_bind(handle, (info) => this.#marked(() => this.#bind(info)));
    duckdb.table_function_set_init(handle, (info) => this.#marked(() => this.#init(info)));
    duckdb.table_function_set_function(handle, (info, output) =>
      this.#marked(() => fill(duckdb.function_get_init_data(info) as OpenScan, output)),
    );
    duckdb.register_table_function(connection, handle);
    duckdb.destroy_table_function_sync(handle);
  }

  #bind(info: duckdb.TableFunctionBindInfo): void {
    const id = Number(duckdb.get_int64(duckdb.bind_get_parameter(info, 0)));
    const scan = known(this.#scans.get(id), `scan ${id}`);
    for (const { name, type } of scan.source.columns) {
      duckdb.bind_add_result_column(info, name, toLogicalType(type));
    }
    const { rowsEstimated } = scan.source;
    if (rowsEstimated !== undefined) {
      duckdb.bind_set_cardinality(info, Math.max(0, Math.round(rowsEstimated)), false);
    }
    duckdb.bind_set_bind_data(info, scan);
  }

  #init(info: duckdb.TableFunctionInitInfo): void {
    const scan = duckdb.init_get_bind_data(info) as Scan;
    const projected = Array.from({ length: duckdb.init_get_column_count(info) }, (_, k) =>
      duckdb.init_get_column_index(info, k),
    );
    const buffers = projected.map(
      (ordinal) => new ScanBuffer(known(scan.source.columns[ordinal], 'column').type, scan.cells),
    );
    const open: OpenScan = { scan, cursor: scan.source.open(projected), buffers, ended: false };
    duckdb.init_set_init_data(info, open);
    duckdb.init_set_max_threads(info, this.#threads);
  }

  #marked(act: () => void): void {
    try {
      act();
    } catch (error) {
      throw this.#thrown.mark(error);
    }
  }
}

function fill(open: OpenScan, output: duckdb.DataChunk): void {
  const { buffers } = open;
  for (const buffer of buffers) buffer.begin();
  const rows = open.ended ? 0 : open.cursor.next(buffers);
  assert(rows >= 0 && rows <= SCAN_ROWS_MAX, `a cursor filled ${rows} rows`);
  if (rows === 0) open.ended = true;
  else {
    for (const [k, buffer] of buffers.entries()) {
      buffer.flush(duckdb.data_chunk_get_vector(output, k), rows);
    }
  }
  duckdb.data_chunk_set_size(output, rows);
}
