/**
 * Queries that need more memory than they may use, at the same time in several workers: they spill
 * beside each other, and what a killed server had spilled is gone after the next start.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { rowsOf } from '../support/rows.ts';
import { makeDataDir, startTessera, type Tessera } from '../support/tessera.ts';

let server: Tessera | undefined;

afterEach(async () => {
  await server?.dispose();
});

/** Sorts about 40 MB: more than a worker's share of the memory below. */
const SPILLING = `
  SELECT count(*), sum(n) FROM (
    SELECT row_number() OVER (PARTITION BY s ORDER BY x) AS n FROM (
      SELECT x, concat('a text too long to be kept within its cell ', cast(y AS varchar)) AS s
      FROM UNNEST(sequence(1, 1000)) a(x), UNNEST(sequence(1, 300)) b(y)))`;
const LIMITED = ['--query-memory-limit', '64M'];

test('queries of several workers spill at the same time', async () => {
  server = await startTessera({ args: LIMITED });
  const { query, dataDir } = server;
  const seen = new Set<string>();
  const watch = setInterval(async () => {
    for (const file of await spilledFiles(dataDir)) seen.add(dirname(file));
  }, 20);
  try {
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => rowsOf(query, SPILLING)));
      for (const rows of answers) expect(rows).toEqual([['300000', '150150000']]);
    }
  } finally {
    clearInterval(watch);
  }
  expect(seen.size).toBe(2);
});

/** None while one of them vanishes. */
async function spilledFiles(dataDir: string): Promise<readonly string[]> {
  const names = await readdir(join(dataDir, 'spill'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.tmp'));
}

test('a start removes what an earlier process had spilled', async () => {
  const dataDir = await makeDataDir();
  const left = join(dataDir, 'spill', '2');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'duckdb_temp_storage_DEFAULT-0.tmp'), 'left behind');
  server = await startTessera({ dataDir });
  expect(await readdir(join(dataDir, 'spill'))).not.toContain('2');
});
