import { expect, it } from 'vitest';
import { QUERIES_OPEN_MAX } from '../../base/limits.ts';
import { OpenRuns } from './open-runs.ts';
import { QueryRun } from './query-run.ts';

const FOREVER = new Promise<void>(() => {});
const LIMITS = { rowsMax: 10, bytesMax: 1000 };

function newRun(queryId: string): QueryRun {
  const page = { rows: new Uint8Array(100), rowCount: 1, last: true, progress: 1 };
  const source = { page: () => Promise.resolve(page), cancel: () => {} };
  const about = { sql: 'SELECT 1', principal: 'me', columnInfo: '[]', bytesScanned: 0 };
  return new QueryRun({ queryId, source, ...about });
}

function filled(): { readonly runs: OpenRuns; readonly all: readonly QueryRun[] } {
  const runs = new OpenRuns();
  const all = Array.from({ length: QUERIES_OPEN_MAX }, (_, i) => newRun(`Q${i}`));
  for (const run of all) runs.add(run);
  return { runs, all };
}

it('open queries that a call waits for outlive any number of newer ones', () => {
  const runs = new OpenRuns();
  const slow = newRun('SLOW');
  runs.add(slow);
  runs.enter(slow);
  for (let i = 0; i < 3 * QUERIES_OPEN_MAX; i++) {
    runs.makeRoom();
    runs.add(newRun(`Q${i}`));
  }
  expect(slow.state).toBe('running');
  expect(runs.get('SLOW')).toBe(slow);
});

it('the open query that was left alone longest makes room, and is then known as cancelled', () => {
  const { runs, all } = filled();
  runs.enter(all[0]!);
  runs.leave(all[0]!);
  runs.makeRoom();
  expect(all[0]?.state).toBe('running');
  expect(all[1]?.state).toBe('cancelled');
  expect(runs.get('Q1')).toBe(all[1]);
});

it('a query is refused while calls wait for all open ones', () => {
  const { runs, all } = filled();
  for (const run of all) runs.enter(run);
  expect(() => runs.makeRoom()).toThrow(/queries are open already/);
  expect(all.every((run) => run.state === 'running')).toBe(true);
});

it('queries that ended take no room of open ones and can still be asked', async () => {
  const { runs, all } = filled();
  for (const run of all) {
    runs.enter(run);
    await run.page(0, LIMITS, FOREVER);
    runs.leave(run);
  }
  expect(all.every((run) => run.state === 'finished')).toBe(true);
  runs.makeRoom();
  expect(runs.get('Q0')).toBe(all[0]);
});

it('calls of one query are counted until the last one leaves', () => {
  const runs = new OpenRuns();
  const run = newRun('Q');
  runs.add(run);
  runs.enter(run);
  runs.enter(run);
  runs.leave(run);
  expect(runs.callsOf(run)).toBe(1);
  runs.leave(run);
  expect(runs.callsOf(run)).toBe(0);
});
