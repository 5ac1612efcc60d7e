/**
 * What the main thread and a query worker say to each other.
 *
 *   main ── run ──►  worker        begin a statement (with the slabs of shared memory it may need)
 *   main ── page ─►  worker ── page | failed ──► main      once for each page asked
 *   main ── cancel ► worker        a page that is being made fails; nothing more comes after `ended`
 *                    worker ── ended ──► main              the run reads no shared memory any more
 *   main ── ping ─►  worker ── pong ──► main               whether the thread is stuck
 *
 * Page bodies are transferred, not copied. A run ends by its last page, a failure, or cancel.
 */
import type { StoredType } from '../../base/types.ts';
import type { SlabHandle, SnapshotDescriptor, SnapshotRequest } from '../../memory/api.ts';
import type { ScanFilters, ScanKernel } from '../../scan/api.ts';
import type { SqlType } from '../analyse/types.ts';
import type { DirectResult } from '../plan/api.ts';
import type { ResidentObject } from './resident-objects.ts';

/** A column that SQL sees of a scan, under the name that the lowering gave it. */
export interface ScanTaskColumn {
  readonly name: string;
  readonly source:
    | { readonly kind: 'time' }
    | { readonly kind: 'version' }
    | { readonly kind: 'measure_name' }
    | { readonly kind: 'dimension'; readonly dimensionId: number }
    | { readonly kind: 'measure'; readonly columnId: number; readonly type: StoredType };
}

/** Objects to be read in the form of hot tiles: which, and which of their rows. */
export interface ResidentTask {
  readonly objects: readonly ResidentObject[];
  readonly rows: SnapshotRequest;
}

/** One table scan of a statement: which rows, and which columns SQL sees. */
export interface ScanTask {
  /** What stands for it in the SQL text: `tile_scan(<scanId>)`. */
  readonly scanId: number;
  readonly columns: readonly ScanTaskColumn[];
  readonly tiles: readonly SnapshotDescriptor[];
  readonly rowsEstimated: number;
  /** Sealed rows that a kernel reads besides. */
  readonly residents?: ResidentTask;
  /** SQL sees what the kernel makes of the rows, under these names, instead of `columns`. */
  readonly kernel?: { readonly kernel: ScanKernel; readonly names: readonly string[] };
}

/** Rows of tiles as the result of a statement. */
export interface RowsTask {
  readonly outputs: readonly ScanTaskColumn['source'][];
  readonly filters: ScanFilters;
  /** Of time; then there is a limit. */
  readonly order?: 'oldest-first' | 'newest-first';
  readonly limit?: bigint;
  readonly offset?: bigint;
}

export interface Statement {
  readonly sql: string;
  /** Logical types of the result's columns: DuckDB knows the physical ones only. */
  readonly types: readonly SqlType[];
  readonly scans: readonly ScanTask[];
  /** The result is rows of tiles as they are: there is no SQL to run, and no scan. */
  readonly rows?: RowsTask & Pick<ScanTask, 'tiles' | 'residents'>;
  /** The result is that of the only scan's kernel: there is no SQL to run. */
  readonly direct?: DirectResult;
}

export interface PageRequest {
  readonly rowsMax: number;
  readonly bytesMax: number;
}

export type ToWorker =
  | {
      readonly kind: 'run';
      readonly run: number;
      readonly statement: Statement;
      readonly slabs: readonly SlabHandle[];
    }
  | { readonly kind: 'page'; readonly run: number; readonly request: PageRequest }
  | { readonly kind: 'cancel'; readonly run: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'stop' };

export type RunFailureKind = 'user' | 'out-of-memory' | 'cancelled' | 'internal';

export interface EncodedPage {
  /** UTF-8 JSON: the elements of `Rows`, separated by commas, without the brackets. */
  readonly rows: Uint8Array;
  readonly rowCount: number;
  /** No page comes after this one. */
  readonly last: boolean;
  /** How much of what its scans have to read has been read, 0 … 1; 0 when it reads no table. */
  readonly progress: number;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'page'; readonly run: number; readonly page: EncodedPage }
  | {
      readonly kind: 'failed';
      readonly run: number;
      readonly failure: RunFailureKind;
      /** For the client when `failure` is user, for the log otherwise. */
      readonly text: string;
    }
  | { readonly kind: 'ended'; readonly run: number };

export interface WorkerSettings {
  readonly memoryBytesMax: number;
  /** Of decoded objects. */
  readonly residentBytesMax: number;
  readonly threads: number;
  /** Where the objects of the magnetic store are. */
  readonly allowedDirectories: readonly string[];
  /** Of the whole process (memory-watch.ts): one double. */
  readonly memoryCeiling: SharedArrayBuffer;
  /** For this worker alone. */
  readonly tempDir: string;
}
