import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { importHelper } from './support/helper-image.ts';
import { realCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';
import { startWebhook } from './support/webhook.ts';

const eats = 'a=x; while true; do a="$a$a"; done';
const small = { limits: { memory: '20Mi' } };

clusterSuite('situations: pods in trouble', () => {
  let cluster: Cluster;
  let tandem: Situation;
  let pid: number;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await realCluster();
    const image = await importHelper(cluster, 'hungry-helper', `[ "$1" = collect ] || exit 0; ${eats}`);
    tandem = await startSituation(cluster, 'pods', {
      agent: { policy: { secrets: ['*'], configMaps: ['*'], claims: ['*'] } },
      kubernetes: {
        graces: { besideSeconds: 1, configSeconds: 6, imagePullSeconds: 20, stuckSeconds: 1 },
        helper: { image, pullPolicy: 'Never', resources: { collector: small } },
      },
    });
    pid = tandem.agentPid();
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => livesOn(tandem, pid));

  const env = (valueFrom: object) => ({ container: { env: [{ name: 'VALUE', valueFrom }] } });
  const missing = [
    {
      what: 'a key of a secret',
      reason: 'MissingSecret',
      names: /nothing-there/,
      parts: env({ secretKeyRef: { name: 'there', key: 'nothing-there' } }),
    },
    {
      what: 'a secret',
      reason: 'MissingSecret',
      names: /"gone"/,
      parts: env({ secretKeyRef: { name: 'gone', key: 'key' } }),
    },
    {
      what: 'a config map',
      reason: 'MissingConfigMap',
      names: /"gone"/,
      parts: env({ configMapKeyRef: { name: 'gone', key: 'key' } }),
    },
  ] as const;
  for (const { what, reason, names, parts } of missing)
    it(`17: ${what} that is missing is named, and fails the run when nobody makes it in time`, async function () {
      this.timeout(60_000);
      await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'there', namespace: tandem.runs } });
      const end = await tandem.untilFinal(await tandem.job('true', parts));
      assert.deepEqual([end.status, end.reason], ['failed', reason]);
      assert.match(end.message, names);
      assert.ok(end.history.includes('warning'), end.history.join());
    });

  for (const { title, script, status } of [
    { title: 'succeeds when its main container has', script: 'true', status: 'succeeded' },
    { title: 'fails when its main container has', script: 'exit 3', status: 'failed' },
  ])
    it(`19: a run into whose pod a webhook put a container that never ends ${title}`, async function () {
      this.timeout(90_000);
      const webhook = await startWebhook(cluster, {
        name: `injects-${status}`,
        kind: 'Mutating',
        group: '',
        resource: 'pods',
        namespace: tandem.runs,
      });
      try {
        const proxy = { name: 'proxy', image: 'docker.io/library/busybox:test', command: ['sleep', '100000'] };
        webhook.say(() => ({ allowed: true, patch: [{ op: 'add', path: '/spec/containers/-', value: proxy }] }));
        const uuid = await tandem.job(script, { component: { termination: { maxRetries: 0 } } });
        const end = await tandem.untilFinal(uuid, 80_000);
        assert.deepEqual([end.status, end.run.status], [status, status], end.message);
        if (status === 'failed') assert.match(end.message, /"main" ended with exit code 3/);
        await eventually('nothing runs on', async () => (await tandem.pods(uuid)).every(isOver), 60_000);
        assert.equal(webhook.asked.length, 1, 'one pod, and no other try');
      } finally {
        await webhook.close();
      }
    });

  it('23: an image that nobody has is a warning that is told once, and fails the run after its time', async function () {
    this.timeout(90_000);
    const uuid = await tandem.job('true', { container: { image: '127.0.0.1:1/nothing:1' } });
    const end = await tandem.untilFinal(uuid, 80_000);
    assert.deepEqual([end.status, end.reason], ['failed', 'ImagePull']);
    assert.match(end.message, /127.0.0.1:1\/nothing:1/);
    const said = end.run.status_conditions?.filter(({ type }) => type === 'warning') ?? [];
    assert.ok(said.length >= 1 && said.length <= 2, `${said.length} warnings`);
  });

  it('24: an init step without enough memory fails the run by its name', async function () {
    this.timeout(60_000);
    const init = [
      {
        container: {
          name: 'prepares',
          image: 'docker.io/library/busybox:test',
          command: ['sh', '-c', eats],
          resources: small,
        },
      },
    ];
    const end = await tandem.untilFinal(await tandem.job('true', { run: { init } }));
    assert.deepEqual([end.status, end.reason], ['failed', 'OOMKilled']);
    assert.match(end.message, /Init step "[^"]*" used more memory than its limit/);
  });

  it('24: a collector without enough memory leaves the run alone, and the run says what is missing', async function () {
    this.timeout(90_000);
    const uuid = await tandem.job('sleep 4', { plugins: { collectArtifacts: true, collectLogs: false } });
    await tandem.untilStatus(uuid, 'running');
    const end = await tandem.untilFinal(uuid, 80_000);
    assert.equal(end.status, 'succeeded');
    assert.match(end.message, /ArtifactsIncomplete/);
  });

  it('26: what somebody changes with kubectl is not changed back, and the run goes on', async function () {
    this.timeout(60_000);
    const uuid = await tandem.job('sleep 6');
    await tandem.untilStatus(uuid, 'running');
    const job = `tdm-${uuid}-1`;
    const kubectl = (...args: readonly string[]) => cluster.kubectl(['-n', tandem.runs, ...args]);
    await kubectl('annotate', 'job', job, 'somebody=was-here', 'tandem.dev/settings=broken', '--overwrite');
    await kubectl('label', 'pod', '-l', `tandem.dev/run=${uuid}`, 'somebody=was-here');
    await kubectl('patch', 'job', job, '--type=merge', '-p', JSON.stringify({ spec: { activeDeadlineSeconds: 500 } }));
    assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
    const [after] = await tandem.jobs(uuid);
    assert.equal(after?.metadata.annotations?.['somebody'], 'was-here');
    assert.equal(after?.spec?.['activeDeadlineSeconds'], 500);
  });

  it('21: a burst, a line of 10 MB and bytes that are no text disturb nobody', async function () {
    this.timeout(90_000);
    const noise =
      'head -c 10000000 /dev/zero | tr "\\0" x; echo; printf "\\377\\376 odd\\n"; yes | head -n 300000; echo over; sleep 5';
    const [loud, other] = [await tandem.job(noise), await tandem.job('sleep 1; echo calm')];
    const lines = await eventually(
      'the log is there',
      async () => {
        const found = await tandem.stack.rest.logs(loud);
        return found.some((line) => line.includes('odd')) ? found : null;
      },
      40_000,
    );
    assert.ok(Math.max(...lines.map((line) => Buffer.byteLength(line))) <= 17 * 1024, 'a line was not cut');
    assert.ok(lines.some((line) => line.startsWith('xxx')));
    assert.ok(lines.some((line) => line === '\uFFFD\uFFFD odd'));
    assert.equal((await tandem.untilFinal(other)).status, 'succeeded');
    assert.equal((await tandem.untilFinal(loud)).status, 'succeeded');
  });
});

const isOver = ({ status }: { readonly status?: Readonly<Record<string, unknown>> }): boolean =>
  status?.['phase'] === 'Succeeded' || status?.['phase'] === 'Failed';
