/**
 * For tests: a query from its text to its rows, through DuckDB, with given rows for each table.
 */
import { type Engine, openEngine, readRows, type VectorValue } from '../../engine/api.ts';
import { analyse } from '../analyse/api.ts';
import { TEST_NOW, TEST_SCHEMA } from '../analyse/test-schema.test-support.ts';
import type { LiteralValue } from '../analyse/typed.ts';
import { KERNELS } from '../kernels/api.ts';
import { scalarFunctionOf } from '../kernels/scalar-function.ts';
import { parseStatement } from '../parse/api.ts';
import { planQuery, type ScanPlan } from '../plan/api.ts';
import { type LoweredQuery, lowerQuery } from './api.ts';
import { literalText } from './text.ts';

export type TestRow = Readonly<Record<string, LiteralValue>>;

export async function openTestEngine(): Promise<Engine> {
  const engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: 'unused',
    allowedDirectories: [],
  });
  for (const kernel of KERNELS) engine.registerFunction(scalarFunctionOf(kernel));
  return engine;
}

export function lowered(sql: string): LoweredQuery {
  const statement = parseStatement(sql);
  const analysed = analyse(statement, TEST_SCHEMA, { nowNanos: TEST_NOW });
  if (analysed.kind !== 'query') throw new Error(`${sql} is no query`);
  return lowerQuery(planQuery(analysed, { nowNanos: TEST_NOW }), { nowNanos: TEST_NOW });
}

/** The rows of a scan as a sub-query of literals. */
export function scanText({ columns }: ScanPlan, rows: readonly TestRow[]): string {
  const selects = rows.map(
    (row) =>
      `SELECT ${columns
        .map(
          ({ name, source }) => `${literalText(row[source.name] ?? null, source.type)} AS ${name}`,
        )
        .join(', ')}`,
  );
  const empty = columns.map(({ name, source }) => `${literalText(null, source.type)} AS ${name}`);
  return `(${[...selects, `SELECT ${empty.join(', ')} WHERE false`].join(' UNION ALL ')})`;
}

export async function runLowered(
  engine: Engine,
  { sql, scans }: LoweredQuery,
  rowsOf: (scan: ScanPlan) => readonly TestRow[],
): Promise<readonly (readonly VectorValue[])[]> {
  const text = sql.replace(/tile_scan\((\d+)\)/g, (_, id: string) => {
    const scan = scans.find((each) => each.scan === Number(id));
    if (scan === undefined) throw new Error(`no plan for scan ${id}`);
    return scanText(scan, rowsOf(scan));
  });
  return await readRows(engine, text);
}
