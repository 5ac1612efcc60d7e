/** Queries as the simulation asks them, run in this thread, and what the model says to them. */
import type { Random } from '../../src/host/random.ts';
import { prepareStatement } from '../../src/query/execute/prepare-statement.ts';
import { ThreadRun } from '../../src/query/execute/thread-run.ts';
import { TileDictionaries } from '../../src/query/execute/tile-dictionaries.ts';
import { type ReadonlyRow, rowOf, rowText, type SimRecord, timeText } from './sim-record.ts';
import { type Ground, RESIDENT_BYTES_MAX, type World } from './world.ts';

export interface OpenQuery {
  readonly sql: string;
  /** Rows as texts, sorted; NULLs are left out. Once. */
  rows(): Promise<readonly string[]>;
}

/** Sees the rows as they are when it is called. */
export function openQuery(
  { queryEngine, residents, clock }: Ground,
  { catalog, memory, magnetic }: World,
  query: { readonly sql: string; readonly kernels: boolean },
): OpenQuery {
  const { sql, kernels } = query;
  const prepared = prepareStatement(sql, {
    catalog,
    memory,
    magnetic,
    clock,
    residentBytesMax: RESIDENT_BYTES_MAX,
    kernels,
  });
  if (prepared.kind !== 'room') throw new Error(`${sql} is no query`);
  const names = prepared.columns.map(({ name }) => name);
  return {
    sql,
    async rows() {
      const dictionaries = new TileDictionaries();
      const room = { engine: queryEngine, slabs: memory.slabs, dictionaries, residents };
      const run = new ThreadRun(room, prepared.statement);
      const page = await run.page({ rowsMax: 1e6, bytesMax: 2 ** 28 });
      await run.close();
      prepared.release();
      if (page.kind === 'failed') throw new Error(`${sql}: ${page.text}`);
      const parsed = JSON.parse(`[${Buffer.from(page.page.rows).toString()}]`) as {
        readonly Data: readonly { readonly ScalarValue?: string }[];
      }[];
      return parsed.map(({ Data }) => rowText(namedRow(names, Data))).sort();
    },
  };
}

function namedRow(
  names: readonly string[],
  data: readonly { readonly ScalarValue?: string }[],
): ReadonlyRow {
  const cells = data.flatMap(({ ScalarValue }, at) =>
    ScalarValue === undefined ? [] : [[names[at] ?? '', ScalarValue] as const],
  );
  return Object.fromEntries(cells);
}

export interface ModelQuery {
  readonly sql: string;
  /** As OpenQuery.rows() gives them. */
  expected(records: readonly SimRecord[]): readonly string[];
}

export function everything(table: string): ModelQuery {
  return {
    sql: `SELECT * FROM sim.${table}`,
    expected: (records) => records.map((record) => rowText(rowOf(record))).sort(),
  };
}

interface Condition {
  readonly sql: string;
  readonly holds: (record: SimRecord) => boolean;
}

/** For a table that has the dimensions `host` and `region`. */
export function randomQuery(random: Random, table: string, nowNanos: bigint): ModelQuery {
  const conditions = CONDITIONS.filter(() => random.integer(3) === 0).map((make) =>
    make(random, nowNanos),
  );
  const where = conditions.length === 0 ? '' : ` WHERE ${texts(conditions).join(' AND ')}`;
  const from = ` FROM sim.${table}${where}`;
  const matching = (records: readonly SimRecord[]) =>
    records.filter((record) => conditions.every(({ holds }) => holds(record)));
  const shape = random.integer(4);
  if (shape === 0) {
    const { expected } = everything(table);
    return { sql: `SELECT *${from}`, expected: (records) => expected(matching(records)) };
  }
  const keys = [[], ['measure_name'], ['host', 'measure_name'], ['region', 'host']][shape - 1]!;
  const group = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  const list = [...keys, 'count(*) AS n', 'min(time) AS first', 'count(region) AS r'].join(', ');
  return {
    sql: `SELECT ${list}, max(time) AS last${from}${group}`,
    expected: (records) => grouped(matching(records), keys),
  };
}

const texts = (conditions: readonly Condition[]) => conditions.map(({ sql }) => sql);

const CONDITIONS: readonly ((random: Random, nowNanos: bigint) => Condition)[] = [
  (random, nowNanos) => {
    const ms = Number(nowNanos / 1_000_000n) - random.integer(72 * 60) * 60_000;
    const time = BigInt(ms) * 1_000_000n;
    return { sql: `time >= from_milliseconds(${ms})`, holds: (record) => record.time >= time };
  },
  (random, nowNanos) => {
    const ms = Number(nowNanos / 1_000_000n) - random.integer(72 * 60) * 60_000;
    const time = BigInt(ms) * 1_000_000n;
    return { sql: `time < from_milliseconds(${ms})`, holds: (record) => record.time < time };
  },
  (random) => {
    const names = [`stats${random.integer(4)}`, `count${random.integer(4)}`];
    return {
      sql: `measure_name IN ('${names.join("', '")}')`,
      holds: ({ measureName }) => names.includes(measureName),
    };
  },
  (random) => {
    const host = `h${random.integer(10)}`;
    return { sql: `host = '${host}'`, holds: ({ dimensions }) => dimensions['host'] === host };
  },
  (random) =>
    random.integer(2) === 0
      ? { sql: "region = 'eu'", holds: ({ dimensions }) => dimensions['region'] === 'eu' }
      : {
          sql: 'region IS NULL',
          holds: ({ dimensions }) => dimensions['region'] === undefined,
        },
];

function grouped(records: readonly SimRecord[], keys: readonly string[]): readonly string[] {
  const groups = new Map<string, { row: ReadonlyRow; records: SimRecord[] }>();
  if (keys.length === 0) groups.set('', { row: {}, records: [] });
  for (const record of records) {
    const all = rowOf(record);
    const row = Object.fromEntries(
      keys.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])),
    );
    const key = keys.length === 0 ? '' : rowText(row);
    const group = groups.get(key) ?? { row, records: [] };
    groups.set(key, group);
    group.records.push(record);
  }
  return [...groups.values()]
    .map(({ row, records: own }) => {
      const times = own.map(({ time }) => time).sort((a, b) => (a < b ? -1 : 1));
      const [first, last] = [times[0], times.at(-1)];
      return rowText({
        ...row,
        n: `${own.length}`,
        r: `${own.filter(({ dimensions }) => dimensions['region'] !== undefined).length}`,
        ...(first !== undefined && { first: timeText(first) }),
        ...(last !== undefined && { last: timeText(last) }),
      });
    })
    .sort();
}
