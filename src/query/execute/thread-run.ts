/**
 * One statement inside a query worker: opened at its first page, drawn page by page, closed once.
 *
 * A page is cut at the rows and bytes asked for; rows of a chunk that did not fit wait for the next
 * page. Whether a page is the last is known before it is sent: the next chunk is fetched to see.
 */

import { assert, known } from '../../base/assert.ts';
import { KERNEL_CELLS_PER_TURN } from '../../base/limits.ts';
import {
  type Engine,
  EngineError,
  type ResultChunk,
  type ResultStream,
  type ScanSource,
} from '../../engine/api.ts';
import { nextTurn } from '../../host/turn.ts';
import type { Slabs } from '../../memory/api.ts';
import { KernelSource, type OpenTile } from '../../scan/api.ts';
import { queryErrorText } from '../analyse/api.ts';
import { DirectStream } from './direct-stream.ts';
import { rowWriter } from './page-encoder.ts';
import type { OpenResident, ResidentObjects } from './resident-objects.ts';
import type {
  EncodedPage,
  PageRequest,
  RunFailureKind,
  ScanTask,
  Statement,
} from './room-protocol.ts';
import { RowStream } from './row-stream.ts';
import { RunFailure } from './run-failure.ts';
import type { TileDictionaries } from './tile-dictionaries.ts';
import { openTiles, TileScanSource } from './tile-scan-source.ts';

export type PageAnswer =
  | { readonly kind: 'page'; readonly page: EncodedPage }
  | { readonly kind: 'failed'; readonly failure: RunFailureKind; readonly text: string };

/** What all runs of a worker share. */
export interface Room {
  /** Undefined where only statements run that need no SQL. */
  readonly engine: Engine | undefined;
  readonly slabs: Slabs;
  readonly dictionaries: TileDictionaries;
  /** As `engine`: for statements that read no objects. */
  readonly residents: ResidentObjects | undefined;
}

interface Position {
  readonly chunk: ResultChunk;
  readonly write: (row: number) => string;
  row: number;
}

const CLOSED = 'closed';

const ROW_TOO_LARGE =
  'Query aborted as max page response size has been exceeded by the output result row';

export class ThreadRun {
  readonly #room: Room;
  readonly #statement: Statement;
  readonly #scanIds: number[] = [];
  readonly #residents: OpenResident[] = [];
  readonly #sources: { readonly rowsRead: number }[] = [];
  #stream: ResultStream | undefined;
  #position: Position | undefined;
  readonly #cancelled = new AbortController();
  #working: Promise<PageAnswer> | undefined;

  constructor(room: Room, statement: Statement) {
    this.#room = room;
    this.#statement = statement;
  }

  page(request: PageRequest): Promise<PageAnswer> {
    this.#working = this.#page(request);
    return this.#working;
  }

  /** Interrupts what runs and gives everything back. */
  async close(): Promise<void> {
    // Without a reason of ours, each run would make an exception with a stack.
    this.#cancelled.abort(CLOSED);
    this.#stream?.interrupt();
    await this.#working;
    await this.#stream?.close();
    for (const id of this.#scanIds) this.#room.engine?.dropScan(id);
    for (const resident of this.#residents.splice(0)) resident.release();
  }

  async #page(request: PageRequest): Promise<PageAnswer> {
    try {
      this.#stream ??= await this.#open();
      return { kind: 'page', page: await this.#fill(this.#stream, request) };
    } catch (error) {
      if (error instanceof EngineError) return failed(error);
      if (error instanceof RunFailure) {
        return { kind: 'failed', failure: error.kind, text: error.message };
      }
      return { kind: 'failed', failure: 'internal', text: String((error as Error).stack ?? error) };
    }
  }

  async #open(): Promise<ResultStream> {
    const { direct, rows } = this.#statement;
    if (rows !== undefined) {
      const stream = new RowStream(rows, await this.#tilesOf(rows));
      this.#sources.push(stream);
      return stream;
    }
    if (direct !== undefined) {
      const source = await this.#source(known(this.#statement.scans[0], 'the scan'));
      assert(source instanceof KernelSource, 'a direct result is that of a kernel');
      return new DirectStream(source, direct);
    }
    const engine = known(this.#room.engine, 'an engine');
    const ids = new Map<number, number>();
    for (const task of this.#statement.scans) {
      const id = engine.addScan(await this.#source(task));
      ids.set(task.scanId, id);
      this.#scanIds.push(id);
    }
    const sql = this.#statement.sql.replace(
      /tile_scan\((\d+)\)/g,
      (_, scanId: string) => `tile_scan(${ids.get(Number(scanId))})`,
    );
    return await engine.run(sql, { signal: this.#cancelled.signal });
  }

  /** A kernel computes in turns, so that the thread sees a cancel, and other runs get on. */
  async #source(task: ScanTask): Promise<ScanSource> {
    if (task.kernel === undefined) {
      const { slabs, dictionaries } = this.#room;
      const source = new TileScanSource(slabs, dictionaries, task);
      this.#sources.push(source);
      return source;
    }
    const source = new KernelSource({
      ...task.kernel,
      tiles: await this.#tilesOf(task),
      rowsEstimated: task.rowsEstimated,
    });
    this.#sources.push(source);
    while (!source.prepare(KERNEL_CELLS_PER_TURN)) {
      await nextTurn();
      if (this.#cancelled.signal.aborted) throw new RunFailure('cancelled', 'cancelled');
    }
    return source;
  }

  /** Hot tiles and objects alike; the latter are decoded first, if they are not yet. */
  async #tilesOf({
    tiles,
    residents,
  }: Pick<ScanTask, 'tiles' | 'residents'>): Promise<readonly OpenTile[]> {
    const { slabs, dictionaries } = this.#room;
    const open: OpenTile[] = [...openTiles(slabs, dictionaries, tiles)];
    for (const object of residents?.objects ?? []) {
      const cache = known(this.#room.residents, 'a cache of objects');
      const resident = await cache.open(object, known(residents, 'them').rows);
      this.#residents.push(resident);
      if (this.#cancelled.signal.aborted) throw new RunFailure('cancelled', 'cancelled');
      open.push({ index: open.length, reader: resident.reader, dictionary: resident.dictionary });
    }
    return open;
  }

  async #fill(stream: ResultStream, request: PageRequest): Promise<EncodedPage> {
    let text = '';
    let rowCount = 0;
    let bytes = 0;
    let position = await this.#next(stream);
    while (position && rowCount < request.rowsMax) {
      const row = position.write(position.row);
      const rowBytes = Buffer.byteLength(row);
      if (rowCount > 0 && bytes + rowBytes > request.bytesMax) break;
      if (rowBytes > request.bytesMax) {
        throw new RunFailure('user', ROW_TOO_LARGE);
      }
      text += rowCount === 0 ? row : `,${row}`;
      bytes += rowBytes + 1;
      rowCount++;
      position.row++;
      if (position.row === position.chunk.rows) position = await this.#next(stream);
    }
    return {
      rows: new TextEncoder().encode(text),
      rowCount,
      last: position === undefined,
      progress: this.#progress(),
    };
  }

  #progress(): number {
    const { scans, rows } = this.#statement;
    const total = [...scans, ...(rows ? [rows] : [])].reduce((sum, task) => sum + rowsOf(task), 0);
    const read = this.#sources.reduce((sum, source) => sum + source.rowsRead, 0);
    return total === 0 ? 0 : Math.min(1, read / total);
  }

  /** The next row to be written, or undefined at the end. */
  async #next(stream: ResultStream): Promise<Position | undefined> {
    const current = this.#position;
    if (current && current.row < current.chunk.rows) return current;
    for (;;) {
      const chunk = await stream.next();
      if (!chunk) {
        this.#position = undefined;
        return undefined;
      }
      if (chunk.rows === 0) continue;
      this.#position = { chunk, write: rowWriter(chunk, this.#statement.types), row: 0 };
      return this.#position;
    }
  }
}

function rowsOf({ tiles, residents }: Pick<ScanTask, 'tiles' | 'residents'>): number {
  const hot = tiles.reduce((sum, { statistics }) => sum + statistics.rows, 0);
  return (residents?.objects ?? []).reduce((sum, { rows }) => sum + rows, hot);
}

/** The client is told in the words of the query language, not in the engine's. */
function failed(error: EngineError): PageAnswer {
  switch (error.kind) {
    case 'interrupted':
      return { kind: 'failed', failure: 'cancelled', text: error.message };
    case 'user':
      return {
        kind: 'failed',
        failure: 'user',
        text: queryErrorText(error.message) ?? error.message,
      };
    default:
      return { kind: 'failed', failure: error.kind, text: String(error.stack ?? error.message) };
  }
}
