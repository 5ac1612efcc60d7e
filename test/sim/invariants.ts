/** What holds of tiles, objects, memory and the log besides what queries show. */
import type { MemoryStore } from '../../src/memory/api.ts';
import type { Log } from '../../src/substrate/log/api.ts';
import { generationsOf, overlap, type Tile, WHOLE_PLANE } from '../../src/tiles/tile.ts';
import { objectKeys, type World } from './world.ts';

/** The tiles of a table cover the plane, each point once. */
export function treeFaults(tiles: readonly Tile[]): string[] {
  const faults: string[] = [];
  for (const [at, { id, rectangle }] of tiles.entries()) {
    for (const other of tiles.slice(at + 1)) {
      if (overlap(rectangle, other.rectangle)) faults.push(`tiles ${id} and ${other.id} overlap`);
    }
  }
  const covered = tiles.reduce((sum, { rectangle }) => sum + areaOf(rectangle), 0n);
  if (covered !== areaOf(WHOLE_PLANE)) faults.push(`tiles cover ${covered} of the plane`);
  return faults;
}

function areaOf({ spaceLo, spaceHi, timeLo, timeHi }: Tile['rectangle']): bigint {
  return (spaceHi - spaceLo) * (timeHi - timeLo);
}

/** While no query runs: the objects on disk are those of tiles, generations those that are open. */
export async function untidiness(world: World): Promise<string[]> {
  const { catalog, magnetic, memory, objects } = world;
  await magnetic.settled();
  const faults: string[] = [];
  const named = objectKeys(catalog);
  const stored = new Set<string>();
  for await (const key of objects.list('tiles/')) stored.add(key);
  for (const key of named) if (!stored.has(key)) faults.push(`object ${key} is missing`);
  for (const key of stored) if (!named.has(key)) faults.push(`object ${key} is an orphan`);
  const { state } = catalog;
  const open = [...state.tables.keys()]
    .flatMap((table) => state.tiles.within(table))
    .flatMap(generationsOf);
  for (const one of open) if (!memory.hasGeneration(one)) faults.push(`${one} is not open`);
  const { generations } = memory.usage();
  if (generations !== open.length) faults.push(`${generations} generations, not ${open.length}`);
  return faults;
}

/** What generations take that have no rows: directories of series and dictionaries. */
const EMPTY_GENERATION_BYTES_MAX = 64 * 1024;

export function checkFreed(memory: MemoryStore): string[] {
  const { rows, usedBytes, generations } = memory.usage();
  const faults = rows > 0 ? [`${rows} rows are still hot`] : [];
  if (usedBytes > generations * EMPTY_GENERATION_BYTES_MAX) {
    faults.push(`${generations} generations without rows take ${usedBytes} bytes`);
  }
  return faults;
}

export function checkTrimmed({ first, durable }: Log): string[] {
  return first === durable ? [] : [`the log keeps ${durable - first} entries that nobody needs`];
}
