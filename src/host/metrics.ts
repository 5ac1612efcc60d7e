/**
 * The process's metric registry (prom-client). Each folder declares its own metrics in its
 * `metrics.ts`, named `tessera_<module>_<thing>_<unit>[_total]` in base units; this file only makes
 * the registry and adds what the runtime itself reports (CPU, memory, event-loop delay).
 */
import { collectDefaultMetrics, Registry } from 'prom-client';

export type { Registry } from 'prom-client';

export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tessera_' });
  return registry;
}
