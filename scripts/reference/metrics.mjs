/** Metrics of `/metrics`, found by making every registry there is. */
import { Registry } from 'prom-client';
import { code, page, sentence, table } from './markdown.mjs';

/** Every `metrics.ts` but the one that makes the registry; a test compares with the sources. */
export const METRIC_MODULES = [
  { module: 'wire/metrics', title: 'API', make: (m, registry) => m.wireMetrics(registry) },
  {
    module: 'protocols/metrics',
    title: 'Other protocols',
    make: (m, registry) => m.doorMetrics(registry),
  },
  {
    module: 'ingest/metrics',
    title: 'Ingest',
    make: (m, registry) => m.ingestMetrics(registry, () => 0),
  },
  {
    module: 'memory/metrics',
    title: 'Memory store',
    make: (m, registry) =>
      m.createMemoryMetrics(
        registry,
        () => ({}),
        () => 0,
      ),
  },
  {
    module: 'magnetic/metrics',
    title: 'Magnetic store',
    make: (m, registry) => m.magneticMetrics(registry, () => ({})),
  },
  {
    module: 'tasks/metrics',
    title: 'Background work on tiles',
    make: (m, registry) => m.tileTaskMetrics(registry, () => ({})),
  },
  { module: 'query/execute/metrics', title: 'Query', make: (m, reg) => m.queryMetrics(reg) },
  { module: 'substrate/log/metrics', title: 'Log', make: (m, reg) => m.logMetrics(reg) },
];

export async function metricsPage(load) {
  const sections = [];
  for (const { module, title, make } of METRIC_MODULES) {
    const registry = new Registry();
    make(await load(module), registry);
    sections.push(`## ${title}`, metricsTable(registry.getMetricsAsArray()));
  }
  return page({
    title: 'Metrics',
    source: 'the `metrics.ts` files under src/',
    blocks: [
      '`GET /metrics` answers in the Prometheus text format. Times are in seconds, sizes in bytes.',
      ...sections,
      '## Runtime',
      'Besides, what Node.js reports of itself, as far as the platform has it: `tessera_process_…` ' +
        '(CPU, memory, file descriptors) and `tessera_nodejs_…` (event-loop delay, heap, garbage ' +
        'collection).',
    ],
  });
}

function metricsTable(metrics) {
  const rows = metrics
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((metric) => [
      code(metric.name),
      typeOf(metric),
      (metric.labelNames ?? []).map(code).join(', '),
      sentence(metric.help),
    ]);
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}

function typeOf(metric) {
  return metric.constructor.name.toLowerCase();
}
