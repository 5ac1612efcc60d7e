import { describe, expect, test } from 'vitest';
import { newCatalog } from '../../test/support/new-catalog.ts';

const DATABASE = 'arn:aws:timestream:us-east-1:000000000000:database/iot';
const TABLE = `${DATABASE}/table/sensors`;
const tag = (key: string, value = 'v') => ({ key, value });
const many = (count: number) => Array.from({ length: count }, (_, i) => tag(`k${i}`));

async function filled() {
  const { catalog } = await newCatalog();
  await catalog.createDatabase({ name: 'iot', region: 'us-east-1' });
  await catalog.createTable({ database: 'iot', table: 'sensors' });
  return catalog;
}

describe('tagResource()', () => {
  test('adds tags and overwrites values, of databases and tables apart', async () => {
    const catalog = await filled();
    await catalog.tagResource(DATABASE, [tag('a', '1'), tag('b', '2')]);
    await catalog.tagResource(DATABASE, [tag('a', '3'), tag('c', '')]);
    await catalog.tagResource(TABLE, [tag('a', 't')]);
    expect([...catalog.tags(DATABASE)]).toEqual([
      ['a', '3'],
      ['b', '2'],
      ['c', ''],
    ]);
    expect([...catalog.tags(TABLE)]).toEqual([['a', 't']]);
  });

  test('takes an ARN of any region and partition', async () => {
    const catalog = await filled();
    await catalog.tagResource(DATABASE.replace('us-east-1', 'eu-central-1'), [tag('a')]);
    expect(catalog.tags(DATABASE.replace('aws:', 'aws-cn:')).size).toBe(1);
  });

  test('takes fifty tags and no more', async () => {
    const catalog = await filled();
    await catalog.tagResource(TABLE, many(50));
    await catalog.tagResource(TABLE, [tag('k7', 'again')]);
    await expect(catalog.tagResource(TABLE, [tag('more')])).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
    expect(catalog.tags(TABLE).size).toBe(50);
  });

  test.each([tag('aws:mine'), tag('a*b'), tag('a', 'b?'), tag('a', 'line\nbreak')])(
    'refuses %j',
    async (wrong) => {
      const catalog = await filled();
      await expect(catalog.tagResource(TABLE, [tag('ok'), wrong])).rejects.toMatchObject({
        name: 'ValidationException',
      });
      expect(catalog.tags(TABLE).size).toBe(0);
    },
  );

  test('takes letters of any script, white space and + - = . _ : /', async () => {
    const catalog = await filled();
    await catalog.tagResource(TABLE, [tag('Größe + - = . _ : /', '数 1')]);
    expect(catalog.tags(TABLE).size).toBe(1);
  });

  test.each([
    'iot',
    'arn:aws:s3:::bucket',
    'arn:aws:timestream:us-east-1:000000000000:database/',
    'arn:aws:timestream:us-east-1:000000000000:database/iot/table/',
    'arn:aws:timestream:us-east-1:000000000000:database/iot/index/x',
    'arn:aws:timestream:us-east-1::database/iot',
  ])('refuses %s, which is no ARN of ours', async (arn) => {
    const catalog = await filled();
    await expect(catalog.tagResource(arn, [tag('a')])).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test.each([
    `${DATABASE}x`,
    `${TABLE}x`,
    DATABASE.replace('000000000000', '123456789012'),
    'arn:aws:timestream:us-east-1:000000000000:scheduled-query/q-0123456789abcdef',
  ])('does not find %s', async (arn) => {
    const catalog = await filled();
    const missing = { name: 'ResourceNotFoundException', message: expect.stringContaining(arn) };
    await expect(catalog.tagResource(arn, [tag('a')])).rejects.toMatchObject(missing);
    await expect(catalog.untagResource(arn, ['a'])).rejects.toMatchObject(missing);
    expect(() => catalog.tags(arn)).toThrow(arn);
  });
});

describe('untagResource()', () => {
  test('removes what is there; what is not is no fault', async () => {
    const catalog = await filled();
    await catalog.tagResource(TABLE, [tag('a'), tag('b')]);
    await catalog.untagResource(TABLE, ['a', 'none']);
    await catalog.untagResource(TABLE, ['none']);
    expect([...catalog.tags(TABLE).keys()]).toEqual(['b']);
  });
});

describe('listTags()', () => {
  test('pages in order of keys', async () => {
    const catalog = await filled();
    await catalog.tagResource(TABLE, [tag('c'), tag('a'), tag('b')]);
    const first = catalog.listTags(TABLE, { max: 2 });
    expect(first.items.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(catalog.listTags(TABLE, { token: first.token! })).toEqual({ items: [tag('c')] });
  });
});
