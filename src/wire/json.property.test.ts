import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../base/errors.ts';
import { ExactJsonParser } from './exact-json-parser.ts';
import { isJsonObject, type JsonValue, parseJson, stringifyExact } from './json.ts';

const encoder = new TextEncoder();

function refusal(source: Uint8Array | string): string {
  try {
    parseJson(source);
  } catch (error) {
    if (error instanceof ServiceError) return error.name;
    throw error;
  }
  return 'accepted';
}

describe('parseJson()', () => {
  test('agrees with JSON.parse wherever that is exact', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1), (text, spaces) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, spaces);
        expect(rounded(parseJson(encoder.encode(spaced)))).toEqual(JSON.parse(spaced));
      }),
    );
  });

  test('gives the same from both of its parsers', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        expect(rounded(new ExactJsonParser(text).parse())).toEqual(JSON.parse(text));
      }),
    );
  });

  test('keeps every digit of an integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), (value) => {
        const parsed = parseJson(`{"Version": ${value}}`) as { Version: number | bigint };
        expect(BigInt(parsed.Version)).toBe(value);
      }),
    );
  });

  test.each<[string, JsonValue]>([
    ['9007199254740993', 9007199254740993n],
    ['9.007199254740993e15', 9007199254740993n],
    ['9007199254740993.0', 9007199254740993n],
    ['1e3', 1000],
    ['1.0', 1],
    ['1.5', 1.5],
    ['-0', -0],
    ['1e400', Number.POSITIVE_INFINITY],
    ['1234567890123456.5', 1234567890123456.5],
    ['"a 1234567890123456789 \\" 1e5"', 'a 1234567890123456789 " 1e5'],
    ['[1e1, "\\ud83d\\ude00\\n\\/"]', [10, '😀\n/']],
    ['{"a":1e0,"a":2e0}', { a: 2 }],
  ])('reads %s', (text, value) => expect(parseJson(text)).toStrictEqual(value));

  test('reads a member called __proto__ as a member', () => {
    const value = parseJson('{"__proto__": {"x": 1e0}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test.each([
    ...['', ' ', '{', '[1,]', '{"a":1,}', '{a:1}', "'a'", '01', '+1', '.5', '1.', 'tru', 'NaN'],
    ...['"\u0001"', '"\\x"', '"\\u12g4"', '"abc', '[1] 2', '[1e1,]', '{"a":1e1,}', '{1e1:1}', '1e'],
    ...['[1e1', '1e1 x', '["\\q", 1e1]', '\ufeff{}'],
  ])('refuses %j', (text) => expect(refusal(text)).toBe('SerializationException'));

  test('refuses what is not UTF-8', () => {
    expect(refusal(Uint8Array.of(0x22, 0xc3, 0x22))).toBe('SerializationException');
    expect(refusal(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toBe('SerializationException');
  });

  test('refuses nesting beyond the limit, whichever parser reads it', () => {
    const nested = (depth: number, leaf: string) => '['.repeat(depth) + leaf + ']'.repeat(depth);
    expect(refusal(nested(32, '1'))).toBe('accepted');
    expect(refusal(nested(33, '1'))).toBe('SerializationException');
    expect(refusal(nested(32, '1e1'))).toBe('accepted');
    expect(refusal(`[1e1,${nested(32, '1')}]`)).toBe('SerializationException');
    expect(refusal('['.repeat(1_000_000))).toBe('SerializationException');
  });
});

describe('stringifyExact()', () => {
  test('writes what parseJson reads back', () => {
    const json = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc
          .bigInt({ min: -(1n << 63n), max: 1n << 63n })
          .filter((n) => n > 2n ** 53n || -n > 2n ** 53n),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => Math.abs(n) < 2 ** 53),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(null, true, false),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(stringifyExact(value))).toEqual(normal(value));
      }),
    );
  });

  test('leaves undefined members out', () => {
    expect(stringifyExact({ a: undefined, b: 9223372036854775807n })).toBe(
      '{"b":9223372036854775807}',
    );
  });
});

/** -0 is written as 0, as JSON.stringify does. */
function normal(value: JsonValue): unknown {
  return mapped(value, (leaf) => (typeof leaf === 'number' ? leaf + 0 : leaf));
}

/** What JSON.parse makes of integers beyond 2^53. */
function rounded(value: JsonValue): unknown {
  return mapped(value, (leaf) => (typeof leaf === 'bigint' ? Number(leaf) : leaf));
}

function mapped(value: JsonValue, leaf: (value: JsonValue) => JsonValue): unknown {
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapped(item, leaf));
  if (!isJsonObject(value)) return leaf(value);
  const copy = JSON.parse('{}');
  for (const name of Object.keys(value)) {
    const own = { value: mapped(value[name] as JsonValue, leaf), enumerable: true };
    Object.defineProperty(copy, name, own);
  }
  return copy;
}
