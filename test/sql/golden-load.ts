/**
 * Writes the records of a golden file. Tables keep magnetic store writes on, so that fixed times of
 * the past are taken for good; times such as `now-10m` count back from the start of the run.
 */
import {
  ConflictException,
  CreateDatabaseCommand,
  CreateTableCommand,
  type _Record as SdkRecord,
  type TimestreamWriteClient,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import type { Load, MeasureLine, RecordLine } from './golden-file.ts';

const RECORDS_PER_WRITE = 100;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `nowMs` is what `now` means in the times of the records. */
export async function loadTable(
  client: TimestreamWriteClient,
  load: Load,
  nowMs: number,
): Promise<void> {
  const names = { DatabaseName: load.database, TableName: load.table };
  await createDatabase(client, load.database);
  await client.send(
    new CreateTableCommand({
      ...names,
      RetentionProperties: {
        MemoryStoreRetentionPeriodInHours: 8766,
        MagneticStoreRetentionPeriodInDays: 73_000,
      },
      MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
      ...(load.partitionKey === undefined ? {} : { Schema: partitionedBy(load.partitionKey) }),
    }),
  );
  const records = load.records.map((record) => sdkRecord(record, nowMs));
  for (let at = 0; at < records.length; at += RECORDS_PER_WRITE) {
    const Records = records.slice(at, at + RECORDS_PER_WRITE);
    await client.send(new WriteRecordsCommand({ ...names, Records }));
  }
}

function partitionedBy(name: string) {
  return {
    CompositePartitionKey: [
      { Type: 'DIMENSION' as const, Name: name, EnforcementInRecord: 'OPTIONAL' as const },
    ],
  };
}

async function createDatabase(client: TimestreamWriteClient, name: string): Promise<void> {
  try {
    await client.send(new CreateDatabaseCommand({ DatabaseName: name }));
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error; // another load made it
  }
}

function sdkRecord(record: RecordLine, nowMs: number): SdkRecord {
  const Dimensions = record.dimensions.map(([Name, Value]) => ({ Name, Value }));
  const common = {
    Dimensions,
    MeasureName: record.measureName,
    Time: nanoseconds(record.time, nowMs),
    TimeUnit: 'NANOSECONDS' as const,
  };
  const [first] = record.values;
  if (first?.name === undefined) {
    return { ...common, MeasureValue: first?.value, MeasureValueType: first?.type };
  }
  const MeasureValues = record.values.map((measure) => ({
    Name: measure.name,
    Value: wireValue(measure, nowMs),
    Type: measure.type,
  }));
  return { ...common, MeasureValueType: 'MULTI', MeasureValues };
}

/** A measure of type timestamp is written in the record's unit. */
function wireValue(measure: MeasureLine, nowMs: number): string {
  return measure.type === 'TIMESTAMP' ? nanoseconds(measure.value, nowMs) : measure.value;
}

/** `2024-05-01 10:00:00[.fraction]` or `now[-10m]`, as nanoseconds since 1970. */
function nanoseconds(time: string, nowMs: number): string {
  const relative = /^now(?:-(\d+)([smhd]))?$/.exec(time);
  if (relative) {
    const unit = UNIT_MS[(relative[2] ?? 's') as keyof typeof UNIT_MS];
    return `${nowMs - Number(relative[1] ?? 0) * unit}000000`;
  }
  const [seconds = '', fraction = ''] = time.split('.');
  const ms = Date.parse(`${seconds.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${time}`);
  return String(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}
