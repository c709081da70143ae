import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { HttpMetrics } from '../http/http-world.ts';

/** Metrics of this process in a registry of its own. */
export function prometheusMetrics(): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tandem_' });
  const labelNames = ['method', 'path', 'status'] as const;
  const requests = new Counter({
    name: 'tandem_http_requests_total',
    help: 'Answered requests by route and status.',
    labelNames,
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'tandem_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['method', 'path'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return {
    observe: ({ method, path, status, seconds }) => {
      requests.inc({ method, path, status: String(status) });
      latency.observe({ method, path }, seconds);
    },
    text: () => registry.metrics(),
  };
}
