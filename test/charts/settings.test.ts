import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig as readAgentConfig } from '../../agent/src/config.ts';
import { readConfig as readControlPlaneConfig } from '../../control-plane/src/config.ts';
import { codeBlocks } from '../docs/code-blocks.ts';
import { type ChartName, find, type Rendered, render, renderSet } from './helm.ts';
import { podOf, templateOf } from './pods.ts';

/** What is looked at in a NetworkPolicy. */
interface NetworkPolicySpec {
  readonly podSelector: object;
  readonly ingress?: readonly object[];
  readonly egress?: readonly { readonly to?: readonly { readonly podSelector?: object }[] }[];
}

const sessions = 'controlPlane.sessions=cp.example:443';

describe('settings of charts', function () {
  this.timeout(600_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-charts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The files as the agent's pod has them. */
  async function agentConfig(objects: readonly Rendered[]): Promise<Awaited<ReturnType<typeof readAgentConfig>>> {
    for (const [place, name, file] of [
      ['config', 'try-tandem-agent-config', 'agent.json'],
      ['catalogue', 'try-tandem-agent-connections', 'catalogue.yaml'],
    ] as const) {
      const { data } = find(objects, 'ConfigMap', name) as unknown as {
        readonly data: Readonly<Record<string, string>>;
      };
      mkdirSync(join(folder, place));
      writeFileSync(join(folder, place, file), data[file] ?? '');
    }
    return readAgentConfig({ file: join(folder, 'config/agent.json'), data: '/data', env: {} });
  }

  it('of every value set are such as the agent takes', async () => {
    const config = await agentConfig(renderSet('agent', 'everything'));
    assert.deepEqual(config.namespaces, ['runs-a', 'runs-b']);
    assert.equal(config.controlPlane.caFile, join(folder, 'ca/ca.crt'));
    assert.equal(config.enrolment.tokenFile, join(folder, 'enrollment/token'));
    assert.equal(config.masking, 'values');
    assert.equal(config.capacity, 50);
    assert.deepEqual([...config.catalogue.connections.keys()], ['repo', 'data', 'store']);
    assert.equal(config.kubernetes?.namespace, 'tandem');
    assert.equal(config.kubernetes?.identitySecret, 'try-tandem-agent-identity');
    assert.match(config.kubernetes?.helper.image ?? '', /^registry\.example\/tandem-helper@sha256:/);
    assert.equal(config.kubernetes?.ttl.succeededSeconds, 0);
    assert.deepEqual(config.kubernetes?.files, {
      url: 'http://try-tandem-agent-files.runs-a.svc:8080',
      tokenFile: join(folder, 'files-token/token'),
    });
  });

  it('of the fewest values too', async () => {
    const config = await agentConfig(render('agent', '--set', sessions));
    assert.deepEqual(config.namespaces, ['tandem-runs']);
    assert.equal(config.kubernetes?.helper.image, 'tandem-helper:0.1.0');
    assert.equal(config.kubernetes?.files, null);
    assert.equal(config.catalogue.artifactsStore, null);
  });

  it('start pods anew when they change, but connections do not', () => {
    const checksums = (...args: readonly string[]): unknown =>
      templateOf(find(renderSet('agent', 'everything', ...args), 'Deployment', 'try-tandem-agent'))?.metadata
        .annotations;
    const before = checksums();
    assert.deepEqual(checksums('--set', 'connections[1].schema.bucket=s3://other'), before);
    assert.notDeepEqual(checksums('--set', 'agent.logLevel=debug'), before);
    assert.notDeepEqual(checksums('--set', 'enrollment.token=another'), before);
  });

  for (const set of ['minimal', 'everything', 'embedded']) {
    it(`of the control plane with "${set}" are such as it takes`, () => {
      const objects = renderSet('control-plane', set);
      const pods = objects
        .filter((each) => each.kind === 'Deployment' || each.kind === 'Job')
        .map((each) => podOf(each)?.containers[0]);
      assert.equal(pods.length, set === 'embedded' ? 1 : 2);
      for (const container of pods) {
        const env = Object.fromEntries(
          (container?.env ?? []).map(({ name, value }) => [name, value ?? 'postgres://from-a-secret/x']),
        );
        const read = readControlPlaneConfig(container?.args ?? [], {
          ...env,
          ...(env['TANDEM_REPLICA_URL'] === undefined ? {} : { TANDEM_REPLICA_URL: 'http://10.0.0.1:8000' }),
        });
        assert.equal(read.kind, 'config', read.kind === 'wrong' ? read.message : '');
      }
    });
  }

  it('name the database without its password', () => {
    const container = podOf(find(renderSet('control-plane', 'everything'), 'Deployment', 'try-tandem-control-plane'))
      ?.containers[0];
    const env = new Map((container?.env ?? []).map((each) => [each.name, each]));
    assert.equal(env.get('TANDEM_DATABASE_URL')?.value, 'postgres://tan%20dem@db.example:5432/tandem?sslmode=require');
    assert.deepEqual(env.get('PGPASSWORD')?.valueFrom, { secretKeyRef: { name: 'database', key: 'password' } });
  });

  it('of a bucket reach the files server as they reach a run', () => {
    const container = podOf(find(renderSet('agent', 'bucket'), 'Deployment', 'try-tandem-agent-files'))?.containers[0];
    assert.deepEqual(container?.args?.slice(0, 3), ['files', '--store', 's3://bkt/runs']);
    assert.deepEqual(container?.env, [
      { name: 'AWS_ENDPOINT_URL', value: 'http://s3.example' },
      { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'store-key', key: 'AWS_ACCESS_KEY_ID' } } },
      {
        name: 'AWS_SECRET_ACCESS_KEY',
        valueFrom: { secretKeyRef: { name: 'store-key', key: 'AWS_SECRET_ACCESS_KEY' } },
      },
    ]);
  });
});

it('with network policies let the agent reach runs, nobody else from elsewhere, and nobody the agent', () => {
  const objects = render('agent', '--set', sessions, '--set', 'networkPolicy.enabled=true');
  const policies = objects.filter((each) => each.kind === 'NetworkPolicy');
  const specOf = (end: string) =>
    policies.find(({ metadata }) => metadata.name.endsWith(end))?.['spec'] as NetworkPolicySpec | undefined;
  const agent = specOf('agent');
  const runs = specOf('agent-runs');
  const ofRuns = { 'app.kubernetes.io/managed-by': 'tandem' };
  assert.deepEqual(agent?.ingress, []);
  assert.deepEqual(
    agent?.egress?.flatMap(({ to }) => to ?? []).filter(({ podSelector }) => podSelector !== undefined),
    [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tandem-runs' } },
        podSelector: { matchLabels: ofRuns },
      },
    ],
  );
  assert.deepEqual(runs?.podSelector, { matchLabels: ofRuns });
  assert.deepEqual(runs?.ingress, [
    {
      from: [
        { podSelector: {} },
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tandem' } },
          podSelector: agent?.podSelector,
        },
      ],
    },
  ]);
});

it('take the values that the guide shows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-charts-'));
  try {
    const shown = codeBlocks(join(import.meta.dirname, '../../docs/guide/install.md')).filter(
      (each) => each.language === 'yaml',
    );
    assert.equal(shown.length, 2);
    for (const [index, chart] of (['control-plane', 'agent'] as const).entries()) {
      const file = join(folder, `${chart}.yaml`);
      writeFileSync(file, shown[index]?.text ?? '');
      assert.ok(render(chart, '--values', file).length > 5);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('one agent or one process needs no budget for disruptions, several have one', () => {
  const kinds = (chart: ChartName, set: string): readonly string[] => renderSet(chart, set).map((each) => each.kind);
  assert.ok(kinds('agent', 'minimal').includes('PodDisruptionBudget'));
  assert.ok(!kinds('agent', 'bucket').includes('PodDisruptionBudget'));
  assert.ok(kinds('control-plane', 'minimal').includes('PodDisruptionBudget'));
  assert.ok(!kinds('control-plane', 'embedded').includes('PodDisruptionBudget'));
});

it('nothing over the whole cluster is left behind by an uninstall but what is marked to be kept', () => {
  const kept = renderSet('agent', 'everything')
    .filter((each) => each.metadata.annotations?.['helm.sh/resource-policy'] === 'keep')
    .map((each) => `${each.kind} ${each.metadata.name}`);
  assert.deepEqual(kept.sort(), ['Namespace runs-a', 'Namespace runs-b', 'Secret try-tandem-agent-identity']);
});
