import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../base/errors.ts';
import { compressed, varint } from './messages.test-support.ts';
import { decompressSnappy } from './snappy.ts';

const MAX = 100_000;
const decompress = (...bytes: number[]): string =>
  decompressSnappy(Uint8Array.from(bytes), MAX).toString('latin1');
const chars = (text: string): number[] => [...Buffer.from(text)];

describe('a Snappy block', () => {
  test('has literals of all forms of length', () => {
    for (const size of [1, 60, 61, 256, 257, 65_536, 65_537]) {
      const body = Buffer.alloc(size, 'x');
      const length = size - 1;
      const bytes = size <= 60 ? 0 : Math.ceil(Math.log2(length + 1) / 8) || 1;
      const tag = bytes === 0 ? [length * 4] : [(59 + bytes) * 4];
      const lengthBytes = Array.from({ length: bytes }, (_, i) => (length >>> (8 * i)) & 0xff);
      const block = Buffer.from([...varint(size), ...tag, ...lengthBytes, ...body]);
      expect(decompressSnappy(block, MAX).equals(body)).toBe(true);
    }
  });

  test('has copies of one, two and four bytes of offset, also of what they make', () => {
    expect(decompress(10, 1 * 4, ...chars('ab'), 1 | (4 << 2), 2)).toBe('ababababab');
    expect(decompress(6, 2 * 4, ...chars('abc'), 2 | (2 << 2), 3, 0)).toBe('abcabc');
    expect(decompress(6, 2 * 4, ...chars('abc'), 3 | (2 << 2), 3, 0, 0, 0)).toBe('abcabc');
    // 257 back: one in the upper bits of the tag, one in the byte behind.
    const literal = [60 * 4, 255, ...Buffer.alloc(256, 'y'), 0, ...chars('z')];
    const copied = decompress(...varint(261), ...literal, 1 | (1 << 5), 1);
    expect(copied).toBe(`${'y'.repeat(256)}zyyyy`);
  });

  test.each([
    ['nothing', []],
    ['a length without an end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a literal that is cut off', [5, 4 * 4, 1, 2]],
    ['a literal beyond the length', [1, 1 * 4, 1, 2]],
    ['less than the length', [5, 0, 1]],
    ['a copy from in front of the block', [9, 0, 1, 1 | (4 << 2), 2]],
    ['a copy from nowhere', [9, 0, 1, 1 | (4 << 2), 0]],
    ['a copy beyond the length', [2, 0, 1, 1 | (4 << 2), 1]],
    ['a copy that is cut off', [9, 0, 1, 2 | (4 << 2), 1]],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decompress(...bytes)).toThrow(/not in the block format/);
  });

  test('is refused when it would be too large, before anything is made of it', () => {
    expect(() => decompress(...varint(MAX + 1))).toThrow(/larger than 100000 bytes/);
  });

  test('of any bytes is decompressed or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decompressSnappy(bytes, 1000);
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
        }
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect([...decompressSnappy(compressed(bytes), MAX)]).toEqual([...bytes]);
      }),
    );
  });
});
