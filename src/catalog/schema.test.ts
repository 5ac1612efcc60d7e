import { describe, expect, test } from 'vitest';
import { newCatalog } from '../../test/support/new-catalog.ts';
import type { TableId } from '../base/brand.ts';
import type { MeasureType, StoredType } from '../base/types.ts';
import { SchemaDraft } from './schema-draft.ts';
import { type SchemaAdditions, TableSchema } from './table-schema.ts';

async function withTable() {
  const world = await newCatalog();
  await world.catalog.createDatabase({ name: 'iot', region: 'us-east-1' });
  const table = await world.catalog.createTable({ database: 'iot', table: 'sensors' });
  return { ...world, table };
}

function measure(name: string, type: MeasureType = 'double', dimensions: string[] = ['host']) {
  return { name, type, dimensions };
}

function additions(
  measures: readonly ReturnType<typeof measure>[],
  attributes: Readonly<Record<string, StoredType>> = {},
): SchemaAdditions {
  const named = Object.entries(attributes).map(([name, type]) => ({ name, type }));
  return { measures, attributes: named };
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('extendSchema()', () => {
  test('gives ids in the order of creation', async () => {
    const { catalog, table } = await withTable();
    await catalog.extendSchema(
      table.id,
      additions([measure('cpu', 'double', ['region', 'host'])], { temp: 'double' }),
    );
    await catalog.extendSchema(
      table.id,
      additions([measure('env', 'multi', ['host', 'az'])], { temp: 'double', seen: 'timestamp' }),
    );
    const { schema } = catalog.tableById(table.id)!;
    expect(schema.dimensions).toEqual(['region', 'host', 'az']);
    expect(schema.dimensionId('az')).toBe(2);
    expect(schema.attributes.map(({ name }) => name)).toEqual(['temp', 'seen']);
    expect(schema.attributeIndex('seen')).toBe(1);
    expect(schema.measures.get('env')).toEqual({ type: 'multi', dimensionIds: [1, 2] });
    expect([...schema.scalarTypes]).toEqual(['double']);
  });

  test('is durable when it resolves, and does nothing for what is known', async () => {
    const world = await withTable();
    const { catalog, table, metadata } = world;
    await catalog.extendSchema(table.id, additions([measure('cpu')]));
    const { position } = metadata;
    const again = await catalog.extendSchema(table.id, additions([measure('cpu')]));
    expect(again.kind).toBe('extended');
    expect(metadata.position).toBe(position);
    const { catalog: reopened } = await world.reopen();
    expect(reopened.tableById(table.id)?.schema.measures.has('cpu')).toBe(true);
  });

  test('extends the dimensions of a measure that is known', async () => {
    const { catalog, table } = await withTable();
    await catalog.extendSchema(table.id, additions([measure('cpu', 'double', ['host'])]));
    await catalog.extendSchema(table.id, additions([measure('cpu', 'double', ['az'])]));
    const { schema } = catalog.tableById(table.id)!;
    expect(schema.measures.get('cpu')?.dimensionIds).toEqual([0, 1]);
  });

  test('puts what many ask at once into few records', async () => {
    const { catalog, table, metadata } = await withTable();
    const { position } = metadata;
    const names = numbered('m', 300);
    const outcomes = await Promise.all(
      names.map((name) => catalog.extendSchema(table.id, additions([measure(name)]))),
    );
    expect(outcomes.every(({ kind }) => kind === 'extended')).toBe(true);
    expect(catalog.tableById(table.id)?.schema.measures.size).toBe(300);
    expect(metadata.position - position).toBeLessThan(5);
  });

  test('lets one of two conflicting types win when they race', async () => {
    const { catalog, table } = await withTable();
    const outcomes = await Promise.all([
      catalog.extendSchema(table.id, additions([measure('cpu', 'double')])),
      catalog.extendSchema(table.id, additions([measure('cpu', 'varchar'), measure('x')])),
    ]);
    expect(outcomes).toMatchObject([
      { kind: 'extended' },
      {
        kind: 'refused',
        fault: {
          kind: 'measure-type-conflict',
          name: 'cpu',
          existing: 'double',
          wanted: 'varchar',
        },
      },
    ]);
    expect(catalog.tableById(table.id)?.schema.measures.has('x')).toBe(false);
  });

  test.each([
    [additions([measure('cpu', 'multi')]), 'measure-type-conflict'],
    [additions([measure('env', 'multi')], { temp: 'bigint' }), 'attribute-type-conflict'],
    [additions([measure('env', 'multi')], { host: 'double' }), 'name-conflict'],
    [additions([measure('env', 'multi', ['temp'])]), 'name-conflict'],
    [additions([measure('new', 'multi', ['both'])], { both: 'double' }), 'name-conflict'],
    [additions([measure('new', 'double'), measure('new', 'bigint')]), 'measure-type-conflict'],
  ])('refuses %j', async (wrong, kind) => {
    const { catalog, table } = await withTable();
    const first = additions([measure('cpu'), measure('env', 'multi')], { temp: 'double' });
    const before = await catalog.extendSchema(table.id, first);
    expect(await catalog.extendSchema(table.id, wrong)).toMatchObject({
      kind: 'refused',
      fault: { kind },
    });
    expect(before).toMatchObject({ schema: catalog.tableById(table.id)!.schema });
  });

  test('keeps the limits of a table', async () => {
    const { catalog, table } = await withTable();
    const ask = (asked: SchemaAdditions) => catalog.extendSchema(table.id, asked);
    const types = (names: string[]) =>
      Object.fromEntries(names.map((name) => [name, 'double' as const]));

    const full = additions([measure('m', 'multi', numbered('d', 128))], types(numbered('a', 1024)));
    expect((await ask(full)).kind).toBe('extended');
    expect(
      (await ask(additions(numbered('m', 8191).map((name) => measure(name, 'double', []))))).kind,
    ).toBe('extended');
    expect(await ask(additions([measure('m', 'multi', ['one-more'])]))).toMatchObject({
      fault: { kind: 'too-many', what: 'dimensions', max: 128 },
    });
    expect(await ask(additions([], { more: 'double' }))).toMatchObject({
      fault: { kind: 'too-many', what: 'attributes', max: 1024 },
    });
    expect(await ask(additions([measure('one-more')]))).toMatchObject({
      fault: { kind: 'too-many' },
    });
    expect((await ask(full)).kind).toBe('extended');
  });

  test('says so when the table is gone, also while waiting', async () => {
    const { catalog, table } = await withTable();
    const deleted = catalog.deleteTable({ database: 'iot', table: 'sensors' });
    const asked = catalog.extendSchema(table.id, additions([measure('cpu')]));
    await deleted;
    expect(await asked).toEqual({ kind: 'table-gone' });
    expect(await catalog.extendSchema(99 as TableId, additions([]))).toEqual({
      kind: 'table-gone',
    });
  });
});

describe('SchemaDraft', () => {
  const record = (measureName: string, measureType: MeasureType, dimensions: string[]) => ({
    measureName,
    measureType,
    dimensions,
    attributes: [],
  });

  test('takes what fits and refuses the rest, record by record', async () => {
    const { catalog, table } = await withTable();
    const draft = new SchemaDraft(table.schema);
    expect(draft.take(record('cpu', 'double', ['host']))).toBeUndefined();
    expect(draft.take(record('cpu', 'bigint', ['rack']))).toMatchObject({
      kind: 'measure-type-conflict',
    });
    expect(draft.take(record('mem', 'bigint', ['az']))).toBeUndefined();
    const outcome = await catalog.extendSchema(table.id, draft.additions!);
    expect(outcome).toMatchObject({ kind: 'extended' });
    const { schema } = catalog.tableById(table.id)!;
    expect(schema.toJson()).toEqual(draft.schema.toJson());
    expect(schema.dimensions).toEqual(['host', 'az']);
  });

  test('has no additions while everything is known', () => {
    const schema = TableSchema.empty.extended(additions([measure('cpu')]));
    const draft = new SchemaDraft(schema);
    expect(draft.take(record('cpu', 'double', ['host']))).toBeUndefined();
    expect(draft.additions).toBeUndefined();
    expect(draft.schema).toBe(schema);
  });
});

describe('TableSchema', () => {
  test('lists its columns in the order of DESCRIBE', () => {
    const schema = TableSchema.empty.extended(
      additions(
        [
          measure('v', 'varchar', ['region', 'az']),
          measure('d', 'double', ['host']),
          measure('m', 'multi'),
        ],
        { temp: 'double', at: 'timestamp' },
      ),
    );
    expect(schema.columns.map(({ name, kind, type }) => `${name} ${kind} ${type}`)).toEqual([
      'region dimension varchar',
      'az dimension varchar',
      'host dimension varchar',
      'measure_name measure_name varchar',
      'time time timestamp',
      'measure_value::double measure_value double',
      'measure_value::varchar measure_value varchar',
      'temp multi double',
      'at multi timestamp',
    ]);
    expect(schema.columns.slice(5)).toMatchObject([
      { columnId: 0 },
      { columnId: 2 },
      { columnId: 4 },
      { columnId: 5 },
    ]);
    expect(schema.measureNames).toEqual(['d', 'm', 'v']);
  });

  test('of a table without records has the measure name and the time', () => {
    expect(TableSchema.empty.columns.map(({ name }) => name)).toEqual(['measure_name', 'time']);
  });
});
