/** Settings of tiles in proportion. */
import { expect, test } from 'vitest';
import { tileSettings } from './tile-settings.ts';

test('the default size has the default settings', () => {
  const settings = tileSettings(2_000_000);
  expect(settings.hotBytesMax).toBe(256 * 1024 * 1024);
  expect(settings.rowsPerSecondMax).toBe(20_000);
  expect(settings.lateRowsMax).toBe(100_000);
  expect(settings.objectRowsMax).toBe(1_000_000);
});

test.each([16, 100, 4_000_000, 100_000_000])('tiles of %d rows keep the proportions', (rows) => {
  const one = tileSettings(2_000_000);
  const settings = tileSettings(rows);
  const scale = rows / one.hotRowsMax;
  expect(settings.hotRowsMax).toBe(rows);
  expect(settings.rowsPerSecondMax).toBeCloseTo(one.rowsPerSecondMax * scale);
  expect(settings.lateRowsMax).toBe(Math.ceil(one.lateRowsMax * scale));
  expect(settings.objectRowsMax).toBe(rows / 2);
  // Small tiles are for few rows; these may be as wide as ever.
  expect(settings.hotBytesMax).toBe(one.hotBytesMax * Math.max(1, scale));
  expect(settings.lateRowsMax).toBeGreaterThan(0);
  expect([settings.lateAgeMs, settings.splitPartsMax]).toEqual([one.lateAgeMs, one.splitPartsMax]);
  expect(settings.pressureEnd).toBeLessThan(settings.pressureBegin);
});
