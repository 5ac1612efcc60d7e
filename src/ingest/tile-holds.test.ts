/** Tiles that are held while they change. */
import { expect, test } from 'vitest';
import type { TileId } from '../base/brand.ts';
import { TileHolds } from './tile-holds.ts';

const TILE = 1 as TileId;
const OTHER = 2 as TileId;

test('a tile is held while its change runs, and others are not', async () => {
  const holds = new TileHolds();
  expect(holds.released(TILE)).toBeUndefined();
  let isReleased = false;
  let waiting: Promise<void> | undefined;
  const result = await holds.during(TILE, async () => {
    expect([holds.isHeld(TILE), holds.isHeld(OTHER)]).toEqual([true, false]);
    waiting = holds.released(TILE)?.then(() => {
      isReleased = true;
    });
    await Promise.resolve();
    expect(isReleased).toBe(false);
    return 'changed';
  });
  expect(result).toBe('changed');
  expect([holds.isHeld(TILE), holds.released(TILE)]).toEqual([false, undefined]);
  await waiting;
  expect(isReleased).toBe(true);
});

test('a change that fails lets go too, and does not fail those who wait', async () => {
  const holds = new TileHolds();
  let waiting: Promise<void> | undefined;
  const change = holds.during(TILE, async () => {
    waiting = holds.released(TILE);
    throw new Error('no');
  });
  await expect(change).rejects.toThrow('no');
  await waiting;
  expect(holds.isHeld(TILE)).toBe(false);
});

test('one tile has one change at a time; two tiles have two', async () => {
  const holds = new TileHolds();
  await holds.during(TILE, async () => {
    await expect(holds.during(TILE, async () => {})).rejects.toThrow(/held already/);
    expect(holds.isHeld(TILE)).toBe(true);
    await holds.during(OTHER, async () => expect(holds.isHeld(TILE)).toBe(true));
  });
});
