import type { HealthServer } from './adapters/health/health-server.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { Config } from './config.ts';
import { liveness, readiness } from './health/judge.ts';
import { recordVitals } from './health/record-vitals.ts';
import type { Log } from './ports/log.ts';
import { type Gauges, type Metrics, noMetrics, type SessionFigures } from './ports/metrics.ts';
import type { Vitals } from './ports/vitals.ts';
import { exitCodes, StartProblem } from './start-problem.ts';

/** Where an agent is asked how it is, with what its parts tell for that. */
export interface HealthEndpoint {
  readonly vitals: Vitals;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/**
 * Opens what the configuration asks for. Its parts are loaded only then: an agent that nobody asks saves their memory. `figures`
 * is asked at every look. Throws `StartProblem` where it cannot listen.
 */
export async function openHealthEndpoint(
  { health, kubernetes, capacity }: Config,
  log: Log,
  figures: () => SessionFigures,
): Promise<HealthEndpoint> {
  const vitals = recordVitals(systemClock, kubernetes !== null);
  if (health === null) return { vitals, metrics: noMetrics, close: () => Promise.resolve() };
  const gauges = (): Gauges => {
    const { lead, session } = vitals.now();
    const isLeader = lead.kind === 'alone' || (lead.kind === 'leads' && lead.holds);
    return { isLive: session === 'live', isLeader, capacity, session: figures() };
  };
  const { openHealthServer } = await import('./adapters/health/health-server.ts');
  const metrics = health.metrics
    ? (await import('./adapters/health/prometheus-metrics.ts')).prometheusMetrics(gauges)
    : null;
  let server: HealthServer;
  try {
    server = await openHealthServer({
      ...health,
      live: () => liveness(vitals.now()),
      ready: () => readiness(vitals.now()),
      metrics: metrics?.text ?? null,
      log,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartProblem(exitCodes.locked, `The agent cannot listen for probes ("health"): ${why}`);
  }
  log.info({ address: server.address, metrics: health.metrics }, 'answers probes');
  return { vitals, metrics: metrics ?? noMetrics, close: server.close };
}
