import { describe, expect, test } from 'vitest';
import { START_MS } from '../../test/support/new-catalog.ts';
import { newIngest, requestOf } from '../../test/support/new-ingest.ts';

const NOW = String(START_MS);
const HOST = [{ Name: 'host', Value: 'a' }];
/** A valid record, changed; an undefined member is left out. */
const record = (changes: object = {}) => ({
  Dimensions: HOST,
  MeasureName: 'cpu',
  MeasureValue: '1.5',
  Time: NOW,
  ...changes,
});
const multi = (values: readonly (readonly [string, string, string])[], changes: object = {}) =>
  record({
    MeasureValue: undefined,
    MeasureValueType: 'MULTI',
    MeasureValues: values.map(([Name, Value, Type]) => ({ Name, Value, Type })),
    ...changes,
  });
const ingested = (memory: number, magnetic = 0) => ({
  RecordsIngested: { Total: memory + magnetic, MemoryStore: memory, MagneticStore: magnetic },
});
const invalid = (message: string) => ({ error: 'ValidationException', message });
const rejected = (...records: readonly object[]) => ({
  error: 'RejectedRecordsException',
  message: 'One or more records have been rejected. See RejectedRecords for details.',
  RejectedRecords: records,
});
const at = (ms: number) => new Date(ms).toISOString();

const SAME_VERSION =
  'A record already exists with the same time, dimensions, measure name, and record version. A ' +
  'higher record version must be specified in order to update the measure value. Specifying ' +
  'record version is supported by the latest SDKs.';
const lowerVersion = (incoming: bigint, existing: bigint) =>
  `The record version ${incoming} is lower than the existing version ${existing}. A higher ` +
  'version is required to update the measure value.';

describe('WriteRecords, what is stored', () => {
  test('keeps a single-measure record of every type in its own column', async () => {
    const world = await newIngest();
    const types = [
      ['d', 'DOUBLE', '1e-3', 0.001],
      ['b', 'BIGINT', '-9223372036854775808', -(2n ** 63n)],
      ['v', 'VARCHAR', 'grün "x"\n', 'grün "x"\n'],
      ['o', 'BOOLEAN', 'True', true],
    ] as const;
    const records = types.map(([MeasureName, MeasureValueType, MeasureValue]) =>
      record({ MeasureName, MeasureValueType, MeasureValue }),
    );
    expect(await world.write(records)).toEqual(ingested(4));
    const key = { host: 'a', time: BigInt(START_MS) * 1_000_000n, version: 1n };
    expect(world.rows()).toEqual(
      expect.arrayContaining(
        types.map(([measure_name, type, , value]) => ({
          ...key,
          measure_name,
          [`measure_value::${type.toLowerCase()}`]: value,
        })),
      ),
    );
  });

  test('keeps a multi-measure record with a timestamp counted in its TimeUnit', async () => {
    const world = await newIngest();
    const values = [
      ['temp', '21.5', 'DOUBLE'],
      ['seen', '1700000000', 'TIMESTAMP'],
      ['state', 'on', 'VARCHAR'],
      ['ok', 'FALSE', 'BOOLEAN'],
      ['n', '9007199254740993', 'BIGINT'],
    ] as const;
    const seconds = { TimeUnit: 'SECONDS', Time: '1700000000', Version: 5 };
    expect(await world.write([multi(values, seconds)])).toEqual(ingested(1));
    expect(world.rows()).toEqual([
      {
        ...{ host: 'a', measure_name: 'cpu', time: 1_700_000_000_000_000_000n, version: 5n },
        ...{ temp: 21.5, seen: 1_700_000_000_000_000_000n, state: 'on', ok: false },
        n: 9007199254740993n,
      },
    ]);
  });

  test('knows one instant in every unit, and the order of dimensions makes no difference', async () => {
    const world = await newIngest();
    const two = [...HOST, { Name: 'site', Value: 'b' }];
    const first = record({ Time: '1700000000', TimeUnit: 'SECONDS', Dimensions: two });
    expect(await world.write([first])).toEqual(ingested(1));
    for (const [TimeUnit, digits] of [
      ['MILLISECONDS', 3],
      ['MICROSECONDS', 6],
      ['NANOSECONDS', 9],
    ] as const) {
      const Time = `1700000000${'0'.repeat(digits)}`;
      const same = record({ Time, TimeUnit, Dimensions: two.toReversed() });
      expect(await world.write([same])).toEqual(ingested(1));
    }
    expect(world.rows()).toHaveLength(1);
  });

  test('takes an empty dimension value, and gives a later dimension its own series', async () => {
    const world = await newIngest();
    const empty = [...HOST, { Name: 'site', Value: '' }];
    expect(await world.write([record(), record({ Dimensions: empty })])).toEqual(ingested(2));
    expect(world.rows()).toHaveLength(2);
  });

  test('grows the schema with what is accepted only', async () => {
    const world = await newIngest();
    const old = multi([['late', '1', 'BIGINT']], {
      Time: '1',
      Dimensions: [{ Name: 'x', Value: 'y' }],
    });
    await world.write([record(), old, multi([['a', '1', 'BIGINT']], { MeasureName: 'm' })]);
    const { schema } = world.table();
    expect(schema.dimensions).toEqual(['host']);
    expect([...schema.measures.keys()].sort()).toEqual(['cpu', 'm']);
    expect(schema.attributes).toEqual([{ name: 'a', type: 'bigint' }]);
  });
});

describe('WriteRecords, tables', () => {
  test('names the missing database, then the missing table', async () => {
    const world = await newIngest();
    const missing = (DatabaseName: string, TableName: string) =>
      world.post(JSON.stringify({ DatabaseName, TableName, Records: [record({ Time: 'x' })] }));
    const notFound = (message: string) => ({ error: 'ResourceNotFoundException', message });
    expect(await missing('no', 'sensors')).toEqual(notFound('The database no does not exist.'));
    expect(await missing('iot', 'no')).toEqual(notFound('The table no does not exist.'));
  });
});

describe('WriteRecords, validity of records (write-api 5.2, 5.4, 5.5)', () => {
  const name = (what: string, text: string) =>
    invalid(`The ${what} name '${text}' is invalid. `).message;
  const dimension = (Name: string) => record({ Dimensions: [{ Name, Value: 'x' }] });
  const attribute = (Name: string) => multi([[Name, '1', 'BIGINT']]);
  const value = (MeasureValueType: string, MeasureValue: string) =>
    record({ MeasureValueType, MeasureValue });

  test.each<[string, object, string]>([
    [
      'no dimensions',
      record({ Dimensions: undefined }),
      'At least one dimension is required for a record.',
    ],
    [
      'an empty list of dimensions',
      record({ Dimensions: [] }),
      'At least one dimension is required for a record.',
    ],
    ['no time', record({ Time: undefined }), 'Invalid time for record.'],
    ['a time that is no integer', record({ Time: '1.5' }), 'Invalid time for record.'],
    [
      'a time beyond int64 nanoseconds',
      record({ Time: '9223372036855', TimeUnit: 'SECONDS' }),
      'Invalid time for record.',
    ],
    ['a time beyond int64', record({ Time: '9'.repeat(30) }), 'Invalid time for record.'],
    [
      'no measure name',
      record({ MeasureName: undefined }),
      'Measure name is required for a record.',
    ],
    [
      'no measure value',
      record({ MeasureValue: undefined }),
      'Measure value is required for a record.',
    ],
    [
      'measure values of a scalar',
      { ...multi([['a', '1', 'DOUBLE']]), MeasureValueType: undefined, MeasureValue: '1' },
      'Only a record of measure value type MULTI can have measure values.',
    ],
    [
      'MULTI without values',
      record({ MeasureValueType: 'MULTI', MeasureValue: undefined }),
      'Measure values are required for a record of measure value type MULTI.',
    ],
    [
      'MULTI with a value',
      multi([['a', '1', 'DOUBLE']], { MeasureValue: '1' }),
      'A record of measure value type MULTI must not have a measure value.',
    ],
    [
      'TIMESTAMP as its own type',
      value('TIMESTAMP', '1'),
      'TIMESTAMP is an invalid measure value type.',
    ],
    ['MULTI inside MULTI', multi([['a', '1', 'MULTI']]), 'MULTI is an invalid measure value type.'],
    [
      'version 0',
      record({ Version: 0 }),
      'Invalid version 0 for record. The version must be 1 or greater.',
    ],
    [
      'a negative version',
      record({ Version: -5 }),
      'Invalid version -5 for record. The version must be 1 or greater.',
    ],
    [
      'a dimension twice',
      record({ Dimensions: [...HOST, ...HOST] }),
      "The dimension name 'host' occurs more than once in a record.",
    ],
    [
      'an attribute twice',
      multi([
        ['a', '1', 'DOUBLE'],
        ['a', '2', 'DOUBLE'],
      ]),
      "The multi-measure attribute name 'a' occurs more than once in a record.",
    ],
    [
      'more than 256 measures',
      multi(Array.from({ length: 257 }, (_, i) => [`m${i}`, '1', 'DOUBLE'])),
      'A multi-measure record can have at most 256 measure values.',
    ],
    ['BIGINT None', value('BIGINT', 'None'), 'Invalid value None for bigint measure value type.'],
    ['BIGINT 1.0', value('BIGINT', '1.0'), 'Invalid value 1.0 for bigint measure value type.'],
    [
      'BIGINT out of range',
      value('BIGINT', '9223372036854775808'),
      'Invalid value 9223372036854775808 for bigint measure value type.',
    ],
    ['BOOLEAN 1', value('BOOLEAN', '1'), 'Invalid value 1 for boolean measure value type.'],
    ...['NaN', 'Infinity', '-inf', '1e999', 'x'].map((text): [string, object, string] => [
      `DOUBLE ${text}`,
      value('DOUBLE', text),
      `Invalid value ${text} for double measure value type. It must be a finite number in IEEE 754 floating-point format.`,
    ]),
    [
      'VARCHAR above 2048 bytes',
      value('VARCHAR', 'é'.repeat(1025)),
      `Invalid value ${'é'.repeat(1025)} for varchar measure value type. It must be at most 2048 bytes of UTF-8.`,
    ],
    [
      'an attribute that is no BIGINT',
      multi([['a', 'x', 'BIGINT']]),
      'Invalid value x for bigint measure value type.',
    ],
    [
      'a timestamp before 1970',
      multi([['a', '-1', 'TIMESTAMP']]),
      'Invalid value -1 for timestamp measure value type.',
    ],
    [
      'a timestamp after 2262',
      multi([['a', '9223372036855', 'TIMESTAMP']]),
      'Invalid value 9223372036855 for timestamp measure value type.',
    ],
    [
      'a dimension called time',
      dimension('time'),
      `${name('dimension', 'time')}The name is reserved.`,
    ],
    [
      'a dimension with a quote',
      dimension('a"b'),
      `${name('dimension', 'a"b')}A name must not contain double quotes, control characters or line separators.`,
    ],
    [
      'a dimension with a colon',
      dimension('a:b'),
      `${name('dimension', 'a:b')}A name must not contain a colon.`,
    ],
    [
      'a dimension of 61 bytes',
      dimension('é'.repeat(30) + 'a'),
      `${name('dimension', 'é'.repeat(30) + 'a')}A name must have at most 60 bytes.`,
    ],
    [
      'a measure ts_x',
      record({ MeasureName: 'ts_x' }),
      `${name('measure', 'ts_x')}A name must not start with 'ts_'.`,
    ],
    [
      'a measure of 257 bytes',
      record({ MeasureName: 'm'.repeat(257) }),
      `${name('measure', 'm'.repeat(257))}A name must have at most 256 bytes.`,
    ],
    [
      'an attribute measure_name_2',
      attribute('measure_name_2'),
      `${name('multi-measure attribute', 'measure_name_2')}A name must not start with 'measure_name'.`,
    ],
    [
      'an attribute measure_value',
      attribute('measure_value'),
      `${name('multi-measure attribute', 'measure_value')}The name is reserved.`,
    ],
  ])('refuses %s and stores nothing', async (_, bad, message) => {
    const world = await newIngest();
    expect(await world.write([record({ MeasureName: 'good' }), bad])).toEqual(invalid(message));
    expect(world.rows()).toEqual([]);
    expect(world.table().schema.dimensions).toEqual([]);
  });

  test.each([
    'uptime',
    'Time',
    'TIME',
    'time_zone',
    '123',
    'Größe',
    'a b',
    'SELECT',
    'x'.repeat(60),
  ])('allows the name %s everywhere', async (free) => {
    const world = await newIngest();
    const records = [
      record({ MeasureName: free, Dimensions: [{ Name: `${free.slice(1)}d`, Value: 'x' }] }),
      multi([[free, '1', 'BIGINT']], { MeasureName: 'm' }),
    ];
    expect(await world.write(records)).toEqual(ingested(2));
  });
});

describe('WriteRecords, CommonAttributes (write-api 5.3)', () => {
  const stored = { host: 'a', measure_name: 'cpu', version: 1n, time: BigInt(NOW) * 1_000_000n };

  test.each<[string, object, object]>([
    ['the measure name', { MeasureName: 'cpu' }, record({ MeasureName: undefined })],
    [
      'the value and its type',
      { MeasureValue: '1.5', MeasureValueType: 'DOUBLE' },
      record({ MeasureValue: undefined }),
    ],
    ['the time and its unit', { Time: NOW, TimeUnit: 'MILLISECONDS' }, record({ Time: undefined })],
    ['the dimensions', { Dimensions: HOST }, record({ Dimensions: undefined })],
    ['the dimensions beside an empty list', { Dimensions: HOST }, record({ Dimensions: [] })],
    ['everything', record(), {}],
    ['everything but the time', record({ Time: undefined }), { Time: NOW }],
    [
      'scalars that the record overrides',
      {
        MeasureName: 'x',
        MeasureValue: 'y',
        MeasureValueType: 'BIGINT',
        Time: '1',
        TimeUnit: 'SECONDS',
        Version: 9,
      },
      record({ MeasureValueType: 'DOUBLE', TimeUnit: 'MILLISECONDS', Version: 1 }),
    ],
  ])('gives records %s', async (_, common, own) => {
    const world = await newIngest();
    expect(await world.write([own], common)).toEqual(ingested(1));
    expect(world.rows()).toEqual([{ ...stored, 'measure_value::double': 1.5 }]);
  });

  test('joins dimensions and measure values, common ones first', async () => {
    const world = await newIngest();
    const common = {
      Dimensions: [{ Name: 'site', Value: 's' }],
      MeasureValues: [
        { Name: 'x', Value: '7', Type: 'TIMESTAMP' },
        { Name: 'w', Value: 'text', Type: 'VARCHAR' },
      ],
    };
    const seconds = multi([['y', '2', 'BIGINT']], { TimeUnit: 'SECONDS', Time: '1700000000' });
    const other = multi([], { MeasureName: 'other' });
    expect(await world.write([seconds, other], common)).toEqual(ingested(2));
    expect(world.rows()).toEqual([
      expect.objectContaining({ site: 's', host: 'a', x: 7_000_000_000n, y: 2n, w: 'text' }),
      expect.objectContaining({ site: 's', host: 'a', x: 7_000_000n, w: 'text' }),
    ]);
  });

  test('refuses a dimension or an attribute that occurs in both', async () => {
    const world = await newIngest();
    expect(await world.write([record()], { Dimensions: HOST })).toEqual(
      invalid("The dimension name 'host' occurs more than once in a record."),
    );
    const values = { MeasureValues: [{ Name: 'a', Value: '1', Type: 'BIGINT' }] };
    expect(await world.write([multi([['a', '1', 'BIGINT']])], values)).toEqual(
      invalid("The multi-measure attribute name 'a' occurs more than once in a record."),
    );
    expect(world.rows()).toEqual([]);
  });
});

describe('WriteRecords, versions (write-api 5.6)', () => {
  const version = (Version: number | undefined, MeasureValue: string) =>
    record({ Version, MeasureValue });

  test.each<[string, number | undefined, string, object, bigint, number]>([
    ['a repeat', 2, '1.50', ingested(1), 2n, 1.5],
    ['a higher version of the same value', 3, '1.5', ingested(1), 3n, 1.5],
    ['a higher version of another value', 3, '2', ingested(1), 3n, 2],
    [
      'the same version of another value',
      2,
      '2',
      rejected({ RecordIndex: 0, Reason: SAME_VERSION, ExistingVersion: 2n }),
      2n,
      1.5,
    ],
    [
      'a lower version of the same value',
      1,
      '1.5',
      rejected({ RecordIndex: 0, Reason: lowerVersion(1n, 2n), ExistingVersion: 2n }),
      2n,
      1.5,
    ],
    [
      'no version, another value',
      undefined,
      '2',
      rejected({ RecordIndex: 0, Reason: lowerVersion(1n, 2n), ExistingVersion: 2n }),
      2n,
      1.5,
    ],
  ])('decides on %s', async (_, incoming, value, outcome, kept, keptValue) => {
    const world = await newIngest();
    await world.write([version(2, '1.5')]);
    expect(await world.write([version(incoming, value)])).toEqual(outcome);
    expect(world.rows()).toEqual([
      expect.objectContaining({ version: kept, 'measure_value::double': keptValue }),
    ]);
  });

  test('keeps every digit of a version, in and out', async () => {
    const world = await newIngest();
    const big = 9007199254740993n;
    const json = (v: bigint) =>
      JSON.stringify(requestOf([record({ Version: 'V' })])).replace('"V"', String(v));
    expect(await world.post(json(big))).toEqual(ingested(1));
    expect(await world.post(json(big - 1n))).toEqual(
      rejected({ RecordIndex: 0, Reason: lowerVersion(big - 1n, big), ExistingVersion: big }),
    );
    expect(await world.post(json(2n ** 63n - 1n))).toEqual(ingested(1));
  });

  test('takes the first of two in one request, and stores the others', async () => {
    const world = await newIngest();
    const other = record({ MeasureName: 'other' });
    expect(await world.write([version(1, '1'), version(1, '2'), other])).toEqual(
      rejected({ RecordIndex: 1, Reason: SAME_VERSION, ExistingVersion: 1n }),
    );
    expect(world.rows()).toHaveLength(2);
  });

  test('replaces the whole set of attributes', async () => {
    const world = await newIngest();
    await world.write([
      multi([
        ['a', '1', 'BIGINT'],
        ['b', '2', 'BIGINT'],
      ]),
    ]);
    await world.write([multi([['b', '3', 'BIGINT']], { Version: 2 })]);
    expect(world.rows()).toEqual([expect.not.objectContaining({ a: 1n })]);
    expect(world.rows()).toEqual([expect.objectContaining({ b: 3n, version: 2n })]);
  });
});

describe('WriteRecords, time windows (write-api 5.7)', () => {
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const timed = (ms: number) => record({ Time: String(ms) });
  const outside = (start: number, end: number, what: string) =>
    rejected({
      RecordIndex: 0,
      Reason: `The record timestamp is outside the time range [${at(start)}, ${at(end)}) of the ${what}.`,
    });

  test('takes what is within the memory store and its slack, half-open', async () => {
    const world = await newIngest();
    const start = START_MS - 6 * HOUR - 25 * MINUTE;
    const end = START_MS + 15 * MINUTE;
    const refusal = outside(start, end, 'memory store');
    expect(await world.write([timed(start)])).toEqual(ingested(1));
    expect(await world.write([timed(start - 1)])).toEqual(refusal);
    expect(await world.write([timed(end - 1)])).toEqual(ingested(1));
    expect(await world.write([timed(end)])).toEqual(refusal);
    expect(end - start).toBe(6 * HOUR + 40 * MINUTE);
  });

  test('moves with the clock', async () => {
    const world = await newIngest();
    expect(await world.write([timed(START_MS + HOUR)])).toHaveProperty('error');
    world.clock.advance(HOUR);
    expect(await world.write([timed(START_MS + HOUR)])).toEqual(ingested(1));
    expect(await world.write([timed(START_MS - 6 * HOUR)])).toHaveProperty('error');
  });

  test('counts late records for the magnetic store when it takes writes', async () => {
    const world = await newIngest();
    await world.update({
      retention: { memoryHours: 12, magneticDays: 5 },
      magneticWrites: { enabled: true },
    });
    const memory = START_MS - 12 * HOUR;
    const start = memory - 5 * DAY - 25 * MINUTE;
    const end = START_MS + 15 * MINUTE;
    const records = [timed(memory), timed(memory - 1), timed(START_MS)];
    expect(await world.write(records)).toEqual(ingested(2, 1));
    expect(await world.write([timed(start)])).toEqual(ingested(0, 1));
    const refusal = outside(start, end, 'data ingestion window');
    expect(await world.write([timed(start - 1)])).toEqual(refusal);
    expect(await world.write([timed(end)])).toEqual(refusal);
  });

  test('is silent about a late record whose version loses', async () => {
    const world = await newIngest();
    await world.update({ magneticWrites: { enabled: true } });
    const late = (MeasureValue: string) => ({ ...timed(START_MS - DAY), MeasureValue });
    expect(await world.write([late('1')])).toEqual(ingested(0, 1));
    expect(await world.write([late('2')])).toEqual(ingested(0, 1));
    expect(world.rows()).toEqual([expect.objectContaining({ 'measure_value::double': 1 })]);
  });

  test('stores the other records of the request', async () => {
    const world = await newIngest();
    const outcome = await world.write([timed(1), timed(START_MS), timed(2), timed(START_MS - 1)]);
    const indexes = (outcome as { RejectedRecords: { RecordIndex: number }[] }).RejectedRecords;
    expect(indexes.map(({ RecordIndex }) => RecordIndex)).toEqual([0, 2]);
    expect(world.rows()).toHaveLength(2);
  });
});

describe('WriteRecords, types and names of a table (write-api 5.8)', () => {
  const refusal = (RecordIndex: number, Reason: string) => rejected({ RecordIndex, Reason });

  test.each<[string, object, string]>([
    [
      'a measure name of another type',
      record({ MeasureValueType: 'VARCHAR' }),
      'Measure name cpu already exists with type DOUBLE; cannot write type VARCHAR.',
    ],
    [
      'a single measure as MULTI',
      multi([['b', '1', 'BIGINT']]),
      'Measure name cpu already exists with type DOUBLE; cannot write type MULTI.',
    ],
    [
      'an attribute of another type',
      multi([['a', '1', 'DOUBLE']], { MeasureName: 'n' }),
      'Multi-measure attribute name a already exists with type BIGINT; cannot write type DOUBLE.',
    ],
    [
      'an attribute called as a dimension',
      multi([['host', '1', 'BIGINT']], { MeasureName: 'n' }),
      'The name host cannot be used both for a dimension and for a multi-measure attribute of one table.',
    ],
    [
      'a dimension called as an attribute',
      record({ Dimensions: [{ Name: 'a', Value: 'x' }], MeasureName: 'n' }),
      'The name a cannot be used both for a dimension and for a multi-measure attribute of one table.',
    ],
  ])('rejects %s, in a later request and in the same', async (_, bad, reason) => {
    const good = [record(), multi([['a', '1', 'BIGINT']], { MeasureName: 'm' })];
    const later = await newIngest();
    expect(await later.write(good)).toEqual(ingested(2));
    expect(await later.write([bad])).toEqual(refusal(0, reason));
    const same = await newIngest();
    expect(await same.write([...good, bad])).toEqual(refusal(2, reason));
    expect(same.rows()).toEqual(later.rows());
  });

  test('lets one of two racing requests have a new attribute, and tells the other', async () => {
    const world = await newIngest();
    const outcomes = await Promise.all([
      world.write([multi([['a', '1', 'BIGINT']])]),
      world.write([
        multi([['a', '1', 'DOUBLE']], { MeasureName: 'n' }),
        record({ MeasureName: 'o' }),
      ]),
      world.write([multi([['a', '1', 'BIGINT']], { MeasureName: 'p' })]),
    ]);
    expect(outcomes).toEqual([
      ingested(1),
      refusal(
        0,
        'Multi-measure attribute name a already exists with type BIGINT; cannot write type DOUBLE.',
      ),
      ingested(1),
    ]);
    expect(world.rows()).toHaveLength(3);
  });

  test('gives a type conflict before an unfit time', async () => {
    const world = await newIngest();
    await world.write([record()]);
    const both = record({ Time: '1', MeasureValueType: 'BIGINT', MeasureValue: '1' });
    expect(await world.write([both])).toEqual(
      refusal(0, 'Measure name cpu already exists with type DOUBLE; cannot write type BIGINT.'),
    );
  });
});

describe('WriteRecords, partition keys (write-api 5.9)', () => {
  test('rejects a record without a required key, until it is optional', async () => {
    const key = (enforcement: 'REQUIRED' | 'OPTIONAL') =>
      ({ kind: 'dimension', name: 'site', enforcement }) as const;
    const world = await newIngest({ partitionKey: key('REQUIRED') });
    const withKey = record({ Dimensions: [...HOST, { Name: 'site', Value: 's' }] });
    const reason = 'The record is missing the required partition key dimension site.';
    const refusal = rejected({ RecordIndex: 1, Reason: reason });
    expect(await world.write([withKey, record()])).toEqual(refusal);
    expect(await world.write([withKey, record()])).toEqual(refusal);
    await world.update({ partitionKey: key('OPTIONAL') });
    expect(await world.write([withKey, record()])).toEqual(ingested(2));
    await world.update({ partitionKey: key('REQUIRED') });
    expect(await world.write([withKey, record()])).toEqual(refusal);
  });
});

describe('WriteRecords, limits (write-api 6)', () => {
  const reasonOf = (outcome: unknown) =>
    (outcome as { RejectedRecords: { Reason: string }[] }).RejectedRecords.map((r) => r.Reason);
  const dimensions = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ Name: `d${from + i}`, Value: 'x' }));

  test('rejects dimensions of more than 2 KB in total', async () => {
    const world = await newIngest();
    const Dimensions = [{ Name: 'host', Value: 'v'.repeat(2044) }];
    expect(await world.write([record({ Dimensions })])).toEqual(ingested(1));
    Dimensions[0]!.Value += 'v';
    expect(reasonOf(await world.write([record({ Dimensions })]))).toEqual([
      'The names and values of the dimensions of a record must not exceed 2048 bytes in total.',
    ]);
  });

  test('rejects measure values of more than 2 KB in total, those in common included', async () => {
    const world = await newIngest();
    const common = { MeasureValues: [{ Name: 'c', Value: 'v'.repeat(1000), Type: 'VARCHAR' }] };
    const own = (length: number) =>
      multi([
        ['n', '1', 'DOUBLE'],
        ['v', 'v'.repeat(length), 'VARCHAR'],
      ]);
    expect(await world.write([own(1040)], common)).toEqual(ingested(1));
    expect(reasonOf(await world.write([own(1041)], common))).toEqual([
      'The measure values of a multi-measure record must not exceed 2048 bytes in total.',
    ]);
    const many = multi(Array.from({ length: 256 }, (_, i) => [`m${i}`, '1', 'DOUBLE']));
    expect(await world.write([{ ...many, MeasureName: 'many' }])).toEqual(ingested(1));
  });

  test('rejects the 129th dimension of a table, and the record alone', async () => {
    const world = await newIngest();
    const records = [
      record({ Dimensions: dimensions(128) }),
      record({ Dimensions: dimensions(1, 128) }),
      record({ Dimensions: dimensions(1, 5) }),
    ];
    expect(reasonOf(await world.write(records))).toEqual([
      'The record would exceed the limit of 128 dimensions of its table.',
    ]);
    expect(world.rows()).toHaveLength(2);
  });

  test('rejects the 1025th attribute of a table', async () => {
    const world = await newIngest();
    const part = (from: number, count: number) =>
      multi(
        Array.from({ length: count }, (_, i) => [`a${from + i}`, '1', 'DOUBLE']),
        { MeasureName: `m${from}` },
      );
    const outcome = await world.write([0, 256, 512, 768].map((from) => part(from, 256)));
    expect(outcome).toEqual(ingested(4));
    expect(reasonOf(await world.write([part(1024, 1), part(0, 256)]))).toEqual([
      'The record would exceed the limit of 1024 attributes of its table.',
    ]);
  });

  test('answers ThrottlingException when the memory store is full', async () => {
    const world = await newIngest();
    Object.assign(world.memory, { isFull: () => true });
    expect(await world.write([record()])).toMatchObject({ error: 'ThrottlingException' });
  });

  test('answers ThrottlingException to more requests in flight than it can hold', async () => {
    const world = await newIngest();
    const outcomes = await Promise.all(
      Array.from({ length: 1030 }, (_, i) => world.write([record({ MeasureName: `m${i % 7}` })])),
    );
    const throttled = outcomes.filter((outcome) => JSON.stringify(outcome).includes('Throttling'));
    expect(throttled).toHaveLength(6);
    expect(await world.write([record()])).toEqual(ingested(1));
  });
});

describe('WriteRecords, tables that change', () => {
  test('writes to a re-created table from nothing', async () => {
    const world = await newIngest();
    await world.write([record()]);
    await world.catalog.deleteTable({ database: 'iot', table: 'sensors' });
    expect(await world.write([record()])).toMatchObject({ error: 'ResourceNotFoundException' });
    await world.catalog.createTable({ database: 'iot', table: 'sensors' });
    const text = record({ MeasureValueType: 'VARCHAR', MeasureValue: 'x' });
    expect(await world.write([text])).toEqual(ingested(1));
    expect(world.rows()).toHaveLength(1);
  });

  test('gives each of many tables its own series for the same dimensions', async () => {
    const world = await newIngest();
    for (let i = 0; i < 12; i++) {
      await world.catalog.createTable({ database: 'iot', table: `table${i}` });
      const json = JSON.stringify({ ...requestOf([record()]), TableName: `table${i}` });
      expect(await world.post(json)).toEqual(ingested(1));
      expect(await world.post(json)).toEqual(ingested(1));
    }
  });
});
