/** Numbers in other bases, bits, cube roots, and doubles as text. */
import { formatDouble } from './format-double.ts';
import { defineKernel, type Kernel } from './kernel.ts';

function checkRadix(radix: bigint): number {
  if (radix < 2n || radix > 36n) throw new Error('Radix must be between 2 and 36');
  return Number(radix);
}

function fromBase(text: string, radix: bigint): bigint {
  const base = BigInt(checkRadix(radix));
  const bad = () => new Error(`Not a valid base-${radix} number: ${text}`);
  const parts = /^([+-]?)([0-9a-z]+)$/i.exec(text);
  if (!parts) throw bad();
  let value = 0n;
  for (const digit of parts[2] ?? '') {
    const amount = Number.parseInt(digit, 36);
    if (amount >= Number(base)) throw bad();
    value = value * base + BigInt(amount);
    if (value > 2n ** 63n) throw bad();
  }
  const signed = parts[1] === '-' ? -value : value;
  if (signed > 2n ** 63n - 1n) throw bad();
  return signed;
}

function bitCount(value: bigint, bits: bigint): bigint {
  if (bits < 2n || bits > 64n) {
    throw new Error(`Bits specified in bit_count must be between 2 and 64, got ${bits}`);
  }
  const half = 1n << (bits - 1n);
  if (value < -half || value >= half) {
    throw new Error(
      'Number must be representable with the bits specified. ' +
        `${value} can not be represented with ${bits} bits`,
    );
  }
  let count = 0n;
  for (let rest = BigInt.asUintN(Number(bits), value); rest > 0n; rest &= rest - 1n) count++;
  return count;
}

export const numberKernels: readonly Kernel[] = [
  defineKernel({
    name: 'k_cbrt',
    parameters: ['double'],
    result: 'double',
    perRow: Math.cbrt,
  }),
  defineKernel({
    name: 'k_from_base',
    parameters: ['varchar', 'bigint'],
    result: 'bigint',
    perRow: fromBase,
  }),
  defineKernel({
    name: 'k_to_base',
    parameters: ['bigint', 'bigint'],
    result: 'varchar',
    perRow: (value, radix) => value.toString(checkRadix(radix)),
  }),
  defineKernel({
    name: 'k_bit_count',
    parameters: ['bigint', 'bigint'],
    result: 'bigint',
    perRow: bitCount,
  }),
  defineKernel({
    name: 'k_double_text',
    parameters: ['double'],
    result: 'varchar',
    perRow: formatDouble,
  }),
];
