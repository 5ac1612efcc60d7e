import { describe, expect, test } from 'vitest';
import { newCatalog, START_MS } from '../../test/support/new-catalog.ts';
import type { CatalogChange } from './catalog.ts';

const REGION = 'eu-west-1';
const db = (name: string) => ({ name, region: REGION });
const inDb = (table: string, database = 'iot') => ({ database, table });
const validation = (message: string | RegExp) => failure('ValidationException', message);
const missing = (message: string) => failure('ResourceNotFoundException', message);

function failure(name: string, message: string | RegExp) {
  const expected = typeof message === 'string' ? message : expect.stringMatching(message);
  return expect.objectContaining({ name, message: expected });
}

async function withDatabase() {
  const world = await newCatalog();
  await world.catalog.createDatabase(db('iot'));
  return world;
}

describe('createDatabase()', () => {
  test('gives what was made, with times and a key', async () => {
    const { catalog } = await newCatalog();
    const database = await catalog.createDatabase({
      ...db('iot'),
      tags: [{ key: 'env', value: 'dev' }],
    });
    expect(database).toMatchObject({
      id: 1,
      name: 'iot',
      createdMs: START_MS,
      updatedMs: START_MS,
    });
    expect(database.kmsKeyArn).toMatch(
      /^arn:aws:kms:eu-west-1:000000000000:key\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect([...database.tags]).toEqual([['env', 'dev']]);
    expect(catalog.database('iot')).toBe(database);
  });

  test('lets one of several at once win', async () => {
    const { catalog } = await newCatalog();
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => catalog.createDatabase(db('iot'))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(catalog.state.databases.size).toBe(1);
  });

  test('refuses a name that is taken', async () => {
    const { catalog } = await withDatabase();
    await expect(catalog.createDatabase(db('iot'))).rejects.toEqual(
      failure('ConflictException', 'A database with the name iot already exists.'),
    );
  });

  test('tells names apart by case', async () => {
    const { catalog } = await withDatabase();
    await catalog.createDatabase(db('IOT'));
    expect(catalog.database('IOT').id).not.toBe(catalog.database('iot').id);
  });

  test.each(['ab', 'a'.repeat(257)])('refuses a name of wrong length', async (name) => {
    const { catalog } = await newCatalog();
    await expect(catalog.createDatabase(db(name))).rejects.toEqual(validation(/from 3 to 256/));
  });

  test.each(['a b c', 'a/b', 'äöü', 'abc\n'])('refuses the name %j', async (name) => {
    const { catalog } = await newCatalog();
    await expect(catalog.createDatabase(db(name))).rejects.toEqual(validation(/not allowed/));
  });

  test('refuses the 501st', async () => {
    const { catalog } = await newCatalog();
    for (let i = 0; i < 500; i++) await catalog.createDatabase(db(`db-${i}`));
    await expect(catalog.createDatabase(db('one-more'))).rejects.toEqual(
      failure('ServiceQuotaExceededException', /500 databases/),
    );
  });
});

describe('updateDatabase()', () => {
  test('changes the key and the time', async () => {
    const { catalog, clock } = await withDatabase();
    clock.advance(1000);
    const updated = await catalog.updateDatabase({ ...db('iot'), kmsKeyId: 'alias/mine' });
    expect(updated.updatedMs).toBe(START_MS + 1000);
    expect(updated.kmsKeyArn).not.toBe((await withDatabase()).catalog.database('iot').kmsKeyArn);
  });

  test('leaves the time alone when the key is the same', async () => {
    const { catalog, clock, metadata } = await withDatabase();
    const { kmsKeyArn } = catalog.database('iot');
    clock.advance(1000);
    const { position } = metadata;
    const updated = await catalog.updateDatabase({ ...db('iot'), kmsKeyId: kmsKeyArn });
    expect([updated.updatedMs, metadata.position]).toEqual([START_MS, position]);
  });

  test('needs a database', async () => {
    const { catalog } = await newCatalog();
    await expect(catalog.updateDatabase({ ...db('iot'), kmsKeyId: 'x' })).rejects.toEqual(
      missing('The database iot does not exist.'),
    );
  });
});

describe('deleteDatabase()', () => {
  test('deletes an empty one; one made again gets a new id', async () => {
    const { catalog } = await withDatabase();
    await catalog.deleteDatabase('iot');
    expect(catalog.findDatabase('iot')).toBeUndefined();
    expect((await catalog.createDatabase(db('iot'))).id).toBe(2);
  });

  test('refuses one that has tables', async () => {
    const { catalog } = await withDatabase();
    await catalog.createTable(inDb('sensors'));
    await expect(catalog.deleteDatabase('iot')).rejects.toEqual(
      validation('The database iot contains tables and cannot be deleted.'),
    );
  });

  test('needs a database', async () => {
    const { catalog } = await newCatalog();
    await expect(catalog.deleteDatabase('iot')).rejects.toEqual(
      missing('The database iot does not exist.'),
    );
  });
});

describe('createTable()', () => {
  test('fills in the defaults and makes one tile', async () => {
    const { catalog } = await withDatabase();
    const table = await catalog.createTable(inDb('sensors'));
    expect(table).toMatchObject({
      id: 1,
      retention: { memoryHours: 6, magneticDays: 73_000 },
      magneticWrites: { enabled: false },
      partitionKey: { kind: 'measure' },
    });
    expect(catalog.state.tiles.within(table.id)).toHaveLength(1);
    expect(catalog.database('iot').tables.size).toBe(1);
    expect(catalog.table(inDb('sensors'))).toBe(table);
    expect(catalog.tableById(table.id)).toBe(table);
  });

  test('requires the partition key dimension unless told otherwise', async () => {
    const { catalog } = await withDatabase();
    const partitionKey = { kind: 'dimension', name: 'site' } as const;
    const { partitionKey: made } = await catalog.createTable({ ...inDb('sensors'), partitionKey });
    expect(made).toEqual({ kind: 'dimension', name: 'site', enforcement: 'REQUIRED' });
  });

  test('lets one of several at once win', async () => {
    const { catalog } = await withDatabase();
    const results = await Promise.allSettled(
      [1, 2].map(() => catalog.createTable(inDb('sensors'))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(catalog.state.tiles.tileCount).toBe(1);
  });

  test('refuses a name that is taken, but not in another database', async () => {
    const { catalog } = await withDatabase();
    await catalog.createTable(inDb('sensors'));
    await expect(catalog.createTable(inDb('sensors'))).rejects.toEqual(
      failure('ConflictException', 'A table with the name sensors already exists in database iot.'),
    );
    await catalog.createDatabase(db('other'));
    await catalog.createTable(inDb('sensors', 'other'));
  });

  test('needs a database, and a good name', async () => {
    const { catalog } = await newCatalog();
    await expect(catalog.createTable(inDb('sensors'))).rejects.toEqual(
      missing('The database iot does not exist.'),
    );
    await expect(catalog.createTable(inDb('x'))).rejects.toEqual(validation(/table name/));
  });
});

describe('updateTable()', () => {
  const key = (name: string, enforcement: 'REQUIRED' | 'OPTIONAL') =>
    ({ kind: 'dimension', name, enforcement }) as const;

  test('replaces what is given and keeps the rest', async () => {
    const { catalog, clock } = await withDatabase();
    await catalog.createTable({ ...inDb('sensors'), magneticWrites: { enabled: true } });
    clock.advance(5);
    const retention = { memoryHours: 24, magneticDays: 7 };
    const updated = await catalog.updateTable({ ...inDb('sensors'), retention });
    expect(updated).toMatchObject({
      retention,
      magneticWrites: { enabled: true },
      createdMs: START_MS,
      updatedMs: START_MS + 5,
    });
  });

  test('without a change is no fault and changes nothing', async () => {
    const { catalog, clock } = await withDatabase();
    const table = await catalog.createTable(inDb('sensors'));
    clock.advance(5);
    expect(await catalog.updateTable(inDb('sensors'))).toBe(table);
  });

  test('changes the enforcement of a partition key in both directions', async () => {
    const { catalog } = await withDatabase();
    await catalog.createTable({ ...inDb('sensors'), partitionKey: key('site', 'REQUIRED') });
    for (const partitionKey of [key('site', 'OPTIONAL'), key('site', 'REQUIRED')]) {
      const updated = await catalog.updateTable({ ...inDb('sensors'), partitionKey });
      expect(updated.partitionKey).toEqual(partitionKey);
    }
  });

  test('refuses any other change of a partition key', async () => {
    const { catalog } = await withDatabase();
    await catalog.createTable({ ...inDb('keyed'), partitionKey: key('site', 'REQUIRED') });
    await catalog.createTable(inDb('plain'));
    for (const request of [
      { ...inDb('keyed'), partitionKey: key('host', 'REQUIRED') },
      { ...inDb('keyed'), partitionKey: { kind: 'measure' } as const },
      { ...inDb('plain'), partitionKey: key('site', 'OPTIONAL') },
    ]) {
      await expect(catalog.updateTable(request)).rejects.toEqual(validation(/cannot be changed/));
    }
    const same = { ...inDb('plain'), partitionKey: { kind: 'measure' } as const };
    expect((await catalog.updateTable(same)).partitionKey).toEqual({ kind: 'measure' });
  });

  test('names what is missing', async () => {
    const { catalog } = await withDatabase();
    await expect(catalog.updateTable(inDb('sensors'))).rejects.toEqual(
      missing('The table sensors does not exist.'),
    );
    await expect(catalog.updateTable(inDb('sensors', 'other'))).rejects.toEqual(
      missing('The database other does not exist.'),
    );
  });
});

describe('deleteTable()', () => {
  test('tells followers which tiles are gone; a table made again is another', async () => {
    const { catalog } = await withDatabase();
    const changes: CatalogChange[] = [];
    const end = catalog.onChange((change) => changes.push(change));
    const table = await catalog.createTable(inDb('sensors'));
    await catalog.deleteTable(inDb('sensors'));
    end();
    const again = await catalog.createTable(inDb('sensors'));
    const nothing = { touched: [1], opened: [], frozen: [], dropped: [], retired: [] };
    const opened = [{ generation: 1, table: table.id }];
    expect(changes).toEqual([
      { kind: 'table-created', table, tiles: { ...nothing, opened } },
      { kind: 'table-deleted', table, tiles: { ...nothing, dropped: [1] } },
    ]);
    expect([again.id, catalog.state.tiles.within(again.id)[0]?.id]).toEqual([2, 2]);
  });

  test('names what is missing', async () => {
    const { catalog } = await withDatabase();
    await expect(catalog.deleteTable(inDb('x'))).rejects.toEqual(
      missing('The table x does not exist.'),
    );
    expect(() => catalog.table(inDb('x'))).toThrow('The table x does not exist.');
    expect(() => catalog.table(inDb('x', 'y'))).toThrow('The database y does not exist.');
    expect(() => catalog.database('y')).toThrow('The database y does not exist.');
  });
});

describe('the catalog', () => {
  test('is the same after it was opened again', async () => {
    const world = await withDatabase();
    await world.catalog.createTable(inDb('sensors'));
    await world.metadata.takeSnapshot();
    await world.catalog.createTable(inDb('others'));
    await world.catalog.deleteTable(inDb('sensors'));
    const { catalog } = await world.reopen();
    expect(catalog.state.tables.sortedKeys).toEqual([2]);
    expect(catalog.table(inDb('others')).createdMs).toBe(START_MS);
    expect((await catalog.createTable(inDb('sensors'))).id).toBe(3);
  });
});
