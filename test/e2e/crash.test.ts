/**
 * What was acknowledged survives, once, and what was not is whole or absent: several clients write
 * through the SDK while the server is killed with SIGKILL at random moments, again and again.
 *
 * Each request writes a numbered group of records with one value in all of them. After every
 * restart the table must hold each acknowledged group entirely, no group in part, no record twice.
 * The seed is printed, and read from TESSERA_TEST_SEED, so that a failing run can be repeated as
 * far as the machine's timing allows.
 */
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../src/host/random.ts';
import { rowsOf } from '../support/rows.ts';
import { makeDataDir, startTessera, type Tessera } from '../support/tessera.ts';

const ROUNDS = 20;
const CLIENTS = 4;
const RECORDS_PER_REQUEST = 7;
const seed = Number(process.env['TESSERA_TEST_SEED'] ?? Date.now() % 1_000_000);
const random = seededRandom(seed);

/** Group numbers, by what the client was told. */
const acknowledged = new Set<number>();
const unanswered = new Set<number>();
let nextGroup = 0;
let dataDir: string;
let last: Tessera | undefined;

async function writeGroups(server: Tessera, baseMs: number): Promise<void> {
  for (;;) {
    const group = nextGroup++;
    unanswered.add(group);
    try {
      await server.write.send(
        new WriteRecordsCommand({
          DatabaseName: 'crash',
          TableName: 'groups',
          CommonAttributes: { Dimensions: [{ Name: 'client', Value: `c${group % CLIENTS}` }] },
          Records: Array.from({ length: RECORDS_PER_REQUEST }, (_, at) => ({
            Dimensions: [{ Name: 'part', Value: String(at) }],
            MeasureName: 'value',
            MeasureValue: String(group),
            MeasureValueType: 'BIGINT' as const,
            Time: String(baseMs + group),
          })),
        }),
      );
    } catch {
      return; // the server is gone: the group stays unanswered
    }
    unanswered.delete(group);
    acknowledged.add(group);
  }
}

async function checkTable(server: Tessera): Promise<void> {
  // Until its first record has come the table has no such column.
  if (acknowledged.size === 0) return;
  const rows = await rowsOf(
    server.query,
    'SELECT measure_value::bigint, count(*), count(DISTINCT part) FROM crash.groups ' +
      'GROUP BY measure_value::bigint',
  );
  const found = new Map(rows.map(([group, count, parts]) => [Number(group), [count, parts]]));
  const whole = [String(RECORDS_PER_REQUEST), String(RECORDS_PER_REQUEST)];
  const lost = [...acknowledged].filter((group) => !found.has(group));
  const partial = [...found].filter(([, counts]) => String(counts) !== String(whole));
  const unknown = [...found.keys()].filter((g) => !acknowledged.has(g) && !unanswered.has(g));
  expect({ lost, partial, unknown }).toEqual({ lost: [], partial: [], unknown: [] });
}

describe(`acknowledged records (seed ${seed})`, () => {
  beforeAll(async () => {
    dataDir = await makeDataDir();
    const server = await startTessera({ dataDir });
    await server.write.send(new CreateDatabaseCommand({ DatabaseName: 'crash' }));
    await server.write.send(new CreateTableCommand({ DatabaseName: 'crash', TableName: 'groups' }));
    await server.kill();
  });

  test(`survive ${ROUNDS} kills, each exactly once`, async () => {
    const baseMs = Date.now() - 60_000;
    for (let round = 0; round < ROUNDS; round++) {
      const server = await startTessera({ dataDir });
      await checkTable(server);
      const before = acknowledged.size;
      const writers = Array.from({ length: CLIENTS }, () => writeGroups(server, baseMs));
      // On a busy machine the first acknowledgement may take longer than the random while.
      await vi.waitUntil(() => acknowledged.size > before, { timeout: 20_000, interval: 5 });
      await new Promise((resolve) => setTimeout(resolve, random.integer(400)));
      await server.kill();
      await Promise.all(writers);
    }
    last = await startTessera({ dataDir });
    await checkTable(last);
    expect(last.log()).not.toMatch(/"level":(50|60)/);
  });

  afterAll(async () => {
    await last?.dispose();
  });
});
