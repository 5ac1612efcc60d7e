import { describe, expect, it } from 'vitest';
import { hash32, hash32Bytes } from './hash.ts';

describe('hash32', () => {
  it('gives the published results of MurmurHash3 (x86, 32 bit) for bytes', () => {
    const cases: readonly (readonly [bytes: readonly number[], seed: number, hash: number])[] = [
      [[], 0, 0],
      [[], 1, 0x514e28b7],
      [[], 0xffffffff, 0x81f16f39],
      [[0xff, 0xff, 0xff, 0xff], 0, 0x76293b50],
      [[0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b],
      [[0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
      [[0x21, 0x43, 0x65], 0, 0x7e4a8634],
      [[0x21, 0x43], 0, 0xa0f7b07a],
      [[0x21], 0, 0x72661cf4],
      [[0, 0, 0, 0], 0, 0x2362f9de],
    ];
    for (const [bytes, seed, hash] of cases) {
      expect(hash32Bytes(Uint8Array.from(bytes), seed)).toBe(hash);
    }
  });

  it('hashes the UTF-8 of a text', () => {
    const seed = 0x9747b28c;
    expect(hash32('aaaa', seed)).toBe(0x5a97808a);
    expect(hash32('Hello, world!', seed)).toBe(0x24884cba);
    expect(hash32('ππππππππ', seed)).toBe(0xd58063c1);
    expect(hash32('The quick brown fox jumps over the lazy dog', seed)).toBe(0x2fa826cd);
  });

  it('hashes texts longer than its scratch buffer', () => {
    const text = 'ä'.repeat(10_000);
    expect(hash32(text)).toBe(hash32Bytes(new TextEncoder().encode(text)));
  });
});
