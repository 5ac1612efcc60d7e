/**
 * The fold, against random histories: whatever clients ask for, a snapshot at any point plus the
 * records after it give the state that all records give.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogModel } from './catalog-model.ts';
import { type CatalogState, EMPTY_CATALOG, foldCatalog } from './catalog-state.ts';
import {
  type Decision,
  decideCreateDatabase,
  decideDeleteDatabase,
  decideUpdateDatabase,
} from './decide-database.ts';
import { decideCreateTable, decideDeleteTable, decideUpdateTable } from './decide-table.ts';
import { decideTags } from './decide-tags.ts';
import type { CatalogRecord } from './records.ts';
import { SchemaDraft } from './schema-draft.ts';

const accountId = '000000000000';
const atMs = 1_700_000_000_000;

type Ask = (state: CatalogState) => Decision;

const database = fc.constantFrom('aaa', 'bbb', '__proto__');
const table = fc.constantFrom('ttt', 'uuu', 'constructor');
const text = fc.constantFrom('x', 'y', 'host', '__proto__');
const tableName = fc.record({ database, table });
const retention = fc.record({ memoryHours: fc.nat(10), magneticDays: fc.nat(10) });
const enforcement = fc.constantFrom('REQUIRED' as const, 'OPTIONAL' as const);
const partitionKey = fc.record({
  kind: fc.constant('dimension' as const),
  name: text,
  enforcement,
});
const magneticWrites = fc.record(
  {
    enabled: fc.boolean(),
    rejectedDataLocation: fc.record(
      { s3: fc.record({ bucketName: text }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['enabled'] },
);
const tags = fc.array(fc.record({ key: text, value: text }), { maxLength: 3 });
const arn = tableName.chain(({ database: d, table: t }) => {
  const of = `arn:aws:timestream:us-east-1:${accountId}:database/${d}`;
  return fc.constantFrom(of, `${of}/table/${t}`);
});
const shape = fc.record({
  measureName: text,
  measureType: fc.constantFrom('double' as const, 'bigint' as const, 'multi' as const),
  dimensions: fc.uniqueArray(text),
  attributes: fc.array(
    fc.record({ name: fc.constantFrom('p', 'q'), type: fc.constantFrom('double' as const) }),
  ),
});

const ask: fc.Arbitrary<Ask> = fc.oneof(
  fc.tuple(database, tags).map(([name, added]): Ask => {
    const request = { name, region: 'us-east-1', tags: added };
    return (state) => decideCreateDatabase(state, request, { kmsKeyArn: 'k', atMs });
  }),
  fc.tuple(database, text).map(([name, kmsKeyArn]): Ask => {
    return (state) => decideUpdateDatabase(state, name, { kmsKeyArn, atMs });
  }),
  database.map(
    (name): Ask =>
      (state) =>
        decideDeleteDatabase(state, name),
  ),
  fc
    .tuple(
      tableName,
      fc.record({ retention, partitionKey, magneticWrites, tags }, { requiredKeys: [] }),
    )
    .map(
      ([name, rest]): Ask =>
        (state) =>
          decideCreateTable(state, { ...name, ...rest }, atMs),
    ),
  fc
    .tuple(tableName, fc.record({ retention, partitionKey, magneticWrites }, { requiredKeys: [] }))
    .map(
      ([name, rest]): Ask =>
        (state) =>
          decideUpdateTable(state, { ...name, ...rest }, atMs),
    ),
  tableName.map(
    (name): Ask =>
      (state) =>
        decideDeleteTable(state, name),
  ),
  fc.record({ arn, set: tags, removed: fc.array(text) }).map(
    (request): Ask =>
      (state) =>
        decideTags(state, { ...request, accountId }),
  ),
  fc.tuple(fc.nat(5), shape).map(
    ([pick, wanted]): Ask =>
      (state) => {
        const id = state.tables.sortedKeys[pick];
        if (id === undefined) return undefined;
        const draft = new SchemaDraft(state.tables.get(id)!.schema);
        draft.take(wanted);
        const { additions } = draft;
        return additions && { v: 1, kind: 'schema-extended', table: id, additions };
      },
  ),
);

/** The records that the asks come to, each decided on the state after those before it. */
function recordsOf(asks: readonly Ask[]): CatalogRecord[] {
  const records: CatalogRecord[] = [];
  let state = EMPTY_CATALOG;
  for (const next of asks) {
    const decision = next(state);
    if (decision === undefined || decision instanceof Error) continue;
    records.push(JSON.parse(JSON.stringify(decision)) as CatalogRecord);
    state = foldCatalog(state, decision);
  }
  return records;
}

function jsonOf(state: CatalogState): unknown {
  return catalogModel.snapshot.toJson(state);
}

const fold = (records: readonly CatalogRecord[], from = EMPTY_CATALOG) =>
  records.reduce(foldCatalog, from);

describe('foldCatalog()', () => {
  test('gives the same state from a snapshot and the tail as from all records', () => {
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 60 }), fc.nat(), (asks, cut) => {
        const records = recordsOf(asks);
        const at = cut % (records.length + 1);
        const { snapshot } = catalogModel;
        const json = JSON.parse(JSON.stringify(snapshot.toJson(fold(records.slice(0, at)))));
        const restored = fold(records.slice(at), snapshot.fromJson(json, snapshot.version));
        const full = fold(records);
        expect(normal(jsonOf(restored))).toEqual(normal(jsonOf(full)));
      }),
      { numRuns: 200 },
    );
  });

  test('keeps databases, tables and tiles consistent', () => {
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 60 }), (asks) => {
        const state = fold(recordsOf(asks));
        const listed = [...state.databases.values()].flatMap(({ name, tables }) =>
          [...tables].map(([tableName, id]) => [id, name, tableName] as const),
        );
        expect(listed.length).toBe(state.tables.size);
        expect(state.tiles.tileCount).toBe(state.tables.size);
        for (const [id, name, tableName] of listed) {
          expect(state.tables.get(id)).toMatchObject({ id, database: name, name: tableName });
          expect(state.tiles.within(id)).toHaveLength(1);
          expect(id).toBeLessThan(state.next.table);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('never changes a state it was given', () => {
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 30 }), (asks) => {
        let state = EMPTY_CATALOG;
        for (const record of recordsOf(asks)) {
          const before = JSON.stringify(jsonOf(state));
          const after = foldCatalog(state, record);
          expect(JSON.stringify(jsonOf(state))).toBe(before);
          state = after;
        }
      }),
    );
  });
});

/** Maps iterate in the order of insertion within a bucket, which no reader relies on. */
function normal(json: unknown): unknown {
  const { databases, tables, ...rest } = json as {
    databases: { name: string }[];
    tables: { id: number; schema: { measures: [string][] } }[];
  };
  return {
    ...rest,
    databases: [...databases].sort((a, b) => (a.name < b.name ? -1 : 1)),
    tables: [...tables]
      .sort((a, b) => a.id - b.id)
      .map((table) => ({
        ...table,
        schema: {
          ...table.schema,
          measures: [...table.schema.measures].sort(([a], [b]) => (a < b ? -1 : 1)),
        },
      })),
  };
}
