/** Bitwise functions on bigint, two's complement (query-language 6.2). */
import { kernel, scalar, sql } from './define.ts';
import type { FunctionOverload } from './overload.ts';

const BINARY = ['(bigint, bigint) -> bigint'];

export const bitwiseFunctions: readonly FunctionOverload[] = [
  ...scalar({
    names: ['bit_count'],
    signatures: BINARY,
    doc: 'Counts the set bits of x seen as a signed integer of that many bits.',
    example: 'bit_count(19, 8) → 3',
    errors: [
      'Bits specified in bit_count must be between 2 and 64, got N',
      'Number must be representable with the bits specified. X can not be represented with N bits',
    ],
    lower: kernel('k_bit_count'),
  }),
  ...scalar({
    names: ['bitwise_and'],
    signatures: BINARY,
    doc: 'Bitwise AND.',
    example: 'bitwise_and(12, 7) → 4',
    lower: sql(([a, b]) => `(${a} & ${b})`),
  }),
  ...scalar({
    names: ['bitwise_or'],
    signatures: BINARY,
    doc: 'Bitwise OR.',
    example: 'bitwise_or(12, 7) → 15',
    lower: sql(([a, b]) => `(${a} | ${b})`),
  }),
  ...scalar({
    names: ['bitwise_xor'],
    signatures: BINARY,
    doc: 'Bitwise exclusive OR.',
    example: 'bitwise_xor(12, 7) → 11',
    lower: sql(([a, b]) => `xor(${a}, ${b})`),
  }),
  ...scalar({
    names: ['bitwise_not'],
    signatures: ['(bigint) -> bigint'],
    doc: 'Bitwise NOT.',
    example: 'bitwise_not(12) → -13',
    lower: sql(([a]) => `(~${a})`),
  }),
];
