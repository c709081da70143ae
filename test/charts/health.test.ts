import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../agent/src/config.ts';
import { find, notesOf, type Rendered, render, renderSet, valuesFile } from './helm.ts';
import { podOf } from './pods.ts';

const sessions = 'controlPlane.sessions=cp.example:443';
const metrics = 'metrics.enabled=true';

type Labels = Readonly<Record<string, string>>;

/** What is looked at of a container, a Service, a ServiceMonitor and a NetworkPolicy. */
interface Probed {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds: number;
}
interface ServiceSpec {
  readonly clusterIP: string;
  readonly publishNotReadyAddresses: boolean;
  readonly selector: Labels;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
}
interface MonitorSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly endpoints: readonly { readonly port: string; readonly path: string; readonly interval: string }[];
}

describe('health in the chart of the agent', function () {
  this.timeout(600_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-charts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const deployment = (objects: readonly Rendered[]): Rendered => find(objects, 'Deployment', 'try-tandem-agent');
  const container = (objects: readonly Rendered[]): Probed =>
    podOf(deployment(objects))?.containers[0] as unknown as Probed;
  const podLabels = (objects: readonly Rendered[]): Labels =>
    (deployment(objects)['spec'] as { template: { metadata: { labels: Labels } } }).template.metadata.labels;
  const labelsOf = (object: Rendered): Labels => (object.metadata as unknown as { labels: Labels }).labels;
  const selects = (selector: Labels, labels: Labels): boolean =>
    Object.entries(selector).every(([name, value]) => labels[name] === value);
  const ingressOf = (objects: readonly Rendered[]): unknown =>
    (find(objects, 'NetworkPolicy', 'try-tandem-agent')['spec'] as { ingress: unknown }).ingress;
  const kinds = (objects: readonly Rendered[]): readonly string[] => objects.map(({ kind }) => kind);

  /** Where the agent listens with the configuration that the chart gives it. */
  const listensAt = async (objects: readonly Rendered[]) => {
    const map = find(objects, 'ConfigMap', 'try-tandem-agent-config') as unknown as { readonly data: Labels };
    const given = JSON.parse(map.data['agent.json'] ?? '') as object;
    const file = join(folder, 'agent.json');
    writeFileSync(file, JSON.stringify({ ...given, catalogueFile: undefined }));
    return (await readConfig({ file, data: '/data', env: {} })).health;
  };

  for (const [what, more, hasMetrics] of [
    ['as it comes', [], false],
    ['with metrics', ['--set', metrics], true],
  ] as const) {
    it(`${what}: probes ask where the agent listens, which has metrics: ${hasMetrics}`, async () => {
      const objects = render('agent', '--set', sessions, ...more);
      const { ports, readinessProbe, livenessProbe } = container(objects);
      assert.deepEqual(await listensAt(objects), { host: '*', port: ports[0]?.containerPort, metrics: hasMetrics });
      assert.equal(ports.length, 1);
      assert.equal(ports[0]?.name, 'metrics');
      assert.deepEqual(readinessProbe.httpGet, { path: '/readyz', port: 'metrics' });
      assert.deepEqual(livenessProbe.httpGet, { path: '/livez', port: 'metrics' });
      // An event loop may be late by 5 s (agent-and-kubernetes.md 4.10).
      assert.equal(livenessProbe.timeoutSeconds, 5);
    });
  }

  it('opens nothing to anybody unless it is told to', () => {
    const from = 'networkPolicy.metricsFrom=[{"podSelector":{}}]';
    for (const more of [[], ['--set-json', from]]) {
      const objects = render('agent', '--set', `${sessions},networkPolicy.enabled=true`, ...more);
      assert.deepEqual(ingressOf(objects), []);
      for (const kind of ['Service', 'ServiceMonitor', 'PodMonitor']) assert.ok(!kinds(objects).includes(kind), kind);
    }
  });

  it('says after an install where metrics are, and that nobody may read them yet', () => {
    const notes = (...more: readonly string[]): string => notesOf('agent', '--set', [sessions, ...more].join());
    assert.doesNotMatch(notes(), /metrics/);
    assert.match(notes(metrics), /behind try-tandem-agent-metrics\.tandem\.svc:8080\/metrics/);
    assert.doesNotMatch(notes(metrics), /Nobody may read them/);
    assert.match(notes(metrics, 'networkPolicy.enabled=true'), /say who in networkPolicy\.metricsFrom/);
    assert.doesNotMatch(notesOf('agent', '--values', valuesFile('agent', 'everything')), /Nobody may read them/);
  });

  it('shows each replica to scrapers, also one that is not ready, when metrics are on', () => {
    const objects = render('agent', '--set', `${sessions},${metrics},networkPolicy.enabled=true`);
    const spec = find(objects, 'Service', 'try-tandem-agent-metrics', 'tandem')['spec'] as ServiceSpec;
    assert.ok(selects(spec.selector, podLabels(objects)));
    assert.deepEqual([spec.clusterIP, spec.publishNotReadyAddresses], ['None', true]);
    const [port] = container(objects).ports;
    assert.deepEqual(
      spec.ports.map(({ name, port: number, targetPort }) => [name, number, targetPort]),
      [['metrics', port?.containerPort, port?.name]],
    );
    assert.ok(!kinds(objects).includes('ServiceMonitor'));
    assert.deepEqual(ingressOf(objects), [], 'a policy lets nobody in who was not named');
  });

  it('tells the operator of Prometheus which Service, and lets in just whom it was told', () => {
    const objects = renderSet('agent', 'everything');
    const monitor = find(objects, 'ServiceMonitor', 'try-tandem-agent-metrics', 'tandem');
    const { selector, endpoints } = monitor['spec'] as MonitorSpec;
    const chosen = objects.filter((each) => each.kind === 'Service' && selects(selector.matchLabels, labelsOf(each)));
    assert.deepEqual(
      chosen.map(({ metadata }) => metadata.name),
      ['try-tandem-agent-metrics'],
    );
    assert.deepEqual(endpoints, [{ port: 'metrics', path: '/metrics', interval: '1m' }]);
    assert.equal(labelsOf(monitor)['release'], 'prometheus');
    assert.deepEqual(ingressOf(objects), [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ port: 'metrics', protocol: 'TCP' }],
      },
    ]);
  });
});
