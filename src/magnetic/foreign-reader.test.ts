/** Objects are plain Parquet: hyparquet, which shares no code with DuckDB, reads the same rows. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeObject } from './api.ts';
import {
  LAYOUT,
  openWorkbench,
  type PlainRow,
  type Workbench,
  written,
} from './objects.test-support.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const T0 = 1_700_000_000_123_456_789n;

async function foreignRows(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({
    file: await asyncBufferFromFile(path),
    compressors,
    parsers: { timestampFromNanoseconds: (nanos) => nanos },
  });
}

it('is read by another implementation: every type, NULLs, nanoseconds, any text', async () => {
  const rows: PlainRow[] = [
    {
      ...{ d0: 'Zürich 🦆', d1: "it's", measure_name: '日本', time: T0, ts_version: 2n ** 62n },
      ...{ c0: -0.1, c4: 5e-324, c5: -(2n ** 63n), c6: 'a\0b', c7: true, c8: 2n ** 63n - 1n },
    },
    { d0: 'b', measure_name: 'load', time: T0 + 1n, ts_version: 1n, c0: 1e300 },
    { d0: 'c', d1: '', measure_name: 'cpu', time: T0 - 1n, ts_version: 1n, c7: false, c8: 1n },
  ];
  const { path } = await written(bench, rows);
  const expected = rows.map((row) =>
    Object.fromEntries(LAYOUT.map(({ nameInFile, name }) => [nameInFile, row[name] ?? null])),
  );
  expect(Object.keys(expected[0] ?? {})).toEqual([
    ...['region', 'host', 'measure_name', 'time', 'ts_version', 'measure_value::double'],
    ...['idle', 'count', 'state', 'up', 'seen'],
  ]);
  const found = await foreignRows(path);
  const byRegion = (a: Record<string, unknown>, b: Record<string, unknown>): number =>
    `${a['region']}` < `${b['region']}` ? -1 : 1;
  expect(found.map(withNulls).toSorted(byRegion)).toEqual(expected.toSorted(byRegion));
});

it('is read by another implementation: several row groups, encodings of many values', async () => {
  const rows = 150_000;
  const path = `${bench.folder}/many.parquet`;
  const relation = `SELECT NULL::VARCHAR AS d0, 'host-' || (i % 10) AS d1, 'cpu' AS measure_name,
      ${T0} + i AS "time", 1::BIGINT AS ts_version, NULL::DOUBLE AS c0, sqrt(i) AS c4,
      i * i AS c5, 'text ' || i AS c6, i % 3 = 0 AS c7, i * 1000 AS c8
    FROM range(${rows}) AS t(i)`;
  await writeObject(bench.engine, { layout: LAYOUT, relation, path, sortFirst: undefined });
  const found = await foreignRows(path);
  expect(found).toHaveLength(rows);
  for (const { time, host, idle, count, state, up, seen } of found) {
    const i = Number((time as bigint) - T0);
    const expected = [`host-${i % 10}`, Math.sqrt(i), BigInt(i) ** 2n, `text ${i}`];
    if (host === expected[0] && idle === expected[1] && count === expected[2]) {
      if (state === expected[3] && up === (i % 3 === 0) && seen === BigInt(i) * 1000n) continue;
    }
    expect.fail(`row ${i} is ${[host, idle, count, state, up, seen].join(' ')}`);
  }
});

it('says what it is: times are UTC nanoseconds, compressed with zstd', async () => {
  const { path } = await written(bench, [{ measure_name: 'm', time: T0, ts_version: 1n }]);
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
  const time = metadata.schema.find(({ name }) => name === 'time');
  expect(time?.logical_type).toMatchObject({ type: 'TIMESTAMP', unit: 'NANOS' });
  const codecs = metadata.row_groups.flatMap(({ columns }) =>
    columns.map((column) => column.meta_data?.codec),
  );
  expect(new Set(codecs)).toEqual(new Set(['ZSTD']));
});

function withNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]));
}
