import { describe, expect, test } from 'vitest';
import { choice, flag, integer, list, readRequest, required, structure, text } from './shape.ts';

const encode = (json: unknown) =>
  new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));

const REQUEST = {
  DatabaseName: required(text({ min: 3, max: 8, pattern: '[a-z]+' })),
  Mode: choice(['A', 'B']),
  MaxResults: integer({ min: 1, max: 20 }),
  Enabled: flag,
  Tags: list(structure({ Key: required(text({ min: 1 })), Value: required(text()) }), { max: 2 }),
  Nested: structure({ S3Configuration: structure({ BucketName: required(text({ min: 3 })) }) }),
};
const read = (json: unknown) => readRequest(encode(json), REQUEST);
const good = { DatabaseName: 'abc' };

function complaint(json: unknown): unknown {
  try {
    return read(json);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
}

const one = (clause: string) =>
  `ValidationException: 1 validation error detected: ${clause}`.replace(
    ' @ ',
    ' failed to satisfy constraint: Member must ',
  );

describe('readRequest()', () => {
  test('reads what is there, takes null for absent, and ignores what it does not know', () => {
    expect(read({ ...good, Mode: null, Other: [1], MaxResults: 20, Enabled: false })).toEqual({
      DatabaseName: 'abc',
      Mode: undefined,
      MaxResults: 20,
      Enabled: false,
      Tags: undefined,
      Nested: undefined,
    });
    const tags = { ...good, Tags: [{ Key: 'a', Value: '' }] };
    expect(read(tags).Tags).toEqual([{ Key: 'a', Value: '' }]);
  });

  test('takes an empty body for an empty object', () => {
    expect(readRequest(new Uint8Array(), { Mode: choice(['A']) })).toEqual({ Mode: undefined });
  });

  test.each([
    [{}, one("Value null at 'databaseName' @ not be null")],
    [
      { DatabaseName: 'ab' },
      one("Value 'ab' at 'databaseName' @ have length greater than or equal to 3"),
    ],
    [
      { DatabaseName: 'abcdefghi' },
      one("Value 'abcdefghi' at 'databaseName' @ have length less than or equal to 8"),
    ],
    [
      { DatabaseName: 'aBc' },
      one("Value 'aBc' at 'databaseName' @ satisfy regular expression pattern: [a-z]+"),
    ],
    [{ ...good, Mode: 'C' }, one("Value 'C' at 'mode' @ satisfy enum value set: [A, B]")],
    [
      { ...good, MaxResults: 0 },
      one("Value '0' at 'maxResults' @ have value greater than or equal to 1"),
    ],
    [
      { ...good, MaxResults: 21 },
      one("Value '21' at 'maxResults' @ have value less than or equal to 20"),
    ],
    [
      '{"DatabaseName":"abc","MaxResults":9007199254740993}',
      one("Value '9007199254740993' at 'maxResults' @ have value less than or equal to 20"),
    ],
    [
      { ...good, Tags: [{ Key: '', Value: '' }] },
      one("Value '' at 'tags.1.member.key' @ have length greater than or equal to 1"),
    ],
    [
      { ...good, Tags: [{ Key: 'a', Value: '' }, null] },
      one("Value null at 'tags.2.member' @ not be null"),
    ],
    [
      { ...good, Nested: { S3Configuration: {} } },
      one("Value null at 'nested.s3Configuration.bucketName' @ not be null"),
    ],
  ])('words the violation of %j', (json, expected) => {
    expect(complaint(json)).toBe(expected);
  });

  test('summarises a list that is too long', () => {
    const three = [1, 2, 3].map((i) => ({ Key: `${i}`, Value: '' }));
    expect(complaint({ ...good, Tags: three })).toBe(
      one("Value '[3 members]' at 'tags' @ have length less than or equal to 2"),
    );
  });

  test('tells all violations at once', () => {
    expect(complaint({ Mode: 'C', Tags: [{ Value: 'v' }] })).toBe(
      'ValidationException: 3 validation errors detected: ' +
        "Value null at 'databaseName' failed to satisfy constraint: Member must not be null; " +
        "Value 'C' at 'mode' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [A, B]; ' +
        "Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null",
    );
  });

  test.each([
    [],
    'null',
    '5',
    '{',
    { DatabaseName: 5 },
    { ...good, Mode: {} },
    { ...good, MaxResults: '5' },
    { ...good, MaxResults: 1.5 },
    { ...good, Enabled: 'true' },
    { ...good, Tags: {} },
    { ...good, Tags: ['a'] },
    { ...good, Nested: [] },
    { ...good, Nested: { S3Configuration: 'x' } },
  ])('calls %j a SerializationException', (json) => {
    expect(complaint(json)).toMatch(/^SerializationException: /);
  });
});
