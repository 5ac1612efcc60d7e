import { describe, expect, test } from 'vitest';
import { newCatalog } from '../../../test/support/new-catalog.ts';
import { singleCell } from '../../cells/api.ts';
import type { Operation, RequestContext } from '../operation.ts';
import { createDatabase } from './create-database.ts';
import { createTable } from './create-table.ts';
import { deleteDatabase } from './delete-database.ts';
import { deleteTable } from './delete-table.ts';
import { describeAccountSettings } from './describe-account-settings.ts';
import { describeDatabase } from './describe-database.ts';
import { describeEndpoints } from './describe-endpoints.ts';
import { describeTable } from './describe-table.ts';
import { listDatabases } from './list-databases.ts';
import { listTables } from './list-tables.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateAccountSettings } from './update-account-settings.ts';
import { updateDatabase } from './update-database.ts';
import { updateTable } from './update-table.ts';

const context: RequestContext = {
  requestId: 'R',
  principal: undefined,
  region: 'eu-west-1',
  host: 'localhost:8453',
  scheme: 'http',
  userAgent: 'aws-sdk-js/3.1138.0',
  signal: new AbortController().signal,
};

const DATABASE_ARN = 'arn:aws:timestream:eu-west-1:000000000000:database/iot';
const SECONDS = 1_700_000_000.123;

/** The control plane of a new catalog, as JSON in and JSON out. */
async function newPlane() {
  const { catalog, clock } = await newCatalog();
  const operations: Operation[] = [
    ...[createDatabase, describeDatabase, updateDatabase, deleteDatabase, listDatabases],
    ...[createTable, describeTable, updateTable, deleteTable, listTables],
    ...[tagResource, untagResource, listTagsForResource],
    ...[describeAccountSettings, updateAccountSettings],
  ].map((operation) => operation(catalog));
  const call = async (name: string, request: unknown, region = context.region) => {
    const operation = operations.find((candidate) => candidate.name === name)!;
    const body = new TextEncoder().encode(JSON.stringify(request));
    return JSON.parse(String(await operation.run(body, { ...context, region })));
  };
  return { call, clock, catalog };
}

async function planeWithTable(request: object = {}) {
  const plane = await newPlane();
  await plane.call('CreateDatabase', { DatabaseName: 'iot' });
  const created = await plane.call('CreateTable', { ...SENSORS, ...request });
  return { ...plane, created };
}

const SENSORS = { DatabaseName: 'iot', TableName: 'sensors' };
const key = (...keys: object[]) => ({ Schema: { CompositePartitionKey: keys } });
const clause = (value: string, path: string, rule: string) =>
  `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ` +
  `Member must ${rule}`;

describe('CreateDatabase', () => {
  test('answers with the database', async () => {
    const { call } = await newPlane();
    const { Database } = await call('CreateDatabase', { DatabaseName: 'iot', KmsKeyId: 'my-key' });
    expect(Database).toEqual({
      Arn: DATABASE_ARN,
      DatabaseName: 'iot',
      TableCount: 0,
      KmsKeyId: 'arn:aws:kms:eu-west-1:000000000000:key/my-key',
      CreationTime: SECONDS,
      LastUpdatedTime: SECONDS,
    });
    expect(await call('DescribeDatabase', { DatabaseName: 'iot' })).toEqual({ Database });
  });

  test('answers under the region that is asked', async () => {
    const { call } = await planeWithTable();
    const { Database } = await call('DescribeDatabase', { DatabaseName: 'iot' }, 'cn-north-1');
    expect(Database.Arn).toBe('arn:aws-cn:timestream:cn-north-1:000000000000:database/iot');
    expect(Database.KmsKeyId).toMatch(/:eu-west-1:/);
  });

  test.each([
    [{}, clause('null', 'databaseName', 'not be null')],
    [
      { DatabaseName: 'ab' },
      clause("'ab'", 'databaseName', 'have length greater than or equal to 3'),
    ],
    [
      { DatabaseName: 'a b c' },
      clause("'a b c'", 'databaseName', 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+'),
    ],
    [
      { DatabaseName: 'iot', KmsKeyId: '' },
      clause("''", 'kmsKeyId', 'have length greater than or equal to 1'),
    ],
    [
      { DatabaseName: 'iot', Tags: [{ Key: '', Value: 'v' }] },
      clause("''", 'tags.1.member.key', 'have length greater than or equal to 1'),
    ],
  ])('refuses %j', async (request, message) => {
    const { call } = await newPlane();
    await expect(call('CreateDatabase', request)).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  test('refuses a second one of the name', async () => {
    const { call } = await planeWithTable();
    await expect(call('CreateDatabase', { DatabaseName: 'iot' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });
});

describe('UpdateDatabase and DeleteDatabase', () => {
  test('change and remove', async () => {
    const { call, clock } = await newPlane();
    await call('CreateDatabase', { DatabaseName: 'iot' });
    clock.advance(1000);
    const { Database } = await call('UpdateDatabase', { DatabaseName: 'iot', KmsKeyId: 'k2' });
    expect([Database.KmsKeyId.split('/')[1], Database.LastUpdatedTime]).toEqual([
      'k2',
      SECONDS + 1,
    ]);
    expect(await call('DeleteDatabase', { DatabaseName: 'iot' })).toEqual({});
    await expect(call('DeleteDatabase', { DatabaseName: 'iot' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The database iot does not exist.',
    });
  });

  test('need their members', async () => {
    const { call } = await newPlane();
    await expect(call('UpdateDatabase', { DatabaseName: 'iot' })).rejects.toMatchObject({
      message: clause('null', 'kmsKeyId', 'not be null'),
    });
    await expect(call('DeleteDatabase', { DatabaseName: '' })).rejects.toMatchObject({
      message: clause("''", 'databaseName', 'have length greater than or equal to 1'),
    });
  });

  test('leave a database with tables alone', async () => {
    const { call } = await planeWithTable();
    await expect(call('DeleteDatabase', { DatabaseName: 'iot' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The database iot contains tables and cannot be deleted.',
    });
  });
});

describe('CreateTable', () => {
  test('answers with the table and its defaults', async () => {
    const { created, call } = await planeWithTable();
    expect(created).toEqual({
      Table: {
        Arn: `${DATABASE_ARN}/table/sensors`,
        TableName: 'sensors',
        DatabaseName: 'iot',
        TableStatus: 'ACTIVE',
        RetentionProperties: {
          MemoryStoreRetentionPeriodInHours: 6,
          MagneticStoreRetentionPeriodInDays: 73_000,
        },
        CreationTime: SECONDS,
        LastUpdatedTime: SECONDS,
        MagneticStoreWriteProperties: { EnableMagneticStoreWrites: false },
        Schema: { CompositePartitionKey: [{ Type: 'MEASURE' }] },
      },
    });
    expect(await call('DescribeTable', SENSORS)).toEqual(created);
    const { Database } = await call('DescribeDatabase', { DatabaseName: 'iot' });
    expect(Database.TableCount).toBe(1);
  });

  test('echoes what was asked for', async () => {
    const properties = {
      RetentionProperties: {
        MemoryStoreRetentionPeriodInHours: 8766,
        MagneticStoreRetentionPeriodInDays: 1,
      },
      MagneticStoreWriteProperties: {
        EnableMagneticStoreWrites: true,
        MagneticStoreRejectedDataLocation: {
          S3Configuration: {
            BucketName: 'a-bucket.1',
            ObjectKeyPrefix: 'rejected/x',
            EncryptionOption: 'SSE_KMS',
            KmsKeyId: 'k',
          },
        },
      },
      ...key({ Type: 'DIMENSION', Name: 'site', EnforcementInRecord: 'OPTIONAL' }),
    };
    expect((await planeWithTable(properties)).created.Table).toMatchObject(properties);
  });

  test.each([
    [{ EnableMagneticStoreWrites: true, MagneticStoreRejectedDataLocation: {} }],
    [
      {
        EnableMagneticStoreWrites: true,
        MagneticStoreRejectedDataLocation: { S3Configuration: {} },
      },
    ],
  ])('echoes the empty location of %j', async (MagneticStoreWriteProperties) => {
    const { created } = await planeWithTable({ MagneticStoreWriteProperties });
    expect(created.Table.MagneticStoreWriteProperties).toEqual(MagneticStoreWriteProperties);
  });

  test('requires the partition key dimension unless told otherwise', async () => {
    const { created } = await planeWithTable(key({ Type: 'DIMENSION', Name: 'site' }));
    expect(created.Table.Schema.CompositePartitionKey).toEqual([
      { Type: 'DIMENSION', Name: 'site', EnforcementInRecord: 'REQUIRED' },
    ]);
  });

  const retention = (hours: number, days: number) => ({
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: hours,
      MagneticStoreRetentionPeriodInDays: days,
    },
  });
  const HOURS = 'retentionProperties.memoryStoreRetentionPeriodInHours';
  const DAYS = 'retentionProperties.magneticStoreRetentionPeriodInDays';
  const S3 = 'magneticStoreWriteProperties.magneticStoreRejectedDataLocation.s3Configuration';
  const location = (configuration: object) => ({
    MagneticStoreWriteProperties: {
      EnableMagneticStoreWrites: true,
      MagneticStoreRejectedDataLocation: { S3Configuration: configuration },
    },
  });

  test.each([
    [retention(0, 1), clause("'0'", HOURS, 'have value greater than or equal to 1')],
    [retention(8767, 1), clause("'8767'", HOURS, 'have value less than or equal to 8766')],
    [retention(1, 0), clause("'0'", DAYS, 'have value greater than or equal to 1')],
    [retention(1, 73_001), clause("'73001'", DAYS, 'have value less than or equal to 73000')],
    [
      { RetentionProperties: { MemoryStoreRetentionPeriodInHours: 1 } },
      clause('null', DAYS, 'not be null'),
    ],
    [
      { MagneticStoreWriteProperties: {} },
      clause('null', 'magneticStoreWriteProperties.enableMagneticStoreWrites', 'not be null'),
    ],
    [
      location({ BucketName: 'Bucket' }),
      clause(
        "'Bucket'",
        `${S3}.bucketName`,
        'satisfy regular expression pattern: [a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9]',
      ),
    ],
    [
      location({ ObjectKeyPrefix: '/x' }),
      clause(
        "'/x'",
        `${S3}.objectKeyPrefix`,
        "satisfy regular expression pattern: [a-zA-Z0-9|!\\-_*'\\(\\)]([a-zA-Z0-9]|[!\\-_*'\\(\\)\\/.])+",
      ),
    ],
    [
      location({ EncryptionOption: 'AES' }),
      clause("'AES'", `${S3}.encryptionOption`, 'satisfy enum value set: [SSE_S3, SSE_KMS]'),
    ],
    [
      key(),
      clause(
        "'[0 members]'",
        'schema.compositePartitionKey',
        'have length greater than or equal to 1',
      ),
    ],
    [
      key({ Type: 'OTHER' }),
      clause(
        "'OTHER'",
        'schema.compositePartitionKey.1.member.type',
        'satisfy enum value set: [DIMENSION, MEASURE]',
      ),
    ],
    [key({ Type: 'MEASURE' }, { Type: 'MEASURE' }), /one element, but has 2/],
    [key({ Type: 'DIMENSION' }), /must have a Name/],
    [key({ Type: 'DIMENSION', Name: 'time' }), /reserved/],
    [key({ Type: 'MEASURE', Name: 'x' }), /cannot have a Name/],
    [key({ Type: 'MEASURE', EnforcementInRecord: 'REQUIRED' }), /cannot have a Name/],
    [{ TableName: 'x' }, clause("'x'", 'tableName', 'have length greater than or equal to 3')],
  ])('refuses %j', async (request, message) => {
    await expect(planeWithTable(request)).rejects.toMatchObject({
      name: 'ValidationException',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('needs its database, and a name that is free', async () => {
    const { call } = await planeWithTable();
    await expect(call('CreateTable', SENSORS)).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(call('CreateTable', { ...SENSORS, DatabaseName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The database none does not exist.',
    });
  });
});

describe('UpdateTable', () => {
  test('replaces structures as a whole', async () => {
    const location = { S3Configuration: { BucketName: 'bucket' } };
    const { call, clock } = await planeWithTable({
      MagneticStoreWriteProperties: {
        EnableMagneticStoreWrites: true,
        MagneticStoreRejectedDataLocation: location,
      },
    });
    clock.advance(2000);
    const MagneticStoreWriteProperties = { EnableMagneticStoreWrites: false };
    const { Table } = await call('UpdateTable', { ...SENSORS, MagneticStoreWriteProperties });
    expect(Table.MagneticStoreWriteProperties).toEqual(MagneticStoreWriteProperties);
    expect([Table.CreationTime, Table.LastUpdatedTime]).toEqual([SECONDS, SECONDS + 2]);
  });

  test('keeps the enforcement of a key that is given without one', async () => {
    const optional = { Type: 'DIMENSION', Name: 'site', EnforcementInRecord: 'OPTIONAL' };
    const { call } = await planeWithTable(key(optional));
    const request = { ...SENSORS, ...key({ Type: 'DIMENSION', Name: 'site' }) };
    const { Table } = await call('UpdateTable', request);
    expect(Table.Schema.CompositePartitionKey).toEqual([optional]);
  });

  test('refuses another partition key', async () => {
    const { call } = await planeWithTable();
    await expect(
      call('UpdateTable', { ...SENSORS, ...key({ Type: 'DIMENSION', Name: 'site' }) }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('DescribeTable and DeleteTable', () => {
  test('name the database before the table when both are missing', async () => {
    const { call } = await planeWithTable();
    expect(await call('DeleteTable', SENSORS)).toEqual({});
    for (const name of ['DescribeTable', 'DeleteTable', 'UpdateTable']) {
      await expect(call(name, SENSORS)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'The table sensors does not exist.',
      });
      await expect(call(name, { ...SENSORS, DatabaseName: 'x' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'The database x does not exist.',
      });
    }
  });
});

describe('ListDatabases and ListTables', () => {
  test('page to the end, without a token on the last page', async () => {
    const { call } = await newPlane();
    for (const DatabaseName of ['bbb', 'aaa', 'ccc']) {
      await call('CreateDatabase', { DatabaseName });
      await call('CreateTable', { DatabaseName, TableName: 'ttt' });
    }
    for (const [name, list, member] of [
      ['ListDatabases', 'Databases', 'DatabaseName'],
      ['ListTables', 'Tables', 'DatabaseName'],
    ] as const) {
      const seen: string[] = [];
      let NextToken: string | undefined;
      for (let page = 1; page <= 3; page++) {
        const answer = await call(name, { MaxResults: 1, NextToken });
        seen.push(...answer[list].map((item: Record<string, string>) => item[member]));
        NextToken = answer.NextToken;
        expect('NextToken' in answer).toBe(page < 3);
      }
      expect(seen).toEqual(['aaa', 'bbb', 'ccc']);
    }
    const { Tables } = await call('ListTables', { DatabaseName: 'bbb' });
    expect(Tables).toHaveLength(1);
    expect(Tables[0].Schema).toBeDefined();
  });

  test.each(['ListDatabases', 'ListTables'])('%s refuses bad pages', async (name) => {
    const { call } = await newPlane();
    await expect(call(name, { MaxResults: 21 })).rejects.toMatchObject({
      message: clause("'21'", 'maxResults', 'have value less than or equal to 20'),
    });
    await expect(call(name, { MaxResults: 0 })).rejects.toMatchObject({
      message: clause("'0'", 'maxResults', 'have value greater than or equal to 1'),
    });
    await expect(call(name, { NextToken: 'garbled' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Invalid NextToken.',
    });
  });

  test('need the database they are asked for', async () => {
    const { call } = await newPlane();
    await expect(call('ListTables', { DatabaseName: 'none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('TagResource, UntagResource and ListTagsForResource', () => {
  test('work on databases and tables, also those tagged when created', async () => {
    const { call } = await planeWithTable({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceARN = `${DATABASE_ARN}/table/sensors`;
    const Tags = [{ Key: 'b', Value: '' }];
    expect(await call('TagResource', { ResourceARN, Tags })).toEqual({});
    expect(await call('ListTagsForResource', { ResourceARN })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }, ...Tags],
    });
    expect(await call('UntagResource', { ResourceARN, TagKeys: ['a', 'x'] })).toEqual({});
    expect(await call('ListTagsForResource', { ResourceARN, MaxResults: 200 })).toEqual({ Tags });
  });

  test('refuse what is malformed', async () => {
    const { call } = await planeWithTable();
    await expect(call('TagResource', { ResourceARN: DATABASE_ARN })).rejects.toMatchObject({
      message: clause('null', 'tags', 'not be null'),
    });
    await expect(
      call('UntagResource', { ResourceARN: DATABASE_ARN, TagKeys: [''] }),
    ).rejects.toMatchObject({
      message: clause("''", 'tagKeys.1.member', 'have length greater than or equal to 1'),
    });
    await expect(call('ListTagsForResource', { ResourceARN: 'x' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('UpdateAccountSettings', () => {
  const initial = {
    MaxQueryTCU: 200,
    QueryPricingModel: 'COMPUTE_UNITS',
    QueryCompute: { ComputeMode: 'ON_DEMAND' },
  };
  const provision = (TargetQueryTCU: number) => ({
    QueryCompute: { ComputeMode: 'PROVISIONED', ProvisionedCapacity: { TargetQueryTCU } },
  });

  test('keeps what it was given', async () => {
    const { call } = await newPlane();
    expect(await call('DescribeAccountSettings', {})).toEqual(initial);
    const changed = { ...initial, MaxQueryTCU: 4 };
    const update = { MaxQueryTCU: 4, QueryPricingModel: 'COMPUTE_UNITS' };
    expect(await call('UpdateAccountSettings', update)).toEqual(changed);
    expect(await call('DescribeAccountSettings', {})).toEqual(changed);
    expect(await call('UpdateAccountSettings', {})).toEqual(changed);
  });

  test.each([
    { MaxQueryTCU: 0 },
    { MaxQueryTCU: 6 },
    { MaxQueryTCU: 1004 },
    { MaxQueryTCU: -4 },
    { QueryPricingModel: 'BYTES_SCANNED' },
    { QueryPricingModel: 'FREE' },
    { QueryCompute: { ProvisionedCapacity: { TargetQueryTCU: 4 } } },
    provision(4),
  ])('refuses %j', async (update) => {
    const { call } = await newPlane();
    await expect(call('UpdateAccountSettings', update)).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await call('DescribeAccountSettings', {})).toEqual(initial);
  });

  test('provisions capacity where Timestream does, and lowers it only after an hour', async () => {
    const { call, clock } = await newPlane();
    const update = (request: object) => call('UpdateAccountSettings', request, 'ap-south-1');
    const { QueryCompute } = await update({
      QueryCompute: {
        ComputeMode: 'PROVISIONED',
        ProvisionedCapacity: {
          TargetQueryTCU: 8,
          NotificationConfiguration: { RoleArn: 'arn:r', SnsConfiguration: { TopicArn: 'arn:t' } },
        },
      },
    });
    expect(QueryCompute).toEqual({
      ComputeMode: 'PROVISIONED',
      ProvisionedCapacity: {
        ActiveQueryTCU: 8,
        NotificationConfiguration: { RoleArn: 'arn:r', SnsConfiguration: { TopicArn: 'arn:t' } },
        LastUpdate: { TargetQueryTCU: 8, Status: 'SUCCEEDED' },
      },
    });
    clock.advance(3_599_999);
    await expect(update(provision(4))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(update(provision(6))).rejects.toMatchObject({ name: 'ValidationException' });
    clock.advance(1);
    expect((await update(provision(0))).QueryCompute.ProvisionedCapacity.ActiveQueryTCU).toBe(0);
    const back = await update({ QueryCompute: { ComputeMode: 'ON_DEMAND' } });
    expect(back).toEqual(initial);
  });
});

describe('DescribeEndpoints', () => {
  test('gives the address in the form of the asking SDK', async () => {
    const operation = describeEndpoints({
      cells: singleCell({ name: 'cell' }),
      accountId: '000000000000',
    });
    const endpoints = async (userAgent: string) =>
      JSON.parse(String(await operation.run(new Uint8Array(), { ...context, userAgent })));
    expect(await endpoints('aws-sdk-js/3.1')).toEqual({
      Endpoints: [{ Address: 'localhost', CachePeriodInMinutes: 1440 }],
    });
    expect((await endpoints('Boto3/1.43')).Endpoints[0].Address).toBe('http://localhost:8453');
  });
});
