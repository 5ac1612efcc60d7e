/** Bytes: hashes and encodings (query-language 6.14). They live inside of expressions only. */
import { sameAs, scalar, sql } from './define.ts';
import type { FunctionOverload, Lowering } from './overload.ts';

/** A kernel over the bytes as hexadecimal text. */
const ofHex = (name: string): Lowering => sql(([bytes]) => `${name}(hex(${bytes}))`);
/** Bytes from a kernel that gives hexadecimal text. */
const toBytes = (name: string): Lowering => sql(([text]) => `unhex(${name}(${text}))`);
const hashed = (name: string): Lowering => sql(([bytes]) => `unhex(${name}(${bytes}))`);

const TEXT_TO_BYTES = ['(varchar) -> varbinary'];
const BYTES_TO_TEXT = ['(varbinary) -> varchar'];
const BYTES_TO_BYTES = ['(varbinary) -> varbinary'];

const encodings = [
  scalar({
    names: ['to_utf8'],
    signatures: TEXT_TO_BYTES,
    doc: 'The bytes of a text.',
    lower: sameAs('encode'),
  }),
  scalar({
    names: ['from_utf8'],
    signatures: BYTES_TO_TEXT,
    doc: 'The text of bytes; what is no UTF-8 becomes the replacement character.',
    lower: ofHex('k_hex_text'),
  }),
  scalar({
    names: ['to_hex'],
    signatures: BYTES_TO_TEXT,
    doc: 'Bytes in hexadecimal.',
    example: "to_hex(to_utf8('A')) → 41",
    lower: sameAs('hex'),
  }),
  scalar({
    names: ['from_hex'],
    signatures: TEXT_TO_BYTES,
    doc: 'Bytes from hexadecimal.',
    errors: ['Cannot decode as hexadecimal: text'],
    lower: toBytes('k_checked_hex'),
  }),
  scalar({
    names: ['to_base64'],
    signatures: BYTES_TO_TEXT,
    doc: 'Bytes in base 64.',
    lower: sameAs('to_base64'),
  }),
  scalar({
    names: ['from_base64'],
    signatures: TEXT_TO_BYTES,
    doc: 'Bytes from base 64.',
    errors: ['Illegal base64 text: text'],
    lower: toBytes('k_base64_hex'),
  }),
  scalar({
    names: ['to_base64url'],
    signatures: BYTES_TO_TEXT,
    doc: 'Bytes in the base 64 of URLs.',
    lower: ofHex('k_hex_base64url'),
  }),
  scalar({
    names: ['from_base64url'],
    signatures: TEXT_TO_BYTES,
    doc: 'Bytes from the base 64 of URLs.',
    errors: ['Illegal base64 text: text'],
    lower: toBytes('k_base64url_hex'),
  }),
  scalar({
    names: ['to_big_endian_64'],
    signatures: ['(bigint) -> varbinary'],
    doc: 'The eight bytes of a number, the highest first.',
    lower: sql(([value]) => `unhex(k_to_big_endian(${value}, 8))`),
  }),
  scalar({
    names: ['from_big_endian_64'],
    signatures: ['(varbinary) -> bigint'],
    doc: 'The number of eight bytes, the highest first.',
    errors: ['expected 8-byte input, but got instead: n'],
    lower: sql(([bytes]) => `k_from_big_endian(hex(${bytes}), 8)`),
  }),
  scalar({
    names: ['to_big_endian_32'],
    signatures: ['(integer) -> varbinary'],
    doc: 'The four bytes of a number, the highest first.',
    lower: sql(([value]) => `unhex(k_to_big_endian(CAST(${value} AS BIGINT), 4))`),
  }),
  scalar({
    names: ['from_big_endian_32'],
    signatures: ['(varbinary) -> integer'],
    doc: 'The number of four bytes, the highest first.',
    errors: ['expected 4-byte input, but got instead: n'],
    lower: sql(([bytes]) => `CAST(k_from_big_endian(hex(${bytes}), 4) AS INTEGER)`),
  }),
  scalar({
    names: ['length'],
    signatures: ['(varbinary) -> bigint'],
    doc: 'The number of bytes.',
    lower: sameAs('octet_length'),
  }),
];

const hashes = [
  scalar({
    names: ['md5'],
    signatures: BYTES_TO_BYTES,
    doc: 'The MD5 hash.',
    lower: hashed('md5'),
  }),
  scalar({
    names: ['sha1'],
    signatures: BYTES_TO_BYTES,
    doc: 'The SHA-1 hash.',
    lower: hashed('sha1'),
  }),
  scalar({
    names: ['sha256'],
    signatures: BYTES_TO_BYTES,
    doc: 'The SHA-256 hash.',
    lower: hashed('sha256'),
  }),
  scalar({
    names: ['sha512'],
    signatures: BYTES_TO_BYTES,
    doc: 'The SHA-512 hash.',
    lower: sql(([bytes]) => `unhex(k_hex_sha512(hex(${bytes})))`),
  }),
  scalar({
    names: ['xxhash64'],
    signatures: BYTES_TO_BYTES,
    doc: 'The xxHash of 64 bits.',
    lower: sql(([bytes]) => `unhex(k_hex_xxhash64(hex(${bytes})))`),
  }),
  scalar({
    names: ['crc32'],
    signatures: ['(varbinary) -> bigint'],
    doc: 'The CRC-32 checksum.',
    lower: ofHex('k_hex_crc32'),
  }),
];

export const binaryFunctions: readonly FunctionOverload[] = [...encodings, ...hashes].flat();
