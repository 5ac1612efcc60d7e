/**
 * Brings the admitted rows of a request into the memory store:
 *
 *     route each row ──► a tile held or without a generation?  wait for its change, route again
 *          │
 *          ▼
 *     one batch per generation ──► store ──► refused because its tile has changed? route again
 *
 * Between routing and the store's taking over nothing waits, so a row never gets into a tile that
 * it does not belong to.
 *
 * Rows of one request for several tiles are several entries of the log: when one of them fails, the
 * others are stored, and a client that repeats the request repeats rows that are there already,
 * which the version rule takes as such.
 */
import type { GenerationId, TileId } from '../base/brand.ts';
import { ServiceError } from '../base/errors.ts';
import { ROUTING_ATTEMPTS_MAX } from '../base/limits.ts';
import type { Catalog, TableEntry } from '../catalog/api.ts';
import { type MemoryStore, type RejectedRow, TileChanged } from '../memory/api.ts';
import type { DecodedWrite } from './decoded-write.ts';
import { fillBatches } from './fill-batch.ts';
import type { MergedRows } from './merged-rows.ts';
import type { TableWrites } from './table-writes.ts';
import type { TileHolds } from './tile-holds.ts';

export interface RowStoreOptions {
  readonly catalog: Catalog;
  readonly memory: MemoryStore;
  readonly holds: TileHolds;
}

export interface RowTarget {
  readonly table: TableEntry;
  readonly writes: TableWrites;
}

/** Resolves with the rows that the version rule refused. */
export async function storeRows(
  decoded: DecodedWrite,
  rows: MergedRows,
  target: RowTarget,
  store: RowStoreOptions,
): Promise<readonly RejectedRow[]> {
  const { table, writes } = target;
  const { catalog, memory, holds } = store;
  const types = writes.columnTypes(table.schema);
  let rejected: readonly RejectedRow[] = [];
  for (let attempt = 1; attempt <= ROUTING_ATTEMPTS_MAX; attempt++) {
    // Whatever an attempt waits for, the table may be deleted meanwhile.
    if (catalog.tableById(table.id) === undefined) throw tableIsGone(table);
    const unready = fillBatches(decoded, rows, {
      table,
      memory,
      routes: writes.routes(catalog.state.tiles),
      isHeld: (tile) => holds.isHeld(tile.id),
    });
    if (unready !== undefined) {
      await (holds.released(unready.id) ?? openGeneration(catalog, unready.id));
      continue;
    }
    const { used } = rows.batches;
    const outcomes = await Promise.allSettled(
      used.map(({ generation, batch }) => memory.write(generation, batch, types)),
    );
    let isComplete = true;
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') {
        rejected = [...rejected, ...outcome.value.rejected];
        if (outcomes.length > 1) markStored(rows, used[at]!.batch);
      } else if (outcome.reason instanceof TileChanged) isComplete = false;
      else throw outcome.reason;
    }
    if (isComplete) return rejected;
  }
  throw new ServiceError(
    'ThrottlingException',
    'The tiles of the table are changing too fast. Retry the request.',
  );
}

function markStored(
  rows: MergedRows,
  batch: { readonly rows: number; readonly recordIndex: Int32Array },
): void {
  for (let row = 0; row < batch.rows; row++) rows.isStored[batch.recordIndex[row]!] = 1;
}

/** The first write into a tile whose rows have all been sealed. */
async function openGeneration(catalog: Catalog, tile: TileId): Promise<void> {
  await catalog.changeTiles((state) => {
    const now = state.tiles.tile(tile);
    // Gone, or opened by somebody else: the row is routed again either way.
    if (now === undefined || now.active !== undefined) return undefined;
    const generation = state.next.tile as number as GenerationId;
    return { v: 1, kind: 'generation-opened', tile, generation };
  });
}

function tableIsGone(table: TableEntry): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The table ${table.name} does not exist.`);
}
