/** Randomness, as a port: tests give a seeded one and get the same run again. */
import { randomBytes } from 'node:crypto';

export interface Random {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, below), below ≤ 2^32. */
  integer(below: number): number;
}

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  integer: (below) => Math.floor((randomBytes(4).readUInt32LE() / 2 ** 32) * below),
};

/** A small generator (mulberry32) for tests and simulations; never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    integer: (below) => Math.floor((next() / 2 ** 32) * below),
  };
}

export function randomHex(random: Random, bytes: number): string {
  return Array.from(random.bytes(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
