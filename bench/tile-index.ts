/**
 * `npm run bench -- tile-index`: a table of a million tiles, with one sealed object each.
 *
 *   fold       building it from its records: cut and seal, as a server that starts without snapshot
 *   look-up    the tiles and objects of a predicate on one partition key and one hour
 *   change     one more record of each kind
 *   snapshot   to JSON text and back; what was read is then written again, as its lists are shared
 *
 * All times but those of look-ups are CPU time of this process, with its garbage collector's.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { GenerationId, Nanos, TableId, TileId } from '../src/base/brand.ts';
import {
  canHold,
  spaceRangesOf,
  TileIndex,
  type TileIndexJson,
  type TileObject,
  tileIndexFromJson,
  tileIndexToJson,
  tileObjectFromJson,
  tileObjectToJson,
} from '../src/tiles/api.ts';
import { cpuMs, describeMachine, median } from './machine.ts';

const TABLE = 1 as TableId;
/** 1000 tiles side by side in space, each a chain of 1000 in time, of six hours each. */
const STRIPS = 1000;
const TILES_PER_STRIP = 1000;
const TILE_NANOS = 6n * 3_600_000_000_000n;
const HOUR_NANOS = 3_600_000_000_000n;
const FROM_NANOS = 1_600_000_000_000_000_000n;
const LOOKUPS = 1000;
const CHANGES = 1000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

console.log(`machine   ${describeMachine()}`);
measureSnapshotRead(measureIndex());

/** Gives the text of its snapshot; the index itself is garbage then. */
function measureIndex(): string {
  const emptyMegabytes = usedMegabytes();
  const index = fold();
  console.log(`memory    ${Math.round(usedMegabytes() - emptyMegabytes)} MB after the fold`);
  measureLookups(index);
  measureChanges(index);
  return measureSnapshotWrite(index);
}

function fold(): TileIndex {
  const startMs = cpuMs();
  let next = 2;
  let records = 0;
  let folded = TileIndex.empty.withTable(TABLE, 1 as TileId);
  const spaceCuts = Array.from({ length: STRIPS - 1 }, (_, i) => {
    return ((BigInt(i) + 1n) << 64n) / BigInt(STRIPS);
  });
  const strips = [...spaceCuts, undefined].map(() => next++ as TileId);
  const at = FROM_NANOS as Nanos;
  folded = folded.withCut({ tile: 1 as TileId, at, spaceCuts, above: strips });
  for (let row = 0; row < TILES_PER_STRIP; row++) {
    const fromNanos = FROM_NANOS + TILE_NANOS * BigInt(row);
    const at = (fromNanos + TILE_NANOS) as Nanos;
    for (const [strip, tile] of strips.entries()) {
      const above = next++ as TileId;
      folded = folded.withCut({ tile, at, spaceCuts: [], above: [above] });
      const json = tileObjectToJson(newObject(tile, strip, fromNanos));
      const added = [tileObjectFromJson(JSON.parse(JSON.stringify(json)))];
      const generations = [tile as number as GenerationId];
      folded = folded.withSealed({ tile, generations, removed: [], added });
      strips[strip] = above;
      records += 2;
    }
  }
  const seconds = (cpuMs() - startMs) / 1000;
  console.log(
    `fold      ${records} records, ${folded.tileCount} tiles: ${seconds.toFixed(1)} s, ` +
      `${((seconds * 1e6) / records).toFixed(1)} µs each with the JSON of the object`,
  );
  return folded;
}

function newObject(tile: TileId, strip: number, fromNanos: bigint): TileObject {
  const hosts = Array.from({ length: 4 }, (_, i) => `host_${strip * 4 + i}`);
  return {
    key: `tiles/1/${tile.toString(36).padStart(8, '0')}-0123456789abcdef.parquet`,
    rows: 122_880,
    bytes: 3_456_789 + tile,
    crc32: (tile * 2_654_435_761) % 2 ** 32,
    minTime: (fromNanos + 123_456_789n) as Nanos,
    maxTime: (fromNanos + TILE_NANOS - 987_654_321n) as Nanos,
    dimensions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    columns: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    measureNames: ['cpu', 'mem', 'disk'],
    dimensionValues: new Map([
      [0, hosts],
      [1, ['eu-central-1', 'eu-west-1']],
    ]),
  };
}

function measureLookups(tiles: TileIndex): void {
  const timesMs: number[] = [];
  let found = 0;
  let kept = 0;
  for (let i = 0; i < LOOKUPS; i++) {
    const fromTime = (FROM_NANOS + (TILE_NANOS * BigInt((i * 7919) % 1_000_000)) / 1000n) as Nanos;
    const untilTime = (fromTime + HOUR_NANOS) as Nanos;
    const host = `host_${i}`;
    const predicate = { fromTime, untilTime, dimensions: new Map([[0, [host]]]) };
    const startMs = performance.now();
    for (const range of spaceRangesOf([host])) {
      const within = tiles.within(TABLE, { ...range, timeLo: fromTime, timeHi: untilTime });
      found += within.length;
      for (const { objects } of within) {
        for (const object of objects) if (canHold(object, predicate)) kept++;
      }
    }
    timesMs.push(performance.now() - startMs);
  }
  const worst = Math.max(...timesMs);
  console.log(
    `look-up   one key, one hour: ${(found / LOOKUPS).toFixed(1)} tiles, median ` +
      `${(median(timesMs) * 1000).toFixed(0)} µs, slowest ${worst.toFixed(2)} ms (${kept} objects)`,
  );
}

function measureChanges(tiles: TileIndex): void {
  const all = tiles.within(TABLE);
  const some = Array.from({ length: CHANGES }, (_, i) => all[(i * 7919 + 1) % all.length]!);
  const cold = some.filter(({ id }) => tiles.mergeable(id) !== undefined);
  const unused = 100_000_000;
  measureEach('generation opened', some, (tile) =>
    tiles.withGeneration({ tile: tile.id, generation: unused as GenerationId }),
  );
  measureEach('sealed', cold, ({ id, objects: [object] }) =>
    tiles.withSealed({ tile: id, generations: [], removed: [object!.key], added: [object!] }),
  );
  measureEach('cut', some, ({ id, rectangle }) => {
    const at = (rectangle.timeHi - 1n) as Nanos;
    return tiles.withCut({ tile: id, at, spaceCuts: [], above: [unused as TileId] });
  });
  measureEach('mergeable', cold, ({ id }) => tiles.mergeable(id));
  measureEach('merged', cold, ({ id }) => tiles.withMerge({ a: id, b: tiles.mergeable(id)! }));
}

function measureEach<T>(what: string, items: readonly T[], change: (item: T) => unknown): void {
  const startMs = cpuMs();
  let done = 0;
  for (const item of items) if (change(item) !== undefined) done++;
  const micros = ((cpuMs() - startMs) * 1000) / items.length;
  console.log(`change    ${what}: ${micros.toFixed(1)} µs, mean of ${done}`);
}

function measureSnapshotWrite(tiles: TileIndex): string {
  const startMs = cpuMs();
  const json = tileIndexToJson(tiles);
  const textMs = cpuMs();
  const text = JSON.stringify(json);
  const endMs = cpuMs();
  const bytes = Buffer.byteLength(text);
  console.log(
    `snapshot  ${(bytes / 1e6).toFixed(0)} MB, ${Math.round(bytes / tiles.tileCount)} B a tile; ` +
      `written in ${seconds(startMs, endMs)} (${seconds(textMs, endMs)} of it JSON.stringify)`,
  );
  return text;
}

function measureSnapshotRead(text: string): void {
  const emptyMegabytes = usedMegabytes();
  const startMs = cpuMs();
  const json: TileIndexJson = JSON.parse(text);
  const parsedMs = cpuMs();
  const tiles = tileIndexFromJson(json);
  const endMs = cpuMs();
  console.log(
    `snapshot  ${tiles.tileCount} tiles read in ${seconds(startMs, endMs)} ` +
      `(${seconds(startMs, parsedMs)} of it JSON.parse)`,
  );
  const megabytes = usedMegabytes() - emptyMegabytes;
  console.log(`memory    ${Math.round(megabytes)} MB after the read`);
  measureSnapshotWrite(tiles);
}

function seconds(fromMs: number, untilMs: number): string {
  return `${((untilMs - fromMs) / 1000).toFixed(1)} s`;
}

function usedMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}
