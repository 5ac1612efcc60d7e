/**
 * Hashes and encodings of bytes (query-language 6.14). Bytes come and go as hexadecimal text:
 * kernels know no byte columns, and SQL turns one into the other.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { defineKernel, type Kernel } from './kernel.ts';
import { xxhash64 } from './xxhash64.ts';

const bytesOf = (hex: string) => Buffer.from(hex, 'hex');

function fromHex(text: string): string {
  if (/^([0-9a-f]{2})*$/i.test(text)) return text;
  throw new Error(`Cannot decode as hexadecimal: ${text}`);
}

function fromBase64(text: string): string {
  const form = /^[A-Za-z0-9+/]*={0,2}$/;
  if (!form.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new Error(`Illegal base64 text: ${text}`);
  }
  return Buffer.from(text, 'base64').toString('hex');
}

/** The name of a kernel, and what it makes of the hexadecimal text, or of any text. */
const TEXTS: readonly (readonly [name: string, make: (text: string) => string])[] = [
  ['k_hex_sha512', (hex) => createHash('sha512').update(bytesOf(hex)).digest('hex')],
  ['k_hex_xxhash64', (hex) => xxhash64(bytesOf(hex)).toString(16).padStart(16, '0')],
  // Bytes that are no UTF-8 become replacement characters, as in the ancestor.
  ['k_hex_text', (hex) => bytesOf(hex).toString('utf8')],
  ['k_hex_base64url', (hex) => bytesOf(hex).toString('base64url')],
  ['k_checked_hex', fromHex],
  ['k_base64_hex', fromBase64],
  ['k_base64url_hex', (text) => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))],
];

/** Big-endian integers of so many bytes. */
function fromBigEndian(hex: string, bytes: number): bigint {
  if (hex.length !== 2 * bytes) {
    throw new Error(`expected ${bytes}-byte input, but got instead: ${hex.length / 2}`);
  }
  return BigInt.asIntN(8 * bytes, BigInt(`0x${hex}`));
}

function toBigEndian(value: bigint, bytes: number): string {
  return BigInt.asUintN(8 * bytes, value)
    .toString(16)
    .padStart(2 * bytes, '0');
}

export const hashKernels: readonly Kernel[] = [
  ...TEXTS.map(([name, make]) =>
    defineKernel({ name, parameters: ['varchar'], result: 'varchar', perRow: make }),
  ),
  defineKernel({
    name: 'k_hex_crc32',
    parameters: ['varchar'],
    result: 'bigint',
    perRow: (hex) => BigInt(crc32(bytesOf(hex))),
  }),
  defineKernel({
    name: 'k_from_big_endian',
    parameters: ['varchar', 'integer'],
    result: 'bigint',
    perRow: fromBigEndian,
  }),
  defineKernel({
    name: 'k_to_big_endian',
    parameters: ['bigint', 'integer'],
    result: 'varchar',
    perRow: toBigEndian,
  }),
];
