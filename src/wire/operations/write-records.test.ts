import { describe, expect, test } from 'vitest';
import { START_MS } from '../../../test/support/new-catalog.ts';
import { newIngest, requestOf } from '../../../test/support/new-ingest.ts';
import type { RequestContext } from '../operation.ts';
import { errorResponse } from '../respond.ts';
import { writeRecords } from './write-records.ts';

const record = (changes: object = {}) => ({
  Dimensions: [{ Name: 'host', Value: 'a' }],
  MeasureName: 'cpu',
  MeasureValue: '1.5',
  Time: String(START_MS),
  ...changes,
});

describe('WriteRecords', () => {
  test('answers with the counters of both stores', async () => {
    const { ingest } = await newIngest();
    const body = Buffer.from(JSON.stringify(requestOf([record(), record({ MeasureName: 'm' })])));
    expect(await writeRecords(ingest).run(body, {} as RequestContext)).toBe(
      '{"RecordsIngested":{"Total":2,"MemoryStore":2,"MagneticStore":0}}',
    );
  });

  test('answers 419 with the rejected records, versions exact', async () => {
    const { ingest } = await newIngest();
    const operation = writeRecords(ingest);
    const body = (version: string) =>
      Buffer.from(JSON.stringify(requestOf([record({ Version: 'v' })])).replace('"v"', version));
    await operation.run(body('9007199254740993'), {} as RequestContext);
    const failure = await operation
      .run(body('9007199254740991'), {} as RequestContext)
      .catch((error: unknown) => errorResponse(error));
    expect(failure).toMatchObject({ status: 419, name: 'RejectedRecordsException' });
    const { body: text } = failure as { body: string };
    expect(text).toContain(
      '"__type":"com.amazonaws.timestream.v20181101#RejectedRecordsException"',
    );
    expect(text).toContain(
      '"RejectedRecords":[{"RecordIndex":0,"Reason":"The record version 9007199254740991 is ' +
        'lower than the existing version 9007199254740993. A higher version is required to ' +
        'update the measure value.","ExistingVersion":9007199254740993}]',
    );
  });

  test('leaves ExistingVersion out where there is none', async () => {
    const { ingest } = await newIngest();
    const body = Buffer.from(JSON.stringify(requestOf([record({ Time: '1' })])));
    const failure = await writeRecords(ingest)
      .run(body, {} as RequestContext)
      .catch((error: unknown) => errorResponse(error).body);
    expect(failure).toContain('of the memory store."}]}');
  });
});
