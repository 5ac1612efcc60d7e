import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseStatement, printExpression, printStatement } from './api.ts';
import { expressionTree, statementTree } from './arbitrary-trees.testing.ts';
import { withoutPositions } from './testing.ts';

/** A tree in a form whose differences can be seen. */
function text(tree: unknown): string {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify(withoutPositions(tree), plain, 1);
}

describe('printStatement()', () => {
  test('writes what parses to the same tree', () => {
    fc.assert(
      fc.property(statementTree, (tree) => {
        const again = parseStatement(printStatement(tree));
        expect(text(again)).toBe(text(tree));
      }),
      { numRuns: 100 },
    );
  });
});

describe('printExpression()', () => {
  test('writes what parses to the same tree', () => {
    fc.assert(
      fc.property(expressionTree, (tree) => {
        const again = parseExpression(printExpression(tree));
        expect(text(again)).toBe(text(tree));
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseStatement()', () => {
  test('throws nothing but ParseError, whatever the text', () => {
    const words = fc.constantFrom(
      ...'SELECT FROM ( ) , . * a "b" \'c\' 1 1.5 15m @p = AND NOT IN BETWEEN LIKE JOIN ON'.split(
        ' ',
      ),
      ...'UNNEST OVER ROWS LIMIT ORDER BY GROUP -> [ ] CASE WHEN END INTERVAL AS || - /* --'.split(
        ' ',
      ),
      ..."UNION VALUES WITH SHOW TABLES CAST ALL FILTER U&'\\00' X'0' '\u{1f4b0}".split(' '),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(texts, (sql) => {
        try {
          parseStatement(sql);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ValidationException', hint: expect.any(String) });
        }
      }),
      { numRuns: 1500 },
    );
  });
});
