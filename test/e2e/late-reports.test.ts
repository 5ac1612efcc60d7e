/**
 * Late records that lose by the version rule: acknowledged, and then reported in the place that the
 * table names, whether they lose to a row in memory, at once, or to one in an object, when the tile
 * is sealed (write-api 5.6).
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Life, point, retention, startLife } from '../support/life.ts';

const HOUR = 3_600_000;
let life: Life | undefined;
afterEach(async () => {
  await life?.server.dispose();
  life = undefined;
});

const LOWER = (version: number, existing: number) =>
  `The record version ${version} is lower than the existing version ${existing}. A higher version ` +
  'is required to update the measure value.';
const SAME =
  'A record already exists with the same time, dimensions, measure name, and record version. ' +
  'A higher record version must be specified in order to update the measure value. ' +
  'Specifying record version is supported by the latest SDKs.';

async function startWith(location: object | undefined): Promise<Life> {
  life = await startLife({});
  await life.createTable('late', {
    ...retention(1, 30),
    MagneticStoreWriteProperties: {
      EnableMagneticStoreWrites: true,
      ...(location && { MagneticStoreRejectedDataLocation: { S3Configuration: location } }),
    },
  });
  return life;
}

interface Report {
  readonly errors: readonly {
    readonly reason: string;
    readonly records: readonly { readonly measureValue: string; readonly time: string }[];
  }[];
}

/** [reason, value, time in ms] of all records of the reports that are not among `before`. */
async function reported(of: Life, before: readonly string[]) {
  const keys = (await of.objects('reports/')).filter((key) => !before.includes(key));
  const records: [reason: string, value: string, timeMs: number][] = [];
  for (const key of keys) {
    const text = await readFile(join(of.server.dataDir, 'objects', key), 'utf8');
    for (const { reason, records: some } of (JSON.parse(text) as Report).errors) {
      for (const { measureValue, time } of some) {
        records.push([reason, measureValue, Number(BigInt(time) / 1_000_000n)]);
      }
    }
  }
  return { keys, records };
}

test('are reported below the bucket and prefix of the table', async () => {
  const world = await startWith({ BucketName: 'lost-rows', ObjectKeyPrefix: 'of/late' });
  const now = await world.now();
  const late = now - 48 * HOUR;
  const values = async () =>
    (await world.rows('SELECT measure_value::bigint FROM life.late ORDER BY time')).flat();
  await world.write(
    'late',
    [10, 20, 30].map((value, at) => point('a', late + at, value, 5)),
  );
  await world.write('late', [point('a', now, 1, 5)]);

  // They meet the winner in memory; a repeat is no loss.
  await world.write('late', [point('a', late, 11, 5), point('a', late, 10, 5)]);
  await world.write('late', [point('a', late, 10, 4), point('a', late + 1, 22, 4)]);
  await world.advance('1s');
  const atOnce = await reported(world, []);
  expect(atOnce.keys).toHaveLength(1); // of two requests
  expect(atOnce.keys[0]).toMatch(
    /^reports\/lost-rows\/of\/late\/life\/late\/[^/:]+_[0-9A-F]{32}\.json$/,
  );
  expect(atOnce.records).toEqual([
    [SAME, '11', late],
    [LOWER(4, 5), '10', late],
    [LOWER(4, 5), '22', late + 1],
  ]);
  expect(await values()).toEqual(['10', '20', '30', '1']);

  // They meet it in an object: the rows above are sealed by now, and this one is not.
  await world.advance('2h');
  expect((await world.objects('tiles/')).length).toBeGreaterThan(0);
  await world.write('late', [point('b', await world.now(), 2, 5)]);
  await world.write('late', [point('a', late, 12, 5), point('a', late + 2, 33, 4)]);
  await world.write('late', [point('a', late + 1, 21, 6)]);
  const after = ['10', '21', '30', '1', '2'];
  expect(await values()).toEqual(after);
  await world.advance('20m');
  const atMerge = await reported(world, atOnce.keys);
  expect([...atMerge.records].sort((x, y) => x[2] - y[2])).toEqual([
    [SAME, '12', late],
    [LOWER(4, 5), '33', late + 2],
  ]);
  expect(await values()).toEqual(after);
  expect(await world.metric('tessera_memory_rows')).toBe(1);

  expect(await world.metric('tessera_magnetic_records_rejected_total')).toBe(5);
});

test('are counted where the table names no place', async () => {
  const world = await startWith(undefined);
  const late = (await world.now()) - 48 * HOUR;
  await world.write('late', [point('a', late, 10, 2)]);
  await world.write('late', [point('a', late, 11, 2)]);
  await world.advance('30m');
  await world.write('late', [point('a', late, 10, 1)]);
  await world.advance('30m');
  expect(await world.metric('tessera_magnetic_records_rejected_total')).toBe(2);
  expect(await world.objects('reports/')).toEqual([]);
  expect(await world.rows('SELECT measure_value::bigint FROM life.late')).toEqual([['10']]);
});
