import assert from 'node:assert/strict';
import type { Gauges } from '../../ports/metrics.ts';
import { type PrometheusMetrics, prometheusMetrics } from './prometheus-metrics.ts';

describe('metrics of the agent', () => {
  let now: Gauges;
  let metrics: PrometheusMetrics;

  beforeEach(() => {
    now = {
      isLive: true,
      isLeader: false,
      capacity: 8,
      session: {
        freeCapacity: 5,
        reportsWaiting: 3,
        reportsInFlight: 2,
        runs: new Map([['running', 3]]),
      },
    };
    metrics = prometheusMetrics(() => now);
  });

  /** Samples by name and labels; those of the process itself are left out. */
  const samples = async (): Promise<Map<string, number>> =>
    new Map(
      (await metrics.text())
        .split('\n')
        .filter((line) => /^tandem_agent_(?!process_|nodejs_)/.test(line))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );

  it('gauges are what is so when they are read', async () => {
    const first = await samples();
    const own = [...first].filter(([name]) => !name.includes('{'));
    assert.deepEqual(Object.fromEntries(own), {
      tandem_agent_session_up: 1,
      tandem_agent_leader: 0,
      tandem_agent_capacity: 8,
      tandem_agent_credits: 5,
      tandem_agent_reports_unacknowledged: 3,
      tandem_agent_reports_in_flight: 2,
      tandem_agent_reconnects_total: 0,
    });
    assert.equal(first.get('tandem_agent_runs{status="running"}'), 3);
    assert.equal(first.get('tandem_agent_runs{status="failed"}'), 0);
    now = { ...now, isLive: false, session: { ...now.session, runs: new Map([['failed', 1]]) } };
    const second = await samples();
    assert.equal(second.get('tandem_agent_session_up'), 0);
    assert.equal(
      second.get('tandem_agent_runs{status="running"}'),
      0,
      'a status that nothing has is not left as it was',
    );
    assert.equal(second.get('tandem_agent_runs{status="failed"}'), 1);
  });

  it('counters count what was told', async () => {
    metrics.redialled();
    metrics.commandReceived('start');
    metrics.commandReceived('start');
    metrics.commandAnswered('start', 'accepted');
    metrics.policyDenied(['secrets', 'hostPath', 'secrets']);
    metrics.watchRestarted('expired');
    for (const code of [200, 201, 404, 429, 503, 0])
      metrics.apiRequest({ verb: code === 201 ? 'post' : 'get', code, seconds: 0.05 });
    metrics.apiRequest({ verb: 'watch', code: 200, seconds: 31 });
    const found = await samples();
    const expected: Readonly<Record<string, number>> = {
      tandem_agent_reconnects_total: 1,
      'tandem_agent_commands_received_total{kind="start"}': 2,
      'tandem_agent_commands_acknowledged_total{kind="start",outcome="accepted"}': 1,
      'tandem_agent_policy_denials_total{rule="secrets"}': 1,
      'tandem_agent_policy_denials_total{rule="hostPath"}': 1,
      'tandem_agent_watch_restarts_total{reason="expired"}': 1,
      'tandem_agent_api_requests_total{verb="get",code="2xx"}': 1,
      'tandem_agent_api_requests_total{verb="post",code="2xx"}': 1,
      'tandem_agent_api_requests_total{verb="get",code="4xx"}': 2,
      'tandem_agent_api_requests_total{verb="get",code="5xx"}': 1,
      'tandem_agent_api_requests_total{verb="get",code="none"}': 1,
      'tandem_agent_api_request_seconds_count{verb="get"}': 5,
      'tandem_agent_api_request_seconds_bucket{le="0.02",verb="get"}': 0,
      'tandem_agent_api_request_seconds_bucket{le="0.1",verb="get"}': 5,
      'tandem_agent_api_request_seconds_bucket{le="30",verb="watch"}': 0,
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(found.get(name), value, name);
  });

  it('an agent more does not share them', async () => {
    metrics.redialled();
    const other = prometheusMetrics(() => now);
    assert.match(await other.text(), /^tandem_agent_reconnects_total 0$/m);
  });

  it('has figures of the process itself, too', async () => {
    assert.match(await metrics.text(), /^tandem_agent_process_resident_memory_bytes [1-9]/m);
  });
});
