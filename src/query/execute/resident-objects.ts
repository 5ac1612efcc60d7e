/**
 * Objects of the magnetic store as kernels read them: decoded into hot tiles' form, and kept from
 * query to query within a budget.
 *
 *     object ──► its series, in order (GROUP BY) ──┐
 *            └─► its rows, in order, wanted columns ┴──► ResidentTile ──► snapshot ──► OpenTile
 *
 * An object is decoded with the columns that a query wants; one that wants others has it decoded
 * anew with all of them. Objects never change, so nothing here is ever stale. What is being read is
 * kept, whatever the budget says.
 */
import { LRUCache } from 'lru-cache';
import { known } from '../../base/assert.ts';
import type { TableId } from '../../base/brand.ts';
import type { StoredType } from '../../base/types.ts';
import { type Engine, readRows, type ScanDictionary } from '../../engine/api.ts';
import { type Held, objectSeriesQuery, objectsRelation } from '../../magnetic/api.ts';
import {
  type ResidentSeries,
  type ResidentTile,
  ResidentTiles,
  type SnapshotRequest,
  TileReader,
  type TileSnapshot,
} from '../../memory/api.ts';

/** An object that a kernel reads, and which of its columns. */
export interface ResidentObject {
  readonly path: string;
  readonly table: TableId;
  readonly rows: number;
  readonly minTime: bigint;
  readonly maxTime: bigint;
  /** Of the dimensions that it has. */
  readonly dimensions: readonly { readonly id: number; readonly name: string }[];
  /** That the query wants, of those that it has. */
  readonly columns: readonly { readonly id: number; readonly type: StoredType }[];
}

interface Resident {
  readonly tile: ResidentTile;
  readonly columns: ReadonlyMap<number, ResidentObject['columns'][number]>;
  readonly bytes: number;
  /** One for its life: the engine converts a text once for each dictionary object. */
  dictionary: ScanDictionary | undefined;
  users: number;
  isEvicted: boolean;
}

export interface OpenResident {
  readonly reader: TileReader;
  readonly dictionary: ScanDictionary;
  release(): void;
}

export class ResidentObjects {
  readonly #engine: Engine;
  readonly #tiles = new ResidentTiles();
  readonly #byPath: LRUCache<string, Resident>;

  constructor(engine: Engine, bytesMax: number) {
    this.#engine = engine;
    this.#byPath = new LRUCache<string, Resident>({
      maxSize: Math.max(1, bytesMax),
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
      dispose: (resident) => {
        resident.isEvicted = true;
        if (resident.users === 0) resident.tile.drop();
      },
    });
  }

  /** Decodes it unless it is there. Throws EngineError. */
  async open(object: ResidentObject, rows: SnapshotRequest): Promise<OpenResident> {
    const kept = this.#byPath.get(object.path);
    const isWhole = object.columns.every(({ id }) => kept?.columns.has(id));
    if (kept !== undefined && isWhole) {
      kept.users += 1;
      return this.#opened(kept, rows);
    }
    return this.#opened(await this.#decode(object, kept), rows);
  }

  async #decode(object: ResidentObject, stale: Resident | undefined): Promise<Resident> {
    const wanted = new Map(object.columns.map((column) => [column.id, column]));
    for (const column of stale?.columns.values() ?? []) wanted.set(column.id, column);
    const columns = [...wanted.values()];
    const before = this.#tiles.usedBytes;
    const tile = this.#tiles.newTile(object.table, columns);
    try {
      tile.begin(await this.#seriesOf(object));
      await this.#fill(tile, object, columns);
      tile.end();
    } catch (error) {
      tile.drop();
      throw error;
    }
    const resident: Resident = {
      tile,
      columns: wanted,
      bytes: this.#tiles.usedBytes - before,
      dictionary: undefined,
      // Whoever has it decoded: it may be evicted before it is opened.
      users: 1,
      isEvicted: false,
    };
    this.#byPath.set(object.path, resident);
    if (this.#byPath.peek(object.path) !== resident) resident.isEvicted = true;
    return resident;
  }

  async #seriesOf({ path, rows, dimensions }: ResidentObject): Promise<readonly ResidentSeries[]> {
    const ids = dimensions.map(({ id }) => id);
    const found = await readRows(this.#engine, objectSeriesQuery({ path, rows, dimensions: ids }));
    return found.map((row) => ({
      definition: {
        dimensions: dimensions.flatMap(({ id, name }, at) =>
          row[at] === null ? [] : [{ id, name, value: String(row[at]) }],
        ),
        measureName: String(row[dimensions.length]),
      },
      rows: Number(row[dimensions.length + 1]),
    }));
  }

  async #fill(
    tile: ResidentTile,
    object: ResidentObject,
    columns: ResidentObject['columns'],
  ): Promise<void> {
    const held: readonly Held[] = [
      { kind: 'time' },
      ...columns.map(({ id, type }): Held => ({ kind: 'measure', columnId: id, type })),
    ];
    const sql = known(objectsRelation({ objects: [object], columns: held }), 'a relation');
    const stream = await this.#engine.run(sql);
    try {
      for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
        const [time, ...vectors] = held.map((_, at) => known(chunk, 'a chunk').column(at));
        tile.append(chunk.rows, known(time, 'times'), vectors);
      }
    } finally {
      await stream.close();
    }
  }

  /** Of a resident that its opener is counted in as a user. */
  #opened(resident: Resident, rows: SnapshotRequest): OpenResident {
    const snapshot: TileSnapshot = resident.tile.snapshot(rows);
    const reader = new TileReader(this.#tiles.slabs, snapshot.descriptor);
    const { dictionary } = reader;
    resident.dictionary ??= { text: (code) => dictionary.text(code) };
    return {
      reader,
      dictionary: resident.dictionary,
      release: () => {
        snapshot.release();
        resident.users -= 1;
        if (resident.users === 0 && resident.isEvicted) resident.tile.drop();
      },
    };
  }
}
