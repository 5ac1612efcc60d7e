import { describe, expect, it } from 'vitest';
import {
  QUERY_MEMORY_CHECK_MS,
  QUERY_MEMORY_GRACE_MS,
  QUERY_MEMORY_MARGIN_BYTES,
} from '../../base/limits.ts';
import { MemoryWatch } from './memory-watch.ts';

const LIMIT = 1_000_000_000;
const GRACE_CHECKS = Math.ceil(QUERY_MEMORY_GRACE_MS / QUERY_MEMORY_CHECK_MS);

class Bench {
  resident = 500_000_000;
  oldest: number | undefined;
  newest = 0;
  stops = 0;
  held = 0;
  readonly watch = new MemoryWatch({
    process: { residentBytes: () => this.resident, heapBytes: () => 0 },
    timers: { after: () => () => {}, every: () => () => {}, sleep: async () => {} },
    queryBytesMax: LIMIT,
    accountedBytes: () => 0,
    pages: { oldest: () => this.oldest, newest: () => this.newest },
    onExceeded: () => {
      this.stops += 1;
    },
    onChecked: (bytes) => {
      this.held = bytes;
    },
  });

  /** A page is begun, the oldest if there is no other. */
  begin(): void {
    this.newest += 1;
    this.oldest ??= this.newest;
  }

  checks(count: number): void {
    for (let i = 0; i < count; i++) this.watch.check();
  }
}

describe('the memory watch', () => {
  it('counts what was there while nothing ran as nobody’s', () => {
    const bench = new Bench();
    bench.resident = 3_000_000_000;
    bench.checks(1);
    expect([bench.held, bench.stops]).toEqual([0, 0]);
    bench.begin();
    bench.resident += LIMIT + QUERY_MEMORY_MARGIN_BYTES;
    bench.checks(1);
    expect(bench.stops).toBe(0);
    bench.resident += 1;
    bench.checks(1);
    expect(bench.stops).toBe(1);
  });

  it('gives those that were stopped a while before it stops again', () => {
    const bench = new Bench();
    bench.begin();
    bench.resident += 2 * LIMIT;
    bench.checks(1 + GRACE_CHECKS);
    expect(bench.stops).toBe(1);
    bench.checks(1);
    expect(bench.stops).toBe(2);
  });

  it('does not hold against new runs what the stopped ones left behind', () => {
    const bench = new Bench();
    bench.begin();
    bench.resident += 2 * LIMIT;
    bench.checks(1);
    // Never idle: others have begun before the stopped one ended.
    bench.begin();
    bench.oldest = 2;
    bench.checks(2 * GRACE_CHECKS + 2);
    expect(bench.stops).toBe(1);
    expect(bench.held).toBe(LIMIT);
    bench.resident += 2 * LIMIT;
    bench.checks(1);
    expect(bench.stops).toBe(2);
  });
});
