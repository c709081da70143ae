import { statuses } from '@tandem/shared/lifecycle';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gauges, Metrics } from '../../ports/metrics.ts';

/** Metrics with the text that a scraper reads. */
export interface PrometheusMetrics extends Metrics {
  text(): Promise<string>;
}

/** Metrics of this process in a registry of its own. `gauges` is asked at every look. */
export function prometheusMetrics(gauges: () => Gauges): PrometheusMetrics {
  const register = new Registry();
  const registers = [register];
  // The delay of the event loop is sampled ten times a second: more often would keep an idle processor awake.
  collectDefaultMetrics({ register, prefix: 'tandem_agent_', eventLoopMonitoringPrecision: 100 });

  const gauge = (name: string, help: string, read: (now: Gauges) => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read(gauges())) });
  };
  gauge('tandem_agent_session_up', '1 while a session with the control plane is up.', ({ isLive }) => Number(isLive));
  gauge('tandem_agent_leader', '1 in the replica that leads.', ({ isLeader }) => Number(isLeader));
  gauge('tandem_agent_capacity', 'Most runs at once.', ({ capacity }) => capacity);
  gauge('tandem_agent_credits', 'How many more runs the agent would take.', ({ session }) => session.freeCapacity);
  gauge(
    'tandem_agent_reports_unacknowledged',
    'Reports that the control plane has not acknowledged.',
    ({ session }) => session.reportsWaiting,
  );
  gauge(
    'tandem_agent_reports_in_flight',
    'Reports that were sent in this session and are not acknowledged.',
    ({ session }) => session.reportsInFlight,
  );
  const runs: Gauge<'status'> = new Gauge({
    name: 'tandem_agent_runs',
    help: 'Runs that are there by status, ended ones included until they are removed.',
    labelNames: ['status'],
    registers,
    collect: () => {
      const now = gauges().session.runs;
      for (const status of statuses) runs.set({ status }, now.get(status) ?? 0);
    },
  });

  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers });
  const redials = counter('tandem_agent_reconnects_total', 'Times that the control plane was dialled once more.');
  const received = counter('tandem_agent_commands_received_total', 'Commands that came, repeats included.', 'kind');
  const answered = counter('tandem_agent_commands_acknowledged_total', 'Answered commands.', 'kind', 'outcome');
  const denials = counter('tandem_agent_policy_denials_total', 'Runs that a rule of the policy kept out.', 'rule');
  const watches = counter('tandem_agent_watch_restarts_total', 'Watches of the cluster that began anew.', 'reason');
  const requests = counter('tandem_agent_api_requests_total', 'Requests to the API server.', 'verb', 'code');
  const latency = new Histogram({
    name: 'tandem_agent_api_request_seconds',
    help: 'Time from sending a request to the API server to the beginning of its answer.',
    labelNames: ['verb'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers,
  });

  return {
    redialled: () => redials.inc(),
    commandReceived: (kind) => received.inc({ kind }),
    commandAnswered: (kind, outcome) => answered.inc({ kind, outcome }),
    policyDenied: (rules) => {
      for (const rule of new Set(rules)) denials.inc({ rule });
    },
    apiRequest: ({ verb, code, seconds }) => {
      requests.inc({ verb, code: classOf(code) });
      latency.observe({ verb }, seconds);
    },
    watchRestarted: (reason) => watches.inc({ reason }),
    text: () => register.metrics(),
  };
}

/** `2xx` and its like; `none` where no answer came. */
const classOf = (code: number): string => (code < 100 || code > 599 ? 'none' : `${Math.floor(code / 100)}xx`);
