/**
 * Carries out a seal order: the relation's rows into one draft, or into several that follow each
 * other in time, cut where each gets about as many rows.
 *
 * Rows of one generation alone are read in the order in which they are written, and go from the
 * shared memory to the file as they are. Others are sorted by the engine.
 */
import { known } from '../base/assert.ts';
import { SEAL_REJECTED_ROWS_MAX } from '../base/limits.ts';
import { type Engine, readRows } from '../engine/api.ts';
import { objectOrder, writeObject } from '../magnetic/api.ts';
import type { Slabs } from '../memory/api.ts';
import { type ScanTask, TileDictionaries, TileScanSource } from '../query/execute/api.ts';
import type { SealOrder, SealResult, WrittenDraft } from './seal-protocol.ts';
import { inSeriesOrder } from './series-order.ts';

export async function writeOrder(
  engine: Engine,
  slabs: Slabs,
  order: SealOrder,
): Promise<SealResult> {
  const dictionaries = new TileDictionaries();
  const ids = new Map<number, number>();
  const isSorted = isOneGeneration(order);
  for (const task of isSorted
    ? order.scans.map((scan) => sorted(slabs, order, scan))
    : order.scans) {
    const source = new TileScanSource(slabs, dictionaries, task);
    ids.set(task.scanId, engine.addScan(source));
  }
  const bound = (sql: string): string =>
    sql.replace(/tile_scan\((\d+)\)/g, (_, id: string) => `tile_scan(${ids.get(Number(id))})`);
  try {
    const relation = bound(order.relation);
    const bounds = await boundsOf(engine, relation, order.drafts.length);
    const written: WrittenDraft[] = [];
    for (const [at, draft] of order.drafts.slice(0, bounds.length + 1).entries()) {
      const contents = await writeObject(engine, {
        layout: order.layout,
        relation: between(relation, bounds[at - 1], bounds[at]),
        path: draft,
        sortFirst: order.sortFirst,
        isSorted,
      });
      if (contents !== undefined) written.push({ ...contents, draft });
    }
    const rejected =
      order.rejected === undefined
        ? []
        : await readRows(
            engine,
            `SELECT * FROM (${bound(order.rejected)}) LIMIT ${SEAL_REJECTED_ROWS_MAX}`,
          );
    return { written, rejected };
  } finally {
    for (const id of ids.values()) engine.dropScan(id);
  }
}

/** A relation with one source, which is a scan, has the scan's rows in the scan's order. */
function isOneGeneration({ scans, isMerge }: SealOrder): boolean {
  return !isMerge && scans.length === 1 && scans[0]?.tiles.length === 1;
}

function sorted(slabs: Slabs, { layout, sortFirst }: SealOrder, scan: ScanTask): ScanTask {
  const parts = objectOrder(layout, sortFirst)
    .map(({ holds }) => holds)
    .filter((holds) => holds.kind === 'dimension' || holds.kind === 'measure-name');
  return { ...scan, tiles: scan.tiles.map((tile) => inSeriesOrder(slabs, tile, parts)) };
}

/** Times that part the rows into so many parts of about the same size; fewer if times are few. */
async function boundsOf(engine: Engine, relation: string, parts: number): Promise<bigint[]> {
  if (parts === 1) return [];
  const shares = Array.from({ length: parts - 1 }, (_, at) => (at + 1) / parts);
  const [row] = await readRows(
    engine,
    `SELECT quantile_disc(time, [${shares.join(', ')}]) FROM (${relation})`,
  );
  const times = known(row, 'a row of quantiles')[0] as readonly bigint[] | null;
  return [...new Set(times ?? [])].sort((a, b) => (a < b ? -1 : 1));
}

/** The rows with from <= time < until. */
function between(relation: string, from: bigint | undefined, until: bigint | undefined): string {
  const conditions = [
    ...(from === undefined ? [] : [`time >= CAST('${from}' AS BIGINT)`]),
    ...(until === undefined ? [] : [`time < CAST('${until}' AS BIGINT)`]),
  ];
  return conditions.length === 0
    ? relation
    : `SELECT * FROM (${relation}) WHERE ${conditions.join(' AND ')}`;
}
