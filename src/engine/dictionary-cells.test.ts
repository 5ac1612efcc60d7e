import { describe, expect, test } from 'vitest';
import { CellsCache, ScanCells } from './dictionary-cells.ts';
import { scanDictionary } from './scan-source.ts';

function dictionary(key?: string) {
  return scanDictionary(['short', 'a text that is longer than twelve bytes'], key);
}

describe('CellsCache', () => {
  test('shares the cells of a key, and of no key only within a scan', () => {
    const cache = new CellsCache();
    const a = new ScanCells(cache);
    const b = new ScanCells(cache);
    expect(a.of(dictionary('hosts'))).toBe(b.of(dictionary('hosts')));
    const unkeyed = dictionary();
    expect(a.of(unkeyed)).toBe(a.of(unkeyed));
    expect(a.of(unkeyed)).not.toBe(b.of(unkeyed));
  });

  test('lets go of the least recently used beyond its bound, but never of those in use', () => {
    const cache = new CellsCache(2000);
    const inUse = new ScanCells(cache);
    inUse.of(dictionary('in use')).learn(dictionary(), 1);
    for (let i = 0; i < 10; i++) {
      const scan = new ScanCells(cache);
      scan.of(dictionary(`key ${i}`)).learn(dictionary(), 1);
      scan.release();
    }
    expect(cache.size).toBe(1);
    expect(inUse.of(dictionary('in use')).known[1]).toBe(1);
    inUse.release();
    expect(cache.size).toBe(1);
  });

  test('counts a scan once however often it asks', () => {
    const cache = new CellsCache(0);
    const scan = new ScanCells(cache);
    for (let i = 0; i < 5; i++) scan.of(dictionary('hosts')).learn(dictionary(), 0);
    scan.release();
    expect(cache.size).toBe(0);
  });
});
