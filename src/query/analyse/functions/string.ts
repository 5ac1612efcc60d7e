/** Text functions (query-language 6.5). Positions are 1-based and count code points. */
import { physicalType, quoteText } from '../types.ts';
import { kernel, sameAs, scalar, sql } from './define.ts';
import { concatenated } from './operators.ts';
import type { FunctionOverload, SqlTextOf } from './overload.ts';
import { withExactRoom, withRoom } from './sizes.ts';
import { bound, boundAll, boundBoth, freshName, raise, raiseComputed } from './sql-text.ts';

const TEXT = ['(varchar) -> varchar'];

/** Java's Character.isWhitespace; DuckDB's trim knows the blank only. */
const WHITESPACE = quoteText(
  '\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006' +
    '\u2008\u2009\u200a\u2028\u2029\u205f\u3000',
);

/** A padded text longer than this is refused: results of a page are smaller by far. */
const PAD_LENGTH_MAX = 1_048_576;

const trimWith =
  (call: string): SqlTextOf =>
  ([s]) =>
    `${call}(${s}, ${WHITESPACE})`;

const padWith =
  (call: string): SqlTextOf =>
  ([s, size = '', padding = ''], types) =>
    boundBoth(size, padding, (n, p) => {
      const range = raise('Target length must be in the range [0..2147483647]', 'VARCHAR');
      const large = raise(`Target length must not exceed ${PAD_LENGTH_MAX}`, 'VARCHAR');
      const empty = raise('Padding string must not be empty', 'VARCHAR');
      const padded = `${call}(${s}, CAST(${n} AS INTEGER), ${p})`;
      return (
        `CASE WHEN ${n} < 0 OR ${n} > 2147483647 THEN ${range} ` +
        `WHEN ${n} > ${PAD_LENGTH_MAX} THEN ${large} WHEN ${p} = '' THEN ${empty} ` +
        `ELSE ${withRoom(`${n} * strlen(${p}) // length(${p})`, padded, types.result)} END`
      );
    });

/** From `start`, negative ones counted from the end; '' where it lies outside of the text. */
const substr: SqlTextOf = (args) =>
  boundAll(args, ([s = '', at = '', count]) => {
    const outside = `${at} = 0 OR ${at} > length(${s}) OR ${at} < -length(${s})`;
    const rest = count === undefined ? '' : `, greatest(${count}, 0)`;
    const none = count === undefined ? '' : `WHEN ${count} IS NULL THEN NULL `;
    return `CASE WHEN ${outside} THEN '' ${none}ELSE substring(${s}, ${at}${rest}) END`;
  });

const codepoint: SqlTextOf = ([text = '']) =>
  bound(text, (s) => {
    const failure = raise('Input string must be a single character string');
    return `CASE WHEN length(${s}) <> 1 THEN ${failure} ELSE unicode(${s}) END`;
  });

const character: SqlTextOf = ([code = '']) =>
  bound(code, (n) => {
    const failure = raiseComputed(`'Not a valid Unicode code point: ' || ${n}`, 'VARCHAR');
    const invalid = `${n} < 0 OR ${n} > 1114111 OR ${n} BETWEEN 55296 AND 57343`;
    return `CASE WHEN ${invalid} THEN ${failure} ELSE chr(CAST(${n} AS INTEGER)) END`;
  });

const replaceText: SqlTextOf = (args, { result }) =>
  boundAll(args, ([s = '', from = '', to = '']) => {
    const most = `strlen(${s}) // strlen(${from}) * strlen(${to}) + strlen(${s})`;
    const found = `(strlen(${s}) - strlen(replace(${s}, ${from}, ''))) // strlen(${from})`;
    const exact = `${found} * strlen(${to}) + strlen(${s})`;
    const replaced = withExactRoom(most, exact, `replace(${s}, ${from}, ${to})`, result);
    return `CASE WHEN ${from} = '' THEN k_replace_empty(${s}, ${to}) ELSE ${replaced} END`;
  });

const splitText: SqlTextOf = ([text, delimiter = ''], types) =>
  bound(delimiter, (d) => {
    const failure = raise('The delimiter may not be the empty string', physicalType(types.result));
    return `CASE WHEN ${d} = '' THEN ${failure} ELSE string_split(${text}, ${d}) END`;
  });

const splitPart: SqlTextOf = (args) =>
  boundAll(args, ([whole = '', delimiter = '', n = '']) => {
    const failure = raise('Index must be greater than zero', 'VARCHAR');
    // An empty delimiter leaves one character a part, so that an empty text has none.
    const first = `CASE WHEN ${delimiter} <> '' AND ${n} = 1 THEN '' END`;
    return (
      `CASE WHEN ${n} <= 0 THEN ${failure} WHEN ${whole} = '' THEN ${first} ` +
      `ELSE list_extract(string_split(${whole}, ${delimiter}), ${n}) END`
    );
  });

/** Character by character: sharp s has no capital of one, where DuckDB takes the rare ẞ. */
const upperText: SqlTextOf = ([text = '']) =>
  bound(text, (x) => {
    const piece = freshName('piece', x);
    const pieces = `list_transform(string_split(${x}, 'ß'), lambda ${piece}: upper(${piece}))`;
    return `CASE WHEN contains(${x}, 'ß') THEN array_to_string(${pieces}, 'ß') ELSE upper(${x}) END`;
  });

const building = [
  scalar({
    names: ['chr'],
    signatures: ['(bigint) -> varchar'],
    doc: 'The character of a code point.',
    example: 'chr(65) → A',
    errors: ['Not a valid Unicode code point: n'],
    lower: sql(character),
  }),
  scalar({
    names: ['codepoint'],
    signatures: ['(varchar) -> integer'],
    doc: 'The code point of a single character.',
    example: "codepoint('A') → 65",
    lower: sql(codepoint),
  }),
  scalar({
    names: ['concat'],
    signatures: ['(varchar, varchar, varchar...) -> varchar'],
    doc: 'The texts one after the other.',
    example: "concat('a', 'b', 'c') → abc",
    lower: sql(concatenated),
  }),
  scalar({
    names: ['lpad', 'rpad'],
    signatures: ['(varchar, bigint, varchar) -> varchar'],
    doc: 'Pads to a length, or cuts to it, keeping the left part.',
    example: "lpad('7', 3, '0') → 007",
    errors: [
      'Target length must be in the range [0..2147483647]',
      'Padding string must not be empty',
    ],
    lower: sql(padWith('lpad')),
  }).map((overload) =>
    overload.name === 'rpad' ? { ...overload, lower: sql(padWith('rpad')) } : overload,
  ),
  scalar({
    names: ['lower'],
    signatures: TEXT,
    doc: 'In lower case.',
    lower: sameAs('lower'),
  }),
  scalar({
    names: ['upper'],
    signatures: TEXT,
    doc: 'In upper case.',
    example: "upper('ab') → AB",
    lower: sql(upperText),
  }),
  scalar({
    names: ['reverse'],
    signatures: TEXT,
    doc: 'The characters from last to first.',
    example: "reverse('abc') → cba",
    lower: kernel('k_reverse'),
  }),
  scalar({
    names: ['normalize'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'In a Unicode normal form: NFC, unless NFD, NFKC or NFKD is asked for.',
    lower: kernel('k_normalize'),
  }),
  scalar({
    names: ['trim'],
    signatures: TEXT,
    doc: 'Without white space at both ends.',
    lower: sql(trimWith('trim')),
  }),
  scalar({
    names: ['trim'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'Without any of the characters of the second text at both ends.',
    lower: sameAs('trim'),
  }),
  scalar({
    names: ['ltrim'],
    signatures: TEXT,
    doc: 'Without white space at the beginning.',
    lower: sql(trimWith('ltrim')),
  }),
  scalar({
    names: ['ltrim'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'Without any of the characters of the second text at the beginning.',
    lower: sameAs('ltrim'),
  }),
  scalar({
    names: ['rtrim'],
    signatures: TEXT,
    doc: 'Without white space at the end.',
    lower: sql(trimWith('rtrim')),
  }),
  scalar({
    names: ['rtrim'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'Without any of the characters of the second text at the end.',
    lower: sameAs('rtrim'),
  }),
];

const searching = [
  scalar({
    names: ['length'],
    signatures: ['(varchar) -> bigint'],
    doc: 'The number of characters.',
    lower: sameAs('length'),
  }),
  scalar({
    names: ['strpos'],
    signatures: ['(varchar, varchar) -> bigint'],
    doc: 'The position of the first occurrence, 0 if there is none.',
    example: "strpos('hello', 'l') → 3",
    lower: sameAs('strpos'),
  }),
  scalar({
    names: ['strpos'],
    signatures: ['(varchar, varchar, bigint) -> bigint'],
    doc: 'The position of the n-th occurrence, 0 if there is none.',
    example: "strpos('hello', 'l', 2) → 4",
    errors: ["'instance' must be a positive number."],
    lower: kernel('k_strpos'),
  }),
  scalar({
    names: ['strrpos'],
    signatures: ['(varchar, varchar) -> bigint'],
    doc: 'The position of the last occurrence, 0 if there is none.',
    example: "strrpos('hello', 'l') → 4",
    lower: sql(([text, search]) => `k_strrpos(${text}, ${search}, CAST(1 AS BIGINT))`),
  }),
  scalar({
    names: ['strrpos'],
    signatures: ['(varchar, varchar, bigint) -> bigint'],
    doc: 'The position of the n-th occurrence from the end, 0 if there is none.',
    errors: ["'instance' must be a positive number."],
    lower: kernel('k_strrpos'),
  }),
  scalar({
    names: ['position'],
    signatures: ['(varchar, varchar) -> bigint'],
    doc: 'position(part IN text): the position of the first occurrence, 0 if there is none.',
    lower: sql(([part, text]) => `strpos(${text}, ${part})`),
  }),
  scalar({
    names: ['hamming_distance'],
    signatures: ['(varchar, varchar) -> bigint'],
    doc: 'The number of places where two texts of one length differ.',
    example: "hamming_distance('karolin', 'kathrin') → 3",
    errors: ['The input strings to hamming_distance function must have the same length'],
    lower: kernel('k_hamming_distance'),
  }),
  scalar({
    names: ['levenshtein_distance'],
    signatures: ['(varchar, varchar) -> bigint'],
    doc: 'The number of single-character edits that turn one text into the other.',
    example: "levenshtein_distance('kitten', 'sitting') → 3",
    errors: ['The combined inputs for Levenshtein distance are too large'],
    lower: kernel('k_levenshtein_distance'),
  }),
];

const cutting = [
  scalar({
    names: ['replace'],
    signatures: ['(varchar, varchar) -> varchar'],
    doc: 'Without all occurrences of the second text.',
    example: "replace('a-b', '-') → ab",
    lower: sql(([text, search]) => `replace(${text}, ${search}, '')`),
  }),
  scalar({
    names: ['replace'],
    signatures: ['(varchar, varchar, varchar) -> varchar'],
    doc: 'With all occurrences of the second text replaced by the third.',
    example: "replace('aa', 'a', 'b') → bb",
    lower: sql(replaceText),
  }),
  scalar({
    names: ['split'],
    signatures: ['(varchar, varchar) -> array(varchar)'],
    doc: 'The parts between delimiters, empty ones included.',
    example: "split('a,b,,c', ',') → [a, b, , c]",
    errors: ['The delimiter may not be the empty string'],
    lower: sql(splitText),
  }),
  scalar({
    names: ['split'],
    signatures: ['(varchar, varchar, bigint) -> array(varchar)'],
    doc: 'At most so many parts; the last holds the rest.',
    example: "split('a,b,c', ',', 2) → [a, b,c]",
    errors: ['Limit must be positive', 'The delimiter may not be the empty string'],
    lower: kernel('k_split_limited'),
  }),
  scalar({
    names: ['split_part'],
    signatures: ['(varchar, varchar, bigint) -> varchar'],
    doc: 'The n-th part between delimiters, NULL if there are fewer.',
    example: "split_part('a-b-c', '-', 2) → b",
    errors: ['Index must be greater than zero'],
    lower: sql(splitPart),
  }),
  scalar({
    names: ['substr', 'substring'],
    signatures: ['(varchar, bigint) -> varchar', '(varchar, bigint, bigint) -> varchar'],
    doc: 'The part from a position, negative ones counted from the end, of at most a length.',
    example: "substr('hello', 2, 3) → ell",
    lower: sql(substr),
  }),
];

export const stringFunctions: readonly FunctionOverload[] = [
  ...building,
  ...searching,
  ...cutting,
].flat();
