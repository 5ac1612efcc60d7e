/**
 * Functions that Timestream does not document but its ancestor has (query-language 6.14). Known by
 * name, so that a query gets told that they are missing rather than unknown.
 */
import { NOT_YET, sameAs, scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const AHEAD = [
  'xxhash64',
  'from_big_endian_64',
  'to_big_endian_64',
  'crc32',
  'sha512',
  'normalize',
  'split_to_map',
  'split_to_multimap',
  'word_stem',
  'width_bucket',
  'cosine_similarity',
  'normal_cdf',
  'inverse_normal_cdf',
  'beta_cdf',
  'map',
  'map_keys',
  'map_values',
  'json_extract_scalar',
  'json_extract',
  'json_parse',
  'json_format',
  'url_extract_host',
  'url_extract_path',
  'url_extract_port',
  'url_extract_protocol',
  'url_extract_query',
  'url_extract_parameter',
  'url_encode',
  'url_decode',
];

const TO_BINARY = ['(varchar) -> varbinary'];

export const extraFunctions: readonly FunctionOverload[] = [
  scalar({
    names: ['to_utf8'],
    signatures: TO_BINARY,
    doc: 'The bytes of a text.',
    lower: sameAs('encode'),
  }),
  scalar({
    names: ['from_utf8'],
    signatures: ['(varbinary) -> varchar'],
    doc: 'The text of bytes.',
    lower: sameAs('decode'),
  }),
  scalar({
    names: ['to_hex'],
    signatures: ['(varbinary) -> varchar'],
    doc: 'Bytes in hexadecimal.',
    lower: sameAs('hex'),
  }),
  scalar({
    names: ['from_hex'],
    signatures: TO_BINARY,
    doc: 'Bytes from hexadecimal.',
    lower: sameAs('unhex'),
  }),
  scalar({
    names: ['to_base64'],
    signatures: ['(varbinary) -> varchar'],
    doc: 'Bytes in base 64.',
    lower: sameAs('to_base64'),
  }),
  scalar({
    names: ['from_base64'],
    signatures: TO_BINARY,
    doc: 'Bytes from base 64.',
    lower: sameAs('from_base64'),
  }),
  scalar({
    names: ['md5'],
    signatures: ['(varbinary) -> varbinary'],
    doc: 'The MD5 hash.',
    lower: sql(([value]) => `unhex(md5(${value}))`),
  }),
  scalar({
    names: ['sha1'],
    signatures: ['(varbinary) -> varbinary'],
    doc: 'The SHA-1 hash.',
    lower: sql(([value]) => `unhex(sha1(${value}))`),
  }),
  scalar({
    names: ['sha256'],
    signatures: ['(varbinary) -> varbinary'],
    doc: 'The SHA-256 hash.',
    lower: sql(([value]) => `unhex(sha256(${value}))`),
  }),
  ...AHEAD.map((name) =>
    scalar({
      names: [name],
      signatures: ['<T>(T, T...) -> unknown'],
      doc: 'Not available.',
      lower: NOT_YET,
    }),
  ),
].flat();
