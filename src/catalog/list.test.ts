import { describe, expect, test } from 'vitest';
import { newCatalog } from '../../test/support/new-catalog.ts';
import { hash32 } from '../base/hash.ts';
import type { Catalog, Page, PageRequest } from './catalog.ts';

const region = 'us-east-1';
const invalidToken = expect.objectContaining({
  name: 'ValidationException',
  message: 'Invalid NextToken.',
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** All pages until the end, as names. */
function pages<Item>(
  list: (page: PageRequest) => Page<Item>,
  max: number,
  name: (item: Item) => string,
): string[][] {
  const all: string[][] = [];
  let token: string | undefined;
  do {
    const page: Page<Item> = list({ max, ...(token !== undefined && { token }) });
    all.push(page.items.map(name));
    token = page.token;
  } while (token !== undefined);
  return all;
}

async function filled(): Promise<Catalog> {
  const { catalog } = await newCatalog();
  for (const name of ['ccc', 'aaa', 'bbb', 'empty']) await catalog.createDatabase({ name, region });
  for (const [database, count] of [
    ['ccc', 3],
    ['aaa', 25],
    ['bbb', 1],
  ] as const) {
    for (let i = 0; i < count; i++) {
      await catalog.createTable({ database, table: `t-${String(i).padStart(2, '0')}` });
    }
  }
  return catalog;
}

describe('listDatabases()', () => {
  test('pages one by one to the end, in order of names', async () => {
    const catalog = await filled();
    const names = pages(
      (page) => catalog.listDatabases(page),
      1,
      ({ name }) => name,
    );
    expect(names).toEqual([['aaa'], ['bbb'], ['ccc'], ['empty']]);
  });

  test('has no token when the last page is just full', async () => {
    const catalog = await filled();
    const names = pages(
      (page) => catalog.listDatabases(page),
      2,
      ({ name }) => name,
    );
    expect(names).toEqual([
      ['aaa', 'bbb'],
      ['ccc', 'empty'],
    ]);
    expect((await newCatalog()).catalog.listDatabases({})).toEqual({ items: [] });
  });

  test('goes on at the right place when the last item was deleted', async () => {
    const catalog = await filled();
    const { token } = catalog.listDatabases({ max: 2 });
    await catalog.deleteTable({ database: 'bbb', table: 't-00' });
    await catalog.deleteDatabase('bbb');
    const rest = catalog.listDatabases({ token: token! });
    expect(rest.items.map(({ name }) => name)).toEqual(['ccc', 'empty']);
  });

  test('takes an empty token for none', async () => {
    const catalog = await filled();
    expect(catalog.listDatabases({ token: '' }).items).toHaveLength(4);
  });

  test.each(['x', 'WyJhIl0', '.', 'W10.1', '💥', 'a.b.c'])(
    'refuses the token %s',
    async (token) => {
      const catalog = await filled();
      expect(caught(() => catalog.listDatabases({ token }))).toEqual(invalidToken);
    },
  );

  test.each(['[', '5', '[5]', '["databases",{}]'])('refuses the forged token %s', async (json) => {
    const catalog = await filled();
    const text = Buffer.from(json).toString('base64url');
    const token = `${text}.${hash32(text).toString(36)}`;
    expect(caught(() => catalog.listDatabases({ token }))).toEqual(invalidToken);
  });

  test('refuses the token of another list', async () => {
    const catalog = await filled();
    const { token } = catalog.listTables(undefined, { max: 1 });
    expect(caught(() => catalog.listDatabases({ token: token! }))).toEqual(invalidToken);
  });
});

describe('listTables()', () => {
  test('lists all databases by name, whatever the size of the page', async () => {
    const catalog = await filled();
    const name = (table: { database: string; name: string }) => `${table.database}.${table.name}`;
    const whole = pages((page) => catalog.listTables(undefined, page), 100, name);
    expect(whole).toHaveLength(1);
    expect(whole[0]).toHaveLength(29);
    expect(whole[0]).toEqual([...whole[0]!].sort());
    for (const max of [1, 2, 3, 7, 20, 25, 26, 28, 29]) {
      const parts = pages((page) => catalog.listTables(undefined, page), max, name);
      expect(parts.flat()).toEqual(whole[0]);
      expect(parts.every((part, i) => part.length === max || i === parts.length - 1)).toBe(true);
    }
  });

  test('lists one database, by 20 unless told otherwise', async () => {
    const catalog = await filled();
    const { items, token } = catalog.listTables('aaa', {});
    expect(items.map(({ database }) => database)).toEqual(Array(20).fill('aaa'));
    expect(catalog.listTables('aaa', { token: token! }).items).toHaveLength(5);
    expect(catalog.listTables('empty', {})).toEqual({ items: [] });
  });

  test('refuses a token that outlived its database', async () => {
    const catalog = await filled();
    const { token } = catalog.listTables('ccc', { max: 1 });
    for (const table of ['t-00', 't-01', 't-02']) {
      await catalog.deleteTable({ database: 'ccc', table });
    }
    await catalog.deleteDatabase('ccc');
    await catalog.createDatabase({ name: 'ccc', region });
    expect(caught(() => catalog.listTables('ccc', { token: token! }))).toEqual(invalidToken);
  });

  test('needs the database it is asked for', async () => {
    const catalog = await filled();
    expect(caught(() => catalog.listTables('none', {}))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The database none does not exist.',
    });
  });
});
