/**
 * What an operator or a load balancer asks for: /health (the process lives), /ready (it can serve),
 * /metrics (Prometheus text). Answers are JSON with reasons, for people as well as for probes.
 */
import type { Clock } from '../host/clock.ts';
import type { HttpPage, HttpRoute } from '../host/http-route.ts';
import type { Registry } from '../host/metrics.ts';
import type { Readiness } from './readiness.ts';

export interface OperateOptions {
  readonly readiness: Readiness;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly version: string;
}

export function operateRoutes(options: OperateOptions): readonly HttpRoute[] {
  const startedMs = options.clock.elapsedMs();
  return [
    {
      method: 'GET',
      path: '/health',
      handle: () =>
        json(200, {
          status: 'alive',
          version: options.version,
          uptimeSeconds: Math.floor((options.clock.elapsedMs() - startedMs) / 1000),
        }),
    },
    { method: 'GET', path: '/ready', handle: () => readyPage(options.readiness) },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({
        status: 200,
        contentType: options.registry.contentType,
        body: await options.registry.metrics(),
      }),
    },
  ];
}

function readyPage(readiness: Readiness): HttpPage {
  const { phase } = readiness;
  switch (phase.kind) {
    case 'ready':
      return json(200, { status: 'ready' });
    case 'starting':
      return json(503, { status: 'starting', ...phase.step });
    case 'draining':
      return json(503, { status: 'draining' });
  }
}

function json(status: number, body: object): HttpPage {
  return { status, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}
