/** A server whose clock a test moves, with small tiles: what days do to rows, in seconds. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  type _Record as Record,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { RECORDS_PER_WRITE_MAX } from '../../src/base/limits.ts';
import { rowsOf, type Value } from './rows.ts';
import { startTessera, type Tessera } from './tessera.ts';

const DATABASE = 'life';

export interface Life {
  readonly server: Tessera;
  /** The server's clock, in milliseconds. */
  now(): Promise<number>;
  /** Resolves when all that is due at the new time has been done. */
  advance(by: string): Promise<void>;
  createTable(table: string, input?: Partial<CreateTableCommandInput>): Promise<void>;
  updateTable(table: string, input: Partial<UpdateTableCommandInput>): Promise<void>;
  /** In requests of full size. */
  write(table: string, records: readonly Record[]): Promise<void>;
  rows(sql: string): Promise<readonly (readonly Value[])[]>;
  explain(sql: string): Promise<string>;
  metric(name: string): Promise<number>;
  /** Keys of objects below this prefix. */
  objects(prefix: string): Promise<readonly string[]>;
}

export async function startLife(options: {
  readonly tileRows?: number;
  readonly dataDir?: string;
  readonly args?: readonly string[];
}): Promise<Life> {
  const { tileRows = 100, dataDir, args = [] } = options;
  const server = await startTessera({
    ...(dataDir !== undefined && { dataDir }),
    args: ['--clock', 'manual', '--tile-rows', String(tileRows), ...args],
  });
  if (dataDir === undefined) {
    await server.write.send(new CreateDatabaseCommand({ DatabaseName: DATABASE }));
  }
  const rows: Life['rows'] = (sql) => rowsOf(server.query, sql);
  return {
    server,
    rows,
    async now() {
      return await clock(server, '/clock');
    },
    async advance(by) {
      await clock(server, '/clock/advance', JSON.stringify({ by }));
    },
    async createTable(table, input = {}) {
      await server.write.send(
        new CreateTableCommand({ DatabaseName: DATABASE, TableName: table, ...input }),
      );
    },
    async updateTable(table, input) {
      await server.write.send(
        new UpdateTableCommand({ DatabaseName: DATABASE, TableName: table, ...input }),
      );
    },
    async write(table, records) {
      for (let from = 0; from < records.length; from += RECORDS_PER_WRITE_MAX) {
        await server.write.send(
          new WriteRecordsCommand({
            DatabaseName: DATABASE,
            TableName: table,
            Records: records.slice(from, from + RECORDS_PER_WRITE_MAX),
          }),
        );
      }
    },
    async explain(sql) {
      return (await rows(`EXPLAIN ${sql}`)).flat().join('\n');
    },
    async metric(name) {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`there is no metric ${name}`);
      return Number(value);
    },
    async objects(prefix) {
      const folder = join(server.dataDir, 'objects');
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
  };
}

export function retention(memoryHours: number, magneticDays: number) {
  return {
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: memoryHours,
      MagneticStoreRetentionPeriodInDays: magneticDays,
    },
  };
}

/** A record of one bigint; its series is that of the host. */
export function point(host: string, timeMs: number, value: number, version = 1): Record {
  return {
    Dimensions: [{ Name: 'host', Value: host }],
    MeasureName: 'load',
    MeasureValue: String(value),
    MeasureValueType: 'BIGINT',
    Time: String(timeMs),
    Version: version,
  };
}

async function clock(server: Tessera, path: string, body?: string): Promise<number> {
  const response = await fetch(
    server.url + path,
    body === undefined ? {} : { method: 'POST', body },
  );
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const { now } = (await response.json()) as { readonly now: string };
  return Date.parse(now);
}
