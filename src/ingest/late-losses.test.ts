/** Late records that lose at once: what is said of them, and that nothing else is touched. */
import { describe, expect, test } from 'vitest';
import { START_MS } from '../../test/support/new-catalog.ts';
import { newIngest } from '../../test/support/new-ingest.ts';
import type { RejectedOf } from '../magnetic/api.ts';

const DAY = 86_400_000;
const LATE = START_MS - DAY;
const HOST = [{ Name: 'host', Value: 'a' }];
const single = (MeasureValue: string, changes: object = {}) => ({
  Dimensions: HOST,
  MeasureName: 'cpu',
  MeasureValue,
  Time: String(LATE),
  ...changes,
});

async function newWorld(location?: object) {
  const added: RejectedOf[] = [];
  const world = await newIngest({ losses: { add: (rejected) => added.push(rejected) } });
  await world.update({
    magneticWrites: {
      enabled: true,
      ...(location && { rejectedDataLocation: { s3: location } }),
    },
  });
  return { ...world, added };
}

describe('late records that lose by the version rule', () => {
  test('are reported with their reason, and the winner stays', async () => {
    const world = await newWorld({ bucketName: 'lost' });
    await world.write([single('1', { Version: 5 })]);
    await world.write([single('1', { Version: 5 }), single('2', { Version: 5 })]);
    await world.write([single('-0', { Version: 4 })]);
    const reported = {
      dimensions: [{ name: 'host', value: 'a' }],
      measureName: 'cpu',
      time: BigInt(LATE) * 1_000_000n,
    };
    expect(world.added).toEqual([
      {
        database: 'iot',
        table: 'sensors',
        location: { bucketName: 'lost' },
        records: [
          {
            ...reported,
            reason: expect.stringMatching(/^A record already exists with the same time, /),
            measure: { kind: 'single', type: 'double', value: '2.0' },
            version: 5n,
          },
        ],
      },
      expect.objectContaining({
        records: [
          {
            ...reported,
            reason:
              'The record version 4 is lower than the existing version 5. A higher version is ' +
              'required to update the measure value.',
            measure: { kind: 'single', type: 'double', value: '-0.0' },
            version: 4n,
          },
        ],
      }),
    ]);
    expect(world.rows()).toEqual([
      expect.objectContaining({ 'measure_value::double': 1, version: 5n }),
    ]);
  });

  test.each([
    ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
    ['VARCHAR', 'grün', 'grün'],
    ['BOOLEAN', 'TRUE', 'true'],
    ['DOUBLE', '1e-3', '0.001'],
  ])('are reported with a value of type %s', async (MeasureValueType, text, value) => {
    const world = await newWorld();
    const record = single(text, { MeasureValueType });
    await world.write([{ ...record, Version: 2 }]);
    await world.write([record]);
    expect(world.added[0]?.records[0]?.measure).toEqual({
      kind: 'single',
      type: MeasureValueType.toLowerCase(),
      value,
    });
  });

  test('are reported with all values of a multi-measure record, common ones first', async () => {
    const world = await newWorld();
    const value = (Name: string, Value: string, Type: string) => ({ Name, Value, Type });
    const common = {
      Dimensions: [{ Name: 'site', Value: 's' }],
      MeasureValues: [value('seen', '1700000000', 'TIMESTAMP')],
      MeasureValueType: 'MULTI',
      TimeUnit: 'SECONDS',
      Time: String(Math.floor(LATE / 1000)),
    };
    const record = {
      Dimensions: HOST,
      MeasureName: 'cpu',
      MeasureValues: [value('idle', '3', 'DOUBLE'), value('state', 'on', 'VARCHAR')],
    };
    await world.write([{ ...record, Version: 2 }, record], common);
    expect(world.added[0]?.records).toMatchObject([
      {
        dimensions: [
          { name: 'site', value: 's' },
          { name: 'host', value: 'a' },
        ],
        measure: {
          kind: 'multi',
          values: [
            { name: 'seen', type: 'timestamp', value: '1700000000000000000' },
            { name: 'idle', type: 'double', value: '3.0' },
            { name: 'state', type: 'varchar', value: 'on' },
          ],
        },
        time: BigInt(Math.floor(LATE / 1000)) * 1_000_000_000n,
        version: 1n,
      },
    ]);
  });

  test('are none of those that the memory store rejects, nor those that repeat', async () => {
    const world = await newWorld();
    const recent = { Time: String(START_MS) };
    await world.write([single('1'), single('1', recent)]);
    const answer = await world.write([single('1'), single('2', recent)]);
    expect(answer).toMatchObject({ error: 'RejectedRecordsException' });
    expect(world.added).toEqual([]);
  });
});
