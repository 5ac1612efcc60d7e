/**
 * A server that dies at any step of its background work loses nothing and doubles nothing: for each
 * of CRASH_POINTS, a server that kills itself there is led to it while it is written to; the next
 * start must hold what was acknowledged, do the work, leave no file behind and take writes.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { CRASH_POINTS } from '../../src/tasks/api.ts';
import { type Life, retention, startLife } from '../support/life.ts';
import { Ledger } from './ledger.ts';
import { scenarioOf } from './scenarios.ts';

const HOUR = 3_600_000;
const PAUSE_MS = 15;
const lives: Life[] = [];

async function start(options: Parameters<typeof startLife>[0]): Promise<Life> {
  const { args = [] } = options;
  const life = await startLife({ ...options, args: ['--query-workers', '1', ...args] });
  lives.push(life);
  return life;
}

afterEach(async () => {
  for (const { server } of lives.splice(0)) await server.dispose();
});

test.each(CRASH_POINTS)('a crash at "%s" loses nothing', async (point) => {
  const { magneticDays, lead, writers: count } = scenarioOf(point);
  const ledger = new Ledger();
  const first = await start({ args: ['--crash-at', point] });
  const startMs = await first.now();
  await first.createTable('rows', {
    ...retention(1, magneticDays),
    MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
  });
  const writers = Array.from({ length: count }, () => writeOn(first, ledger));
  await lead(first, ledger).catch(() => {});
  expect(await first.server.ended()).toBe('SIGKILL');
  await Promise.all(writers);
  expect(ledger.size).toBeGreaterThan(0);

  const second = await start({ dataDir: first.server.dataDir });
  // The clock is the machine's again, from before the one that the first server had reached, so
  // what had expired may be there or not.
  const isExpiring = point.startsWith('expire');
  if (!isExpiring) expect(await ledger.faults(second, 0)).toEqual([]);
  await second.advance('60h');
  const kept = (await second.now()) - (magneticDays * 24 + 1) * HOUR;
  if (isExpiring) expect(kept).toBeGreaterThan(startMs);
  expect(await ledger.faults(second, kept)).toEqual([]);
  const files = await second.objects('tiles/');
  expect(await second.metric('tessera_magnetic_objects')).toBe(files.length);
  expect(await readdir(join(second.server.dataDir, 'magnetic', 'drafts'))).toEqual([]);
  expect(await second.metric('tessera_memory_rows')).toBe(0);

  await ledger.write(second, { rows: 130, backMinutes: 40 });
  if (!isExpiring) await ledger.change(second, 140);
  await second.advance('2h');
  expect(await ledger.faults(second, kept + 2 * HOUR)).toEqual([]);
  expect(second.server.log()).not.toMatch(/"level":(50|60)/);
});

/** Until the server is gone. */
async function writeOn(life: Life, ledger: Ledger): Promise<void> {
  try {
    for (;;) {
      await ledger.write(life, { rows: 2, backMinutes: 1 });
      await setTimeout(PAUSE_MS);
    }
  } catch {
    // What was on its way stays undecided in the ledger.
  }
}
