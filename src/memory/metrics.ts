/** Every metric of the memory store. Gauges are read from the store when they are scraped. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { MemoryUsage } from './contract.ts';

export interface MemoryMetrics {
  readonly rows: Counter;
  readonly waits: Counter;
  readonly chunksReplaced: Counter;
}

export function createMemoryMetrics(
  registry: Registry,
  usage: () => MemoryUsage,
  chunksReplaced: () => number,
): MemoryMetrics {
  const registers = [registry];
  const gauges: readonly (readonly [name: string, help: string, value: keyof MemoryUsage])[] = [
    ['rows', 'Rows in the memory store.', 'rows'],
    ['series', 'Time series known to the memory store.', 'series'],
    ['generations', 'Generations of hot rows in the memory store.', 'generations'],
    ['used_bytes', 'Shared memory in blocks that hold rows or may still be read.', 'usedBytes'],
    ['reserved_bytes', 'Shared memory taken from the system.', 'reservedBytes'],
    ['limit_bytes', 'Used memory from which writes are refused.', 'limitBytes'],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name: `tessera_memory_${name}`,
      help,
      registers,
      collect() {
        this.set(usage()[value]);
      },
    });
  }
  let reported = 0;
  return {
    rows: new Counter({
      name: 'tessera_memory_rows_written_total',
      help: 'Rows accepted by the memory store, repeats apart.',
      registers,
    }),
    waits: new Counter({
      name: 'tessera_memory_waits_total',
      help: 'Writes that had to wait for rows of the same series that were in flight.',
      registers,
    }),
    chunksReplaced: new Counter({
      name: 'tessera_memory_chunks_replaced_total',
      help: 'Chunks rewritten for late rows and upserts.',
      registers,
      collect() {
        const replaced = chunksReplaced();
        this.inc(replaced - reported);
        reported = replaced;
      },
    }),
  };
}
