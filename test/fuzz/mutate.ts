/**
 * Statements made out of statements: tokens dropped, doubled, swapped, replaced by extreme ones,
 * spliced with those of another statement; and characters that no statement should hold.
 */
import type { Random } from './random.ts';

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_@][\w@:]*|[\d.]+\w*|<>|!=|<=|>=|\|\||->|[\s\S]/gu;

/** Values at the edges of the types, odd texts, and words that change what stands around them. */
export const EXTREMES: readonly string[] = [
  ...['0', '-1', '2147483647', '2147483648', '9223372036854775807', '9223372036854775808'],
  ...['99999999999999999999999999999999', '1e308', '1e309', '-1e-324', '.5', '5.', '0x10', '1e'],
  ...['nan()', 'infinity()', 'NULL', 'TRUE', "''", "'\0'", "'\\'", "'%'", "'_'", "'☃𝕊e\u0301'"],
  ...['"time"', '"a""b"', '""', '"c12"', 'c1', 'measure_value::double', 'measure_value :: double'],
  ...['15m', '9999999999999d', '0ns', '1.5y', '999999999y', '1month', "INTERVAL '1' DAY"],
  ...["INTERVAL '-999999999-11' YEAR TO MONTH", "TIMESTAMP '0000-00-00'", "DATE '9999-12-31'"],
  ...["TIMESTAMP '2262-04-11 23:47:16.854775807'", "DATE '-5877641-06-23'", "TIME '24:00:00'"],
  ...[
    "X'00'",
    "X'0'",
    "U&'\\0041'",
    "U&'\\D800'",
    'ARRAY[]',
    'ARRAY[NULL]',
    'ROW(1)',
    '()',
    '(1, 2)',
  ],
  ...['(SELECT 1)', '(SELECT 1, 2)', '(VALUES 1, 2)', '*', '?', '@p', 'x -> x', '(x, y) -> x', ';'],
  ...[
    'now()',
    'ago(1h)',
    'count(*)',
    'rank() OVER ()',
    'DISTINCT',
    'OVER ()',
    'AS',
    'FROM',
    'WHERE',
  ],
  ...[
    'AT TIME ZONE',
    "'UTC'",
    'ESCAPE',
    'IS NOT DISTINCT FROM',
    'LATERAL',
    'UNNEST',
    'NULLS FIRST',
  ],
  ...['CAST(NULL AS varchar)', 'CAST(1 AS row(a integer))', 'CAST(NULL AS timeseries(double))'],
  ...[
    'FILTER (WHERE true)',
    'GROUPING SETS',
    'CUBE',
    'IGNORE NULLS',
    'tile_scan(0)',
    'k_bin(1, 1)',
  ],
];

const ODD_CHARACTERS = [
  ...[
    '\0',
    '\u0001',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '\ufffe',
    '\uffff',
    '\ue0f1',
    '\u2018',
    '\u201c',
    '\u0130',
    'ß',
    'é',
    '漢',
    '🙂',
    '\u{10ffff}',
  ],
  ...[
    "'",
    '"',
    '`',
    '\\',
    '\n',
    '\r',
    '$',
    '$$',
    '{',
    '}',
    '#',
    '~',
    '^',
    '&',
    '|',
    '!',
    '::',
    '/*',
    '--',
  ],
];

export function tokensOf(sql: string): string[] {
  return sql.match(TOKEN) ?? [];
}

export function mutate(random: Random, corpus: readonly string[]): string {
  const tokens = tokensOf(random.pick(corpus));
  let rounds = 1 + random.below(4);
  while (rounds-- > 0) change(tokens, random, corpus);
  return tokens.join('');
}

function change(tokens: string[], random: Random, corpus: readonly string[]): void {
  const at = random.below(tokens.length + 1);
  const other = random.below(tokens.length + 1);
  switch (random.below(11)) {
    case 0:
      tokens.splice(at, 1 + random.below(4));
      return;
    case 1:
      tokens.splice(at, 0, ...tokens.slice(other, other + 1 + random.below(8)));
      return;
    case 2: {
      const [here, there] = [tokens[at], tokens[other]];
      if (here === undefined || there === undefined) return;
      tokens[at] = there;
      tokens[other] = here;
      return;
    }
    case 3:
    case 4:
      tokens.splice(at, 1, random.pick(EXTREMES));
      return;
    case 5:
      tokens.splice(at, 0, ' ', random.pick(EXTREMES), ' ');
      return;
    case 6: {
      // The tail of another statement.
      const tail = tokensOf(random.pick(corpus));
      tokens.splice(at, tokens.length, ...tail.slice(random.below(tail.length)));
      return;
    }
    case 7: {
      // A stretch of another statement, in parentheses half of the time.
      const others = tokensOf(random.pick(corpus));
      const from = random.below(others.length);
      const stretch = others.slice(from, from + 1 + random.below(12));
      tokens.splice(at, 1, ...(random.chance(0.5) ? ['(', ...stretch, ')'] : stretch));
      return;
    }
    case 8:
      tokens.splice(at, 0, random.pick(ODD_CHARACTERS));
      return;
    case 9:
      replaceLike(tokens, random, corpus);
      return;
    default:
      tokens[at] = withCase(tokens[at] ?? '', random);
  }
}

/** A token in place of one of the same look: the statement mostly stays well-formed. */
function replaceLike(tokens: string[], random: Random, corpus: readonly string[]): void {
  const at = random.below(tokens.length);
  const look = lookOf(tokens[at] ?? '');
  const others = tokensOf(random.pick(corpus)).filter((token) => lookOf(token) === look);
  if (others.length > 0) tokens[at] = random.pick(others);
}

function lookOf(token: string): string {
  if (/^[A-Za-z_]/.test(token)) return 'word';
  if (/^\d/.test(token)) return 'number';
  if (/^['"]/.test(token)) return token.charAt(0);
  return /^\s/.test(token) ? 'blank' : 'symbol';
}

function withCase(token: string, random: Random): string {
  return random.chance(0.5) ? token.toUpperCase() : token.toLowerCase();
}
