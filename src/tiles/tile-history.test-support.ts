/**
 * Random histories of a table's tiles, played on the tile index and on a model that knows of no
 * tree: a plain list of tiles.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { GenerationId, Nanos, TableId, TileId } from '../base/brand.ts';
import { generationsOf, type Rectangle, type Tile, WHOLE_PLANE } from './tile.ts';
import { TileIndex } from './tile-index.ts';
import type { TileObject } from './tile-object.ts';

export const TABLE = 7 as TableId;
export const OTHER = 8 as TableId;

/** A tile must be empty of hot rows before it can be divided or merged. */
const kind = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('roll', 'seal', 'compact') },
  { weight: 2, arbitrary: fc.constantFrom('empty', 'cut', 'divide', 'merge') },
);
/** `pick` chooses the tile, `parts` places inside it, in thousandths. */
const step = fc.record({
  kind,
  pick: fc.nat(),
  parts: fc.uniqueArray(fc.bigInt({ min: 1n, max: 999n }), { minLength: 1, maxLength: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export const history = fc.array(step, { maxLength: 80, size: 'max' });

export const space = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
export const time = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });

export interface Played {
  readonly index: TileIndex;
  /** The tiles of TABLE, in no order. */
  readonly model: readonly Tile[];
}

export function play(steps: readonly Step[]): Played {
  const game = new Game();
  for (const each of steps) game.step(each);
  return game;
}

export function newObject(key: string, minTime: bigint, maxTime: bigint): TileObject {
  return {
    key,
    rows: 1000,
    bytes: 12_345,
    crc32: 0xfedcba98,
    minTime: minTime as Nanos,
    maxTime: maxTime as Nanos,
    dimensions: [0, 3],
    columns: [4, 5, 6],
    measureNames: key.endsWith('1') ? undefined : ['cpu', `m${key.length}`],
    dimensionValues: new Map(key.endsWith('2') ? [] : [[3, ['a', 'ü']]]),
  };
}

class Game {
  index = TileIndex.empty.withTable(TABLE, 1 as TileId).withTable(OTHER, 2 as TileId);
  model: Tile[] = [{ ...this.index.tile(1 as TileId)!, rectangle: WHOLE_PLANE }];
  #next = 3;

  step({ kind, pick, parts }: Step): void {
    const tile = this.model[pick % this.model.length]!;
    if (kind === 'roll') this.#roll(tile);
    if (kind === 'seal') this.#seal(tile, tile.frozen, parts);
    if (kind === 'empty') this.#seal(tile, generationsOf(tile), []);
    if (kind === 'compact') this.#seal(tile, [], parts);
    if (kind === 'cut') this.#cut(tile, parts);
    if (kind === 'divide') this.#divide(tile, parts);
    if (kind === 'merge') this.#merge(tile);
  }

  #roll(tile: Tile): void {
    const generation = this.#next++ as GenerationId;
    this.index = this.index.withGeneration({ tile: tile.id, generation });
    this.#replace([tile], [{ ...tile, frozen: generationsOf(tile), active: generation }]);
  }

  #seal(tile: Tile, generations: readonly GenerationId[], parts: readonly bigint[]): void {
    const { timeLo, timeHi } = tile.rectangle;
    const removed = tile.objects.slice(1);
    const [first] = placesIn(timeLo, timeHi, parts);
    const added = first === undefined ? [] : [this.#newObject(first, first)];
    if (first !== undefined && first + 5n < timeHi)
      added.push(this.#newObject(first + 1n, first + 5n));
    const change = { tile: tile.id, generations, removed: removed.map(({ key }) => key), added };
    this.index = this.index.withSealed(change);
    const left = {
      ...tile,
      frozen: tile.frozen.filter((id) => !generations.includes(id)),
      active: generations.some((id) => id === tile.active) ? undefined : tile.active,
      objects: [...tile.objects.slice(0, 1), ...added],
    };
    this.#replace([tile], [left]);
  }

  #newObject(minTime: bigint, maxTime: bigint): TileObject {
    return newObject(`tiles/7/${this.#next++}`, minTime, maxTime);
  }

  #cut(tile: Tile, [part, ...others]: readonly bigint[]): void {
    const { spaceLo, spaceHi, timeLo, timeHi } = tile.rectangle;
    const lowest = tile.objects.reduce(
      (most, { maxTime }) => (maxTime > most ? maxTime : most),
      timeLo,
    );
    const [at] = placesIn(lowest, timeHi, [part!]) as Nanos[];
    if (at === undefined) return;
    const spaceCuts = placesIn(spaceLo, spaceHi, others);
    const above = [undefined, ...spaceCuts].map(() => this.#next++ as TileId);
    this.index = this.index.withCut({ tile: tile.id, at, spaceCuts, above });
    const below = { ...tile, rectangle: { ...tile.rectangle, timeHi: at } };
    const tiles = above.map((id, i) => ({
      id,
      table: TABLE,
      rectangle: {
        spaceLo: spaceCuts[i - 1] ?? spaceLo,
        spaceHi: spaceCuts[i] ?? spaceHi,
        timeLo: at,
        timeHi,
      },
      frozen: [],
      active: id as number as GenerationId,
      objects: [],
    }));
    this.#replace([tile], [below, ...tiles]);
  }

  #divide(tile: Tile, parts: readonly bigint[]): void {
    if (generationsOf(tile).length > 0) return;
    const { timeLo, timeHi } = tile.rectangle;
    const cuts = placesIn(timeLo, timeHi, parts).filter((at) =>
      tile.objects.every(({ minTime, maxTime }) => at <= minTime || maxTime < at),
    ) as Nanos[];
    const above = cuts.map(() => this.#next++ as TileId);
    this.index = this.index.withDivided({ tile: tile.id, cuts, above });
    const tiles = [tile.id, ...above].map((id, i) => {
      const [lo, hi] = [cuts[i - 1] ?? timeLo, cuts[i] ?? timeHi];
      const objects = tile.objects.filter(({ minTime }) => lo <= minTime && minTime < hi);
      return { ...tile, id, rectangle: { ...tile.rectangle, timeLo: lo, timeHi: hi }, objects };
    });
    this.#replace([tile], tiles);
  }

  /** With the first tile that the index lets it be merged with. What it refuses is checked, too. */
  #merge(tile: Tile): void {
    const partners = this.model.filter((other) => {
      const merged = this.index.withMerge({ a: tile.id, b: other.id });
      if (merged === undefined) return false;
      expect(unionOf(tile.rectangle, other.rectangle), 'a merge of no rectangle').toBeDefined();
      expect([...generationsOf(tile), ...generationsOf(other)]).toEqual([]);
      return true;
    });
    const above = partners.find(({ rectangle }) => rectangle.timeLo === tile.rectangle.timeHi);
    expect(this.index.mergeable(tile.id)).toBe(above?.id);
    const [other] = partners;
    if (other === undefined) return;
    this.index = this.index.withMerge({ a: tile.id, b: other.id })!;
    const rectangle = unionOf(tile.rectangle, other.rectangle)!;
    this.#replace(
      [tile, other],
      [{ ...tile, rectangle, objects: [...tile.objects, ...other.objects] }],
    );
  }

  #replace(gone: readonly Tile[], tiles: readonly Tile[]): void {
    const ordered = tiles.map((tile) => ({ ...tile, objects: byTime(tile.objects) }));
    this.model = [...this.model.filter((tile) => !gone.includes(tile)), ...ordered];
  }
}

function byTime(objects: readonly TileObject[]): readonly TileObject[] {
  return [...objects].sort((a, b) => Number(a.minTime - b.minTime));
}

/** Ascending, strictly between the two. */
function placesIn(lo: bigint, hi: bigint, parts: readonly bigint[]): bigint[] {
  const places = parts.map((part) => lo + ((hi - lo) * part) / 1000n);
  const inside = [...new Set(places)].filter((at) => lo < at && at < hi);
  return inside.sort((a, b) => (a < b ? -1 : 1));
}

/** Undefined when the union is no rectangle, or the two are one. */
function unionOf(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const sameSpace = a.spaceLo === b.spaceLo && a.spaceHi === b.spaceHi;
  const sameTime = a.timeLo === b.timeLo && a.timeHi === b.timeHi;
  if (sameSpace && a.timeHi === b.timeLo) return { ...a, timeHi: b.timeHi };
  if (sameSpace && b.timeHi === a.timeLo) return { ...b, timeHi: a.timeHi };
  if (sameTime && a.spaceHi === b.spaceLo) return { ...a, spaceHi: b.spaceHi };
  if (sameTime && b.spaceHi === a.spaceLo) return { ...b, spaceHi: a.spaceHi };
  return undefined;
}
