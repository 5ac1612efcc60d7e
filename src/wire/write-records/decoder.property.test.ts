import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../base/errors.ts';
import {
  COMMON_ROW,
  DecodedWrite,
  TIME_READ,
  typeName,
  VARCHAR,
  WIRE_UNITS,
} from '../../ingest/api.ts';
import { WriteRecordsDecoder } from './decoder.ts';
import { FastReader } from './fast-reader.ts';
import { readGeneral } from './general-reader.ts';

/** Everything a request says, in one value to compare. */
function told(decoded: DecodedWrite): unknown {
  // Then the request is refused, and the cells of the values at fault hold anything.
  if (decoded.faults.length > 0) return decoded.faults;
  const rows = [...Array.from({ length: decoded.records }, (_, row) => row), COMMON_ROW];
  return {
    databaseName: decoded.databaseName,
    tableName: decoded.tableName,
    rows: rows.map((row) => toldRow(decoded, row)),
  };
}

function toldRow(decoded: DecodedWrite, row: number): unknown {
  const { dimensions, scalarStart, scalarEnd, measures, source } = decoded;
  const set = dimensions[row];
  const isRead = decoded.timeState[row] === TIME_READ;
  const hasScalar = scalarStart[row]! >= 0;
  return {
    dimensions: set?.names.map((name, i) => [name, set.values[i]]),
    measureName: decoded.measureName[row],
    type: typeName(decoded.measureType[row]!),
    time: [decoded.timeState[row], isRead ? decoded.time.i64[row] : undefined],
    unit: WIRE_UNITS[decoded.timeUnit[row]!],
    version: decoded.hasVersion[row] === 1 ? decoded.version.i64[row] : undefined,
    value: hasScalar
      ? Buffer.from(source).toString('utf8', scalarStart[row], scalarEnd[row])
      : undefined,
    bytes: decoded.valueBytes[row],
    measures: measures[row]!.names.map((name, i) => {
      const cell = decoded.cellStart[row]! + i;
      const type = measures[row]!.types[i]!;
      const bits = decoded.cells.i64[cell]!;
      return [name, typeName(type), type === VARCHAR ? decoded.texts[Number(bits)] : bits];
    }),
  };
}

type Member = readonly [name: string, value: Json];
/** JSON as members in order, so that names can repeat; a `raw` is written as it is. */
type Json = string | { readonly raw: string } | { readonly members: readonly Member[] } | Json[];

interface Style {
  /** Draws from 0 … n-1. */
  readonly draw: (n: number) => number;
  readonly odd: boolean;
}

const SPACES = ['', '', ' ', '\n', '\r\n\t'];

function print(json: Json, style: Style): string {
  const space = () => (style.odd ? SPACES[style.draw(SPACES.length)]! : '');
  if (typeof json === 'string') return printText(json, style);
  if (Array.isArray(json)) {
    return `[${space()}${json.map((item) => print(item, style) + space()).join(`,${space()}`)}]`;
  }
  if ('raw' in json) return json.raw;
  const members = style.odd ? oddMembers(json.members, style) : json.members;
  const printed = members.map(
    ([name, value]) => `${printText(name, style)}${space()}:${space()}${print(value, style)}`,
  );
  return `{${space()}${printed.join(`${space()},${space()}`)}${space()}}`;
}

function printText(text: string, style: Style): string {
  if (!style.odd || style.draw(4) > 0) return JSON.stringify(text);
  const escaped = Array.from({ length: text.length }, (_, i) => {
    const unit = text.charCodeAt(i).toString(16).padStart(4, '0');
    return style.draw(3) === 0 ? `\\u${unit}` : JSON.stringify(text[i]!).slice(1, -1);
  });
  // Halves of a pair are escaped both or not at all.
  return /\p{Surrogate}/u.test(JSON.parse(`"${escaped.join('')}"`) as string) ||
    /[\ud800-\udfff]/.test(text)
    ? JSON.stringify(text)
    : `"${escaped.join('')}"`;
}

/** Reordered, with members nobody knows, with nulls, and with earlier members of the same name. */
function oddMembers(members: readonly Member[], style: Style): readonly Member[] {
  const result = [...members];
  for (let i = result.length - 1; i > 0; i--) {
    const j = style.draw(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  if (style.draw(6) === 0)
    result.splice(style.draw(result.length + 1), 0, ['Odd', { raw: '[{}]' }]);
  if (style.draw(6) === 0) result.unshift(['Version', { raw: 'null' }]);
  if (style.draw(6) === 0 && result.length > 0) {
    const [name] = result[style.draw(result.length)]!;
    if (name !== 'Version') result.unshift([name, { raw: 'null' }]);
  }
  return result.map(([name, value]) =>
    name === 'Version' && typeof value === 'object' && 'raw' in value && style.draw(3) === 0
      ? [name, { raw: oddNumber(value.raw) }]
      : [name, value],
  );
}

function oddNumber(raw: string): string {
  return raw === 'null' ? raw : `${raw}.0`;
}

const member = (key: string, value: fc.Arbitrary<Json>): fc.Arbitrary<Member> =>
  value.map((json) => [key, json] as const);
/** An object of these members, some of them missing. */
const some = (members: readonly fc.Arbitrary<Member>[]): fc.Arbitrary<Json> =>
  fc
    .tuple(...members.map((one) => fc.option(one, { freq: 4 })))
    .map((chosen) => ({ members: chosen.filter((one): one is Member => one !== null) }));
const all = (members: readonly fc.Arbitrary<Member>[]): fc.Arbitrary<Json> =>
  fc.tuple(...members).map((chosen) => ({ members: chosen }));

const int64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
const measureOf = (type: string, value: fc.Arbitrary<string>, label: fc.Arbitrary<string>) =>
  fc.oneof(
    all([member('Name', label), member('Value', value), member('Type', fc.constant(type))]),
    all([member('Type', fc.constant(type)), member('Name', label), member('Value', value)]),
  );

/** Requests within the framework's constraints; `oddities` are what values and names may be, too. */
function requests(oddities: {
  readonly name: fc.Arbitrary<string>;
  readonly text: fc.Arbitrary<string>;
}): fc.Arbitrary<Json> {
  const { name, text } = oddities;
  const value = fc.oneof(text, fc.constant(''));
  const dimension = fc.oneof(
    all([member('Name', name), member('Value', value)]),
    all([
      member('DimensionValueType', fc.constant('VARCHAR')),
      member('Name', name),
      member('Value', text),
    ]),
  );
  const measure = fc.oneof(
    measureOf('VARCHAR', text, name),
    measureOf('DOUBLE', double, name),
    measureOf('BIGINT', int64, name),
    measureOf('TIMESTAMP', int64, name),
    measureOf('BOOLEAN', fc.constantFrom('true', 'False'), name),
  );
  const version = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map((raw) => ({ raw: String(raw) }));
  const record = some([
    member('Dimensions', fc.array(dimension, { maxLength: 4 })),
    member('MeasureName', name),
    member('MeasureValue', text),
    member('MeasureValueType', fc.constantFrom('DOUBLE', 'VARCHAR', 'MULTI', 'TIMESTAMP')),
    member('MeasureValues', fc.array(measure, { maxLength: 5 })),
    member('Time', int64),
    member('TimeUnit', fc.constantFrom('SECONDS', 'MILLISECONDS', 'NANOSECONDS')),
    member('Version', version),
  ]);
  const common = member('CommonAttributes', record);
  const records = member('Records', fc.array(record, { minLength: 1, maxLength: 4 }));
  const names = [member('DatabaseName', text), member('TableName', text)];
  return fc.oneof(all([common, ...names, records]), all([...names, records]));
}

const plainRequest = requests({
  name: fc.constantFrom('host', 'cpu', 'usage_user', 'Größe', 'x]', '[{'),
  text: fc.constantFrom('a', 'host_1', '1.5', 'x}]', 'naïve 😀', ',:'),
});
const request = requests({
  name: fc.oneof(
    fc.constantFrom('host', 'cpu', 'usage_user', 'a"b'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  ),
  text: fc.oneof(
    fc.constantFrom('a', 'host_1', '1.5', '-7', 'None', 'x}]', '\\', '"', '\n', '😀'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  ),
});

function general(json: string): DecodedWrite {
  const decoded = new DecodedWrite();
  readGeneral(Buffer.from(json), decoded);
  return decoded;
}

describe('WriteRecordsDecoder', () => {
  const decoder = new WriteRecordsDecoder();
  const fast = new FastReader();

  test('reads a request the same however it is spelled', () => {
    fc.assert(
      fc.property(request, fc.infiniteStream(fc.nat()), (json, stream) => {
        const draw = (n: number) => (stream.next().value as number) % n;
        const plain = print(json, { draw, odd: false });
        const expected = told(general(plain));
        for (const spelling of [plain, plain, print(json, { draw, odd: true })]) {
          const decoded = decoder.decode(Buffer.from(spelling));
          expect(told(decoded)).toEqual(expected);
          decoder.recycle(decoded);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('never takes fast what the general reader would not take, or otherwise', () => {
    let taken = 0;
    const damage = fc.tuple(fc.nat(), fc.constantFrom(...'"\\{}[]:,10 eE-.nxé\n\u0000'));
    fc.assert(
      fc.property(plainRequest, fc.array(damage, { maxLength: 2 }), (json, damages) => {
        let text = print(json, { draw: () => 0, odd: false });
        fast.read(Buffer.from(text), new DecodedWrite());
        for (const [at, char] of damages) {
          const place = at % text.length;
          text = text.slice(0, place) + char + text.slice(place + (at % 2));
        }
        const decoded = new DecodedWrite();
        if (!fast.read(Buffer.from(text), decoded)) return;
        taken++;
        expect(told(decoded)).toEqual(told(general(text)));
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  test('reads the requests of SDKs fast', () => {
    const plain = {
      DatabaseName: 'iot',
      TableName: 'sensors',
      Records: Array.from({ length: 100 }, (_, i) => ({
        Dimensions: [{ Name: 'host', Value: `h${i % 3}` }],
        MeasureName: 'cpu',
        MeasureValueType: 'MULTI',
        MeasureValues: [{ Name: 'a', Value: `${i}.5`, Type: 'DOUBLE' }],
        Time: `170000000000${i}`,
        TimeUnit: 'MILLISECONDS',
        Version: 1700000000000 + i,
      })),
      CommonAttributes: { Dimensions: [{ Name: 'x', Value: 'y', DimensionValueType: 'VARCHAR' }] },
    };
    for (const spelling of [JSON.stringify(plain), JSON.stringify(plain, undefined, 1)]) {
      const decoded = new DecodedWrite();
      expect(fast.read(Buffer.from(spelling), decoded)).toBe(true);
      expect(told(decoded)).toEqual(told(general(spelling)));
      expect(decoded.dimensions[0]).toBe(decoded.dimensions[99]);
      expect(decoded.measures[0]).toBe(decoded.measures[99]);
    }
  });

  test('finds a set of dimensions again whose text has brackets', () => {
    const body = (value: string) =>
      Buffer.from(
        `{"DatabaseName":"d","TableName":"t","Records":[{"Dimensions":` +
          `[{"Name":"a","Value":"${value}"}]}]}`,
      );
    const first = new DecodedWrite();
    const second = new DecodedWrite();
    expect(fast.read(body('x]'), first)).toBe(true);
    expect(fast.read(body('x'), second)).toBe(true);
    expect(fast.read(body('x]'), second)).toBe(true);
    expect(second.dimensions[0]).toBe(first.dimensions[0]);
  });
});

describe('WriteRecordsDecoder, refusals', () => {
  const decoder = new WriteRecordsDecoder();
  const refusal = (body: Uint8Array | string): string => {
    try {
      decoder.decode(Buffer.from(body));
    } catch (error) {
      if (error instanceof ServiceError) return `${error.name}: ${error.message}`;
      throw error;
    }
    return 'taken';
  };
  const of = (changes: object, record: object = {}) =>
    refusal(
      JSON.stringify({ DatabaseName: 'd', TableName: 't', Records: [{}, record], ...changes }),
    );
  const clause = (value: string, path: string, rule: string) =>
    `Value ${value} at '${path}' failed to satisfy constraint: Member must ${rule}`;
  const one = (value: string, path: string, rule: string) =>
    `ValidationException: 1 validation error detected: ${clause(value, path, rule)}`;
  const dimensions = (dimension: object) => of({}, { Dimensions: [dimension] });
  const measures = (measure: object) =>
    of({}, { MeasureValues: [{ Name: 'n', Value: '1', Type: 'DOUBLE', ...measure }] });
  const types = 'satisfy enum value set: [DOUBLE, BIGINT, VARCHAR, BOOLEAN, TIMESTAMP, MULTI]';
  const units = 'satisfy enum value set: [MILLISECONDS, SECONDS, MICROSECONDS, NANOSECONDS]';

  test.each<[string, string, string]>([
    ['no database', of({ DatabaseName: undefined }), one('null', 'databaseName', 'not be null')],
    ['a null table', of({ TableName: null }), one('null', 'tableName', 'not be null')],
    ['no records', of({ Records: undefined }), one('null', 'records', 'not be null')],
    [
      'zero records',
      of({ Records: [] }),
      one("'[0 members]'", 'records', 'have length greater than or equal to 1'),
    ],
    [
      '101 records',
      of({ Records: new Array(101).fill({}) }),
      one("'[101 members]'", 'records', 'have length less than or equal to 100'),
    ],
    [
      'an empty measure name',
      of({}, { MeasureName: '' }),
      one("''", 'records.2.member.measureName', 'have length greater than or equal to 1'),
    ],
    [
      'an empty measure value',
      of({}, { MeasureValue: '' }),
      one("''", 'records.2.member.measureValue', 'have length greater than or equal to 1'),
    ],
    [
      'a long measure value',
      of({}, { MeasureValue: 'x'.repeat(2049) }),
      one(
        `'${'x'.repeat(256)}'`,
        'records.2.member.measureValue',
        'have length less than or equal to 2048',
      ),
    ],
    [
      'a long time',
      of({}, { Time: '1'.repeat(257) }),
      one(`'${'1'.repeat(256)}'`, 'records.2.member.time', 'have length less than or equal to 256'),
    ],
    [
      'an unknown type',
      of({}, { MeasureValueType: 'INT' }),
      one("'INT'", 'records.2.member.measureValueType', types),
    ],
    [
      'an unknown unit',
      of({ CommonAttributes: { TimeUnit: 'S' } }),
      one("'S'", 'commonAttributes.timeUnit', units),
    ],
    [
      'a dimension type other than VARCHAR',
      dimensions({ Name: 'a', Value: 'b', DimensionValueType: 'X' }),
      one(
        "'X'",
        'records.2.member.dimensions.1.member.dimensionValueType',
        'satisfy enum value set: [VARCHAR]',
      ),
    ],
    [
      'a dimension without a value',
      dimensions({ Name: 'a' }),
      one('null', 'records.2.member.dimensions.1.member.value', 'not be null'),
    ],
    [
      'a dimension without a name and a name too short',
      of({}, { Dimensions: [{ Value: '' }, { Name: '', Value: '' }] }),
      'ValidationException: 2 validation errors detected: ' +
        `${clause('null', 'records.2.member.dimensions.1.member.name', 'not be null')}; ` +
        clause(
          "''",
          'records.2.member.dimensions.2.member.name',
          'have length greater than or equal to 1',
        ),
    ],
    [
      '129 dimensions',
      of({ CommonAttributes: { Dimensions: new Array(129).fill({ Name: 'a', Value: 'b' }) } }),
      one(
        "'[129 members]'",
        'commonAttributes.dimensions',
        'have length less than or equal to 128',
      ),
    ],
    [
      'a measure without a type',
      measures({ Type: undefined }),
      one('null', 'records.2.member.measureValues.1.member.type', 'not be null'),
    ],
    [
      'a measure of an unknown type',
      measures({ Type: 'double' }),
      one("'double'", 'records.2.member.measureValues.1.member.type', types),
    ],
    [
      'a measure with an empty value',
      measures({ Value: '' }),
      one(
        "''",
        'records.2.member.measureValues.1.member.value',
        'have length greater than or equal to 1',
      ),
    ],
  ])('refuses %s in the words of the framework', (_, told, expected) => {
    expect(told).toBe(expected);
  });

  test.each<[string, object]>([
    ['a number as measure value', { MeasureValue: 1 }],
    ['a number as time', { Time: 1 }],
    ['a text as version', { Version: '1' }],
    ['a fraction as version', { Version: 1.5 }],
    ['an object as dimensions', { Dimensions: {} }],
    ['a text as dimension', { Dimensions: ['a'] }],
    ['a boolean as dimension value', { Dimensions: [{ Name: 'a', Value: true }] }],
    ['a lone surrogate', { MeasureName: '\ud800' }],
    ['a lone surrogate in a dimension', { Dimensions: [{ Name: 'a', Value: '\udc00' }] }],
  ])('refuses %s as a serialization error', (_, record) => {
    expect(of({}, record)).toMatch(/^SerializationException: /);
  });

  test('refuses versions beyond 64 bits, broken JSON and broken UTF-8', () => {
    const record = (raw: string) =>
      refusal(`{"DatabaseName":"d","TableName":"t","Records":[{"Version":${raw}}]}`);
    expect(record('9223372036854775807')).toBe('taken');
    expect(record('9223372036854775808')).toMatch(/^SerializationException: /);
    for (const body of ['', '[]', 'null', '{', '{"DatabaseName":"d",}', '{"a":"\u0001"}']) {
      expect(refusal(body)).toMatch(/^SerializationException: /);
    }
    const broken = Buffer.from('{"DatabaseName":"d"}');
    broken[17] = 0xff;
    expect(refusal(broken)).toMatch(/^SerializationException: /);
  });
});
