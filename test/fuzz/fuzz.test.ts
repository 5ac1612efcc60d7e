/**
 * A short fuzzing run against a real server; `npm run fuzz -- --seconds 600` makes it a long one.
 * TESSERA_FUZZ_SEED repeats a run, TESSERA_FUZZ_SECONDS sets its length.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTable } from '../sql/golden-load.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';
import { runCampaign } from './campaign.ts';
import { readCorpus } from './corpus.ts';

const SECONDS = Number(process.env['TESSERA_FUZZ_SECONDS'] ?? 20);
// The same every time, so that the outcome of all tests is that of the sources alone; `npm run fuzz`
// takes another seed for every run.
const SEED = Number(process.env['TESSERA_FUZZ_SEED'] ?? 1);

/** Of all running queries: far below what a campaign lets the whole server hold. */
const QUERY_BYTES_MAX = 512 * 1024 ** 2;

let server: Tessera;
const corpus = readCorpus();

beforeAll(async () => {
  server = await startTessera({ args: ['--query-memory-limit', String(QUERY_BYTES_MAX)] });
  const nowMs = Date.now();
  for (const load of corpus.loads) await loadTable(server.write, load, nowMs);
});

afterAll(async () => {
  await server.dispose();
});

test('the query language answers every text with rows or with an error of its own', {
  timeout: (SECONDS + 120) * 1000,
}, async () => {
  console.log(`fuzz: TESSERA_FUZZ_SEED=${SEED} TESSERA_FUZZ_SECONDS=${SECONDS}`);
  const result = await runCampaign(server, {
    seed: SEED,
    seconds: SECONDS,
    corpus: corpus.statements,
    onFinding: ({ complaint, sql }) => console.log(`fuzz: ${complaint}\n      ${sql}`),
  });
  const { statements, accepted, rssBytesMax } = result;
  const rssMb = Math.round(rssBytesMax / 2 ** 20);
  console.log(`fuzz: ${statements} statements, ${accepted} accepted, ${rssMb} MB resident`);
  expect(result.findings).toEqual([]);
  expect(accepted).toBeGreaterThan(0);
});
