/** The form of the golden files: what is read from a file, and what a rewrite leaves alone. */
import { describe, expect, test } from 'vitest';
import { parseGoldenFile, replaceExpectations } from './golden-file.ts';

const FILE = `# Title

// A note.
load shop.metrics by host
host=a, region=eu west | 2024-05-01 10:00:00 | cpu = 1.5
host=b | now-10m | env: n = 3, ok = true, at = 2024-05-01 00:00:00, s = 'x = y'

## Section

expressions FROM shop.metrics
1 + 1 => integer 2
// A note.
'a' => varchar a

SELECT 1

UNION SELECT 2
---- any order
_col0 integer
1
2
`;

describe('parseGoldenFile()', () => {
  test('reads loads with both kinds of records', () => {
    const [load] = parseGoldenFile(FILE).loads;
    expect(load).toMatchObject({ database: 'shop', table: 'metrics', partitionKey: 'host' });
    expect(load?.records[0]).toEqual({
      dimensions: [
        ['host', 'a'],
        ['region', 'eu west'],
      ],
      time: '2024-05-01 10:00:00',
      measureName: 'cpu',
      values: [{ value: '1.5', type: 'DOUBLE' }],
    });
    expect(load?.records[1]?.values).toEqual([
      { name: 'n', value: '3', type: 'BIGINT' },
      { name: 'ok', value: 'true', type: 'BOOLEAN' },
      { name: 'at', value: '2024-05-01 00:00:00', type: 'TIMESTAMP' },
      { name: 's', value: 'x = y', type: 'VARCHAR' },
    ]);
  });

  test('reads expressions as statements of their own', () => {
    const [first, second] = parseGoldenFile(FILE).checks;
    expect(first).toMatchObject({
      sql: 'SELECT 1 + 1 FROM shop.metrics',
      section: 'Section',
      expected: ['integer 2'],
    });
    expect(second).toMatchObject({ sql: "SELECT 'a' FROM shop.metrics", expected: ['varchar a'] });
  });

  test('reads a statement with a blank line in it', () => {
    expect(parseGoldenFile(FILE).checks[2]).toMatchObject({
      sql: 'SELECT 1\n\nUNION SELECT 2',
      anyOrder: true,
      expected: ['_col0 integer', '1', '2'],
    });
  });
});

describe('replaceExpectations()', () => {
  test('rewrites the answers it is given and no other line', () => {
    const { checks } = parseGoldenFile(FILE);
    const [expression, , statement] = checks;
    const answers = new Map([
      [expression!, ['integer 3']],
      [statement!, ['error: no']],
    ]);
    expect(replaceExpectations(FILE, answers)).toBe(
      FILE.replace('=> integer 2', '=> integer 3').replace('_col0 integer\n1\n2', 'error: no'),
    );
  });
});
