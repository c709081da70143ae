import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { startTandem, tandem } from '../support/stack-cli.ts';
import { installAgent, type OutsideControlPlane, startOutsideControlPlane, upgradeAgent } from './support/chart.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type GitServer, startGitServer } from './support/git-server.ts';
import { importImages } from './support/images.ts';
import { type S3Server, startS3Server } from './support/s3-server.ts';
import { reachService } from './support/service-address.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

/** The first waits for the others and answers each; the others say their rank to the first, whose address they were given. */
const exchange = `
const net = require('node:net');
const { RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT } = process.env;
const ranks = [];
if (RANK === '0') {
  const server = net.createServer((socket) => socket.once('data', (rank) => {
    socket.end('rank 0');
    ranks.push(Number(String(rank)));
    if (ranks.length < Number(WORLD_SIZE) - 1) return;
    console.log('all of ' + WORLD_SIZE + ' met: ' + ranks.sort());
    server.close();
  })).listen(Number(MASTER_PORT));
} else {
  const dial = () => net.connect(Number(MASTER_PORT), MASTER_ADDR)
    .on('connect', function () { this.write(RANK); })
    .on('data', (text) => console.log('rank ' + RANK + ' heard from ' + text))
    .on('error', () => setTimeout(dial, 200));
  dial();
}`;

const root = join(import.meta.dirname, '../..');

clusterSuite('installed as people install it', () => {
  let cluster: Cluster;
  let controlPlane: OutsideControlPlane;
  /** The artifacts store: a folder of the node. */
  let store: string;
  let git: GitServer;
  let s3: S3Server;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'installed', node: 'kubelet' });
    await importImages(cluster);
    controlPlane = await startOutsideControlPlane(cluster);
    store = join(cluster.folder, 'store');
    git = await startGitServer(join(cluster.folder, 'git'), cluster.outsideAddress, {
      'train.sh': 'echo trained by the private repository\n',
    });
    s3 = await startS3Server(join(cluster.folder, 's3'), cluster.outsideAddress);
    await installAgent(cluster, controlPlane, valuesWith(nodeStore()));
    await reachService(cluster, 'tandem-runs', 'agent-tandem-agent-files');
    const secret = (name: string, stringData: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'tandem-runs' },
      stringData,
    });
    await cluster.apply(
      secret('git-password', { GIT_USERNAME: git.user, GIT_PASSWORD: git.password }),
      secret('s3-keys', { AWS_ACCESS_KEY_ID: s3.access, AWS_SECRET_ACCESS_KEY: s3.secret }),
    );
  });

  const nodeStore = (): object => ({
    name: 'store',
    kind: 'host_path',
    schema: { hostPath: store, mountPath: '/store' },
  });
  const s3Store = (): object => ({
    name: 'bucket',
    kind: 's3',
    schema: { bucket: 's3://artifacts/runs' },
    secret: { name: 's3-keys' },
    env: [
      { name: 'AWS_ENDPOINT_URL', value: s3.url },
      { name: 'AWS_REGION', value: 'us-east-1' },
    ],
  });
  const valuesWith = (artifactsStore: object) => ({
    artifactsStore,
    connections: [{ name: 'code', kind: 'git', schema: { url: git.url }, secret: { name: 'git-password' } }],
    files: { enabled: true, token: randomBytes(32).toString('hex') },
  });
  after(async function () {
    this.timeout(60_000);
    await git?.close();
    await s3?.close();
    await controlPlane?.close();
    await cluster?.stop();
  });

  const environment = () => ({
    TANDEM_URL: controlPlane.rest.url,
    TANDEM_TOKEN: controlPlane.rest.token,
    TANDEM_PROJECT: 'default/default',
  });
  const cli = (...args: readonly string[]) => tandem(cluster.folder, args, { env: environment(), limitMs: 120_000 });

  it('trains the iris example in a pod, from the command line, with its log, outputs and artifact', async function () {
    this.timeout(150_000);
    const said = await cli(
      'run',
      '-f',
      join(root, 'examples/iris/polyaxonfile.yaml'),
      '-P',
      'source=/examples/iris',
      '--wait',
      '--logs',
    );
    assert.equal(said.code, 0, said.stdout + said.stderr);
    assert.match(said.stdout, /training on \d+ flowers/);
    const [seen] = await controlPlane.rest.allRuns();
    assert.ok(seen !== undefined);
    const run = await controlPlane.rest.run(seen.uuid);
    assert.equal(run.status_conditions?.at(-1)?.message, '', 'nothing is to be complained of');
    assert.equal(typeof run.outputs['accuracy'], 'number');
    assert.ok(Number(run.outputs['flowers']) > 100);
    const history = (run.status_conditions ?? []).map(({ type }) => type);
    for (const status of ['created', 'compiled', 'queued', 'scheduled', 'starting', 'running', 'succeeded'])
      assert.ok(history.includes(status), `${status} in ${history.join()}`);
    const outputs = join(store, seen.uuid, 'outputs.json');
    assert.deepEqual(JSON.parse(readFileSync(outputs, 'utf8')), run.outputs);
    assert.ok(existsSync(join(store, seen.uuid, 'outputs', 'model.json')), 'the model is in the store');
  });

  it('clones a private repository with the secret of its connection, and puts a file where it was told to', async function () {
    this.timeout(120_000);
    const run = await ended({
      run: {
        kind: 'job',
        init: [
          { connection: 'code' },
          { file: { filename: 'said.sh', content: 'echo said by a file' }, path: '/some/where/' },
        ],
        container: {
          image: 'node:24',
          command: ['sh', '-c'],
          args: ['sh /some/where/said.sh && cd {{ globals.artifacts_path }}/code && sh train.sh && cat .git/config'],
        },
      },
    });
    assert.equal(run.status, 'succeeded', JSON.stringify(run.status_conditions));
    const log = (await controlPlane.rest.logs(run.uuid)).join('\n');
    assert.match(log, /said by a file/);
    assert.match(log, /trained by the private repository/);
    assert.ok(!log.includes(git.password) && log.includes(git.url), 'the clone keeps the address and not the password');
  });

  it('keeps the log of a stopped run in the folder of the node, which is root’s', async function () {
    this.timeout(150_000);
    // The first has its folder from its collector, the second from the files server.
    for (const before of ['touch {{ globals.run_outputs_path }}/left', 'true']) {
      const args = [`trap 'exit 0' TERM; ${before}; echo to be kept; sleep 600 & wait`];
      const container = { image: 'node:24', command: ['sh', '-c'], args };
      const uuid = await submit({ run: { kind: 'job', container } });
      await eventually('it speaks', async () => (await controlPlane.rest.logs(uuid)).includes('to be kept'), 60_000);
      await controlPlane.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
      assert.equal((await controlPlane.rest.untilFinal(uuid, 90_000)).status, 'stopped');
      const kept = join(store, uuid, 'logs', 'attempt-1.jsonl');
      await eventually('its log is in the store', () => existsSync(kept), 30_000);
      assert.deepEqual(await controlPlane.rest.logs(uuid), ['to be kept']);
    }
  });

  it('runs a pytorchjob of three whose members find each other by rank and address', async function () {
    this.timeout(180_000);
    const member = { container: { image: 'node:24', command: ['node', '-e', exchange] } };
    const run = await ended({
      run: { kind: 'pytorchjob', master: { replicas: 1, ...member }, worker: { replicas: 2, ...member } },
    });
    const log = (await controlPlane.rest.logs(run.uuid)).join('\n');
    assert.equal(run.status, 'succeeded', `${JSON.stringify(run.status_conditions)}\n${log}`);
    assert.match(log, /all of 3 met: 1,2/);
    for (const rank of [1, 2]) assert.match(log, new RegExp(`rank ${rank} heard from rank 0`));
  });

  it('shows a service to whoever may see it, through the agent', async function () {
    this.timeout(120_000);
    const file = join(root, 'examples/service/polyaxonfile.yaml');
    const said = await cli('run', '-f', file, '-P', 'source=/examples/service', '-P', 'host=0.0.0.0');
    assert.equal(said.code, 0, said.stderr);
    const uuid = (await controlPlane.rest.allRuns()).at(-1)?.uuid ?? '';
    await controlPlane.rest.untilStatus(uuid, 'running', 60_000);
    const forward = startTandem(cluster.folder, ['ops', 'port-forward', uuid, '0:8899'], { env: environment() });
    const address = await eventually(
      'it says where',
      () => /127\.0\.0\.1:[1-9]\d*/.exec(forward.stdout() + forward.stderr())?.[0],
    );
    const text = await eventually(
      'the service answers',
      async () => (await fetch(`http://${address}/`)).text(),
      30_000,
    );
    assert.match(text, /hello from hello-service/);
    await controlPlane.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    assert.equal((await controlPlane.rest.untilFinal(uuid, 90_000)).status, 'stopped');
    assert.equal(await forward.ended, 0, forward.stderr());
  });

  it('keeps outputs and artifacts in a bucket after an upgrade, led by another replica', async function () {
    this.timeout(240_000);
    await upgradeAgent(cluster, valuesWith(s3Store()));
    const said = await cli(
      'run',
      '-f',
      join(root, 'examples/iris/polyaxonfile.yaml'),
      '-P',
      'source=/examples/iris',
      '--wait',
    );
    assert.equal(said.code, 0, said.stdout + said.stderr);
    const uuid = (await controlPlane.rest.allRuns()).at(-1)?.uuid ?? '';
    const run = await controlPlane.rest.run(uuid);
    assert.equal(run.status_conditions?.at(-1)?.message, '');
    assert.equal(typeof run.outputs['accuracy'], 'number');
    const kept = join(s3.bucket, 'runs', uuid);
    const elsewhere = existsSync(join(store, uuid)) ? 'the folder of the node' : 'neither store';
    assert.ok(existsSync(join(kept, 'outputs.json')), `the outputs are in ${elsewhere}`);
    assert.deepEqual(JSON.parse(readFileSync(join(kept, 'outputs.json'), 'utf8')), run.outputs);
    assert.ok(existsSync(join(kept, 'outputs', 'model.json')));
  });

  const submit = (component: object) =>
    controlPlane.rest.submit(JSON.stringify({ kind: 'operation', component: { kind: 'component', ...component } }));
  const ended = async (component: object) => {
    const uuid = await submit(component);
    await controlPlane.rest.untilFinal(uuid, 120_000);
    return controlPlane.rest.run(uuid);
  };

  it('passes its own test', async function () {
    this.timeout(120_000);
    const tested = await cluster.exec(['helm', 'test', 'agent', '-n', 'tandem', '--timeout', '90s']);
    assert.equal(tested.code, 0, tested.stdout + tested.stderr);
  });

  it('leaves its namespace clean when it is uninstalled', async function () {
    this.timeout(120_000);
    const removed = await cluster.exec(['helm', 'uninstall', 'agent', '-n', 'tandem', '--wait', '--timeout', '90s']);
    assert.equal(removed.code, 0, removed.stdout + removed.stderr);
    await eventually(
      'nothing of the release is left',
      async () => {
        const kinds = 'all,configmaps,secrets,serviceaccounts,roles,rolebindings,leases,poddisruptionbudgets';
        const left = await cluster.kubectl(['-n', 'tandem', 'get', kinds, '-o', 'name']);
        const ours = left
          .split('\n')
          .filter((name) => name !== '' && !/kube-root-ca.crt|serviceaccount\/default|control-plane-ca/.test(name));
        // The identity stays on purpose: with it the agent can be installed again without a new token.
        assert.deepEqual(
          ours.filter((name) => !name.endsWith('-identity')),
          [],
        );
        return true;
      },
      90_000,
    );
  });
});
