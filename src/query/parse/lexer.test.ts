import { describe, expect, test } from 'vitest';
import { tokenize } from './lexer.ts';

/** `kind text` of every token but the end; the unit of an interval behind its digits. */
function tokens(sql: string): readonly string[] {
  return tokenize(sql)
    .slice(0, -1)
    .map(({ kind, text, unit }) => `${kind} ${text}${unit === undefined ? '' : ` ${unit}`}`);
}

function kinds(sql: string): readonly string[] {
  return tokenize(sql).map(({ kind }) => kind);
}

describe('tokenize()', () => {
  test('reads a measure column with its suffix as one word', () => {
    expect(tokens('t.measure_value::double')).toEqual([
      'word t',
      'symbol .',
      'word measure_value::double',
    ]);
    expect(tokens('"measure_value::double"')).toEqual(['quoted measure_value::double']);
    expect(kinds('measure_value :: double')).toContain('invalid');
  });

  test.each([
    ['15m', '15 minute'],
    ['1day', '1 day'],
    ['72.5h', '72.5 hour'],
    ['50ns', '50 nanosecond'],
    ['3us', '3 microsecond'],
    ['60000ms', '60000 millisecond'],
    ['12second', '12 second'],
    ['5y', '5 year'],
    ['8month', '8 month'],
    ['2D', '2 day'],
  ])('reads %s as a short interval', (sql, expected) => {
    expect(tokens(sql)).toEqual([`short-interval ${expected}`]);
  });

  test.each([
    '3hours',
    '2w',
    '1week',
    '1quarter',
    '15m_',
    '1mm',
    '12.h',
    '.5h',
    '1e3h',
    '1e',
    '9a',
  ])('refuses %s', (sql) => expect(kinds(sql)).toEqual(['invalid', 'end']));

  test('leaves a number and a unit apart when a blank is between them', () => {
    expect(tokens('15 m')).toEqual(['integer 15', 'word m']);
  });

  test.each(['1e3', '1E3', '1.5E-2', '1.e+5', '.5e1', '12.5', '12.', '.5'])(
    'reads %s as a double',
    (sql) => expect(tokens(sql)).toEqual([`double ${sql}`]),
  );

  test('undoes doubled quotes in strings and names', () => {
    expect(tokens(`'it''s' "a""b" ''`)).toEqual(["string it's", 'quoted a"b', 'string ']);
  });

  test('lets strings span lines and keeps backslashes', () => {
    expect(tokens("'a\\n\nb'")).toEqual(['string a\\n\nb']);
  });

  test('tells binary and unicode strings from words', () => {
    expect(tokens("X'0a' u&'\\0041' x U")).toEqual([
      'binary 0a',
      'unicode-string \\0041',
      'word x',
      'word U',
    ]);
  });

  test('skips comments, also one without a newline after it', () => {
    expect(tokens('a -- b\n/* c\n* */ d --e')).toEqual(['word a', 'word d']);
    expect(tokens('a /* /* */ b')).toEqual(['word a', 'word b']);
  });

  test('tells operators apart', () => {
    const symbols = '<> != <= >= || -> = < > + - * / % . , ( ) [ ] ;'.split(' ');
    expect(tokens(symbols.join(' '))).toEqual(symbols.map((symbol) => `symbol ${symbol}`));
    expect(tokens('a<=-1')).toEqual(['word a', 'symbol <=', 'symbol -', 'integer 1']);
  });

  test('reads a parameter', () => {
    expect(tokens('@scheduled_runtime-10m')).toEqual([
      'parameter scheduled_runtime',
      'symbol -',
      'short-interval 10 minute',
    ]);
  });

  test.each(['`a`', '?', '{', '“a”', 'ä', '#', '@ a', '""', "'a", '"a', '/* a', "'a''b"])(
    'marks %s as no token',
    (sql) => expect(kinds(sql)[0]).toBe('invalid'),
  );

  test('counts lines, and columns in code points', () => {
    const at = tokenize("a\n  '💰\n💰' 'é💰' b").map((token) => [token.at.line, token.at.column]);
    expect(at).toEqual([
      [1, 1],
      [2, 3],
      [3, 4],
      [3, 9],
      [3, 10],
    ]);
  });
});
