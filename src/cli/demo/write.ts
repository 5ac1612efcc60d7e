/** Writing through the SDK: databases and tables that may exist, records in requests of 100. */
import {
  ConflictException,
  CreateDatabaseCommand,
  CreateTableCommand,
  type Dimension,
  type _Record as Record,
  RejectedRecordsException,
  type TimestreamWriteClient,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { RECORDS_PER_WRITE_MAX } from '../../base/limits.ts';
import { CommandError, EXIT } from '../exit.ts';

export type { Record };

export interface TableName {
  readonly database: string;
  readonly table: string;
}

export interface Records extends TableName {
  /** Common to all records. */
  readonly dimensions: readonly Dimension[];
  readonly records: readonly Record[];
  /** Of all records; a later load of the same times replaces what an earlier one wrote. */
  readonly version?: number;
}

const RETENTION = {
  MemoryStoreRetentionPeriodInHours: 48,
  MagneticStoreRetentionPeriodInDays: 365,
};

export async function ensureDatabase(client: TimestreamWriteClient, name: string): Promise<void> {
  await unlessThere(client.send(new CreateDatabaseCommand({ DatabaseName: name })));
}

export async function ensureTable(client: TimestreamWriteClient, name: TableName): Promise<void> {
  const command = new CreateTableCommand({
    DatabaseName: name.database,
    TableName: name.table,
    RetentionProperties: RETENTION,
  });
  await unlessThere(client.send(command));
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}

export async function writeAll(client: TimestreamWriteClient, input: Records): Promise<void> {
  for (let from = 0; from < input.records.length; from += RECORDS_PER_WRITE_MAX) {
    await writeSome(client, input, from);
  }
}

/** Writes one request's worth of the records, starting at `from`. */
export async function writeSome(
  client: TimestreamWriteClient,
  input: Records,
  from: number,
): Promise<void> {
  const command = new WriteRecordsCommand({
    DatabaseName: input.database,
    TableName: input.table,
    CommonAttributes: {
      Dimensions: [...input.dimensions],
      ...(input.version === undefined ? {} : { Version: input.version }),
    },
    Records: input.records.slice(from, from + RECORDS_PER_WRITE_MAX),
  });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof RejectedRecordsException)) throw error;
    const reason = error.RejectedRecords?.[0]?.Reason ?? error.message;
    throw new CommandError(EXIT.failed, `${input.table}: a record was rejected: ${reason}`);
  }
}
