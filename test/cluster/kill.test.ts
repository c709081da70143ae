import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import type { Program } from '../support/stack-process.ts';
import { type Random, randomOfTest } from '../support/stack-random.ts';
import { finals, type RunSeen } from '../support/stack-rest.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type Installation, startInstallation } from './support/installation.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

const runCount = Number(process.env['TANDEM_KILL_RUNS'] ?? 100);
const killCount = Number(process.env['TANDEM_KILLS'] ?? 15);
/** Pods at once: each takes most of a second of this machine. */
const capacity = 24;
const submitters = 4;
/** How long everything may take to come to rest after the last restart. */
const restLimitMs = 300_000;

/** What one run does, decided before it is submitted. */
interface Plan {
  readonly key: string;
  readonly exitCode: 0 | 3;
  readonly sleepSeconds: number;
  readonly stop: 'never' | 'at-once' | 'when-started';
}

function plansOf(random: Random): readonly Plan[] {
  return Array.from({ length: runCount }, (_, index) => ({
    key: `kill-${random.seed}-${index}`,
    exitCode: random.unit() < 0.2 ? 3 : 0,
    sleepSeconds: Math.round(random.unit() * 20) / 10,
    stop: random.unit() < 0.85 ? 'never' : random.pick(['at-once', 'when-started']),
  }));
}

clusterSuite('agent, control plane and API server are killed at random', () => {
  const random = randomOfTest('cluster-kill');
  const plans = plansOf(random);
  let cluster: Cluster;
  let tandem: Installation;
  /** Written by the pods themselves, through a folder of the node. */
  let journal: string;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'kill', node: 'kubelet' });
    await cluster.importBusybox();
    tandem = await startInstallation(
      cluster,
      'kill',
      { capacity, policy: { hostPath: true } },
      { ttl: { succeededSeconds: 0, failedSeconds: 0 } },
      2,
    );
    const folder = join(tandem.stack.folder, 'journal');
    mkdirSync(folder, { mode: 0o777 });
    journal = join(folder, 'lines');
  });
  after(async function () {
    this.timeout(120_000);
    await tandem?.close();
    await cluster?.stop();
  });

  const journalLines = (): readonly string[] => {
    try {
      return readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    } catch {
      return []; // No pod has written yet.
    }
  };

  /** Runs by their idempotency key, as the submitters were told. */
  const accepted = new Map<string, string>();

  const submitOne = async (plan: Plan): Promise<void> => {
    const { rest } = tandem.stack;
    const uuid = await rest.submit(fileOf(plan, join(journal, '..')), { key: plan.key });
    accepted.set(plan.key, uuid);
    if (plan.stop === 'never') return;
    if (plan.stop === 'when-started')
      await eventually(
        `run ${uuid} starts`,
        () => journalLines().some((line) => line.startsWith(`start ${uuid}`)),
        restLimitMs,
      );
    const answer = await rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    assert.equal(answer.status, 200, answer.text);
  };

  const submitAll = async (): Promise<void> => {
    const rest = [...plans];
    const submitter = async (): Promise<void> => {
      for (let plan = rest.shift(); plan !== undefined; plan = rest.shift()) await submitOne(plan);
    };
    await Promise.all(Array.from({ length: submitters }, submitter));
  };

  /** How far the test has come: it only grows, so a kill that waits for a number always comes. */
  const progress = (): number => accepted.size + journalLines().length;

  /** As whoever keeps an API server: one that gives up while it starts, on a busy machine, is started again. */
  const backToServing = (): Promise<unknown> =>
    eventually(
      'the API server serves again',
      async () => {
        const isAlive = cluster.components().find((each) => each.name === 'apiserver')?.alive === true;
        if (!isAlive) await cluster.restart('apiserver');
        return (await cluster.exec(['kubectl', 'get', '--raw', '/readyz'])).code === 0;
      },
      120_000,
    );

  const killAll = async (): Promise<Record<string, number>> => {
    const [first, second] = tandem.stack.replicas;
    const { agent } = tandem.stack;
    assert.ok(first !== undefined && second !== undefined && agent !== null);
    const lives = (program: Program) => ({ kill: () => program.killHard(), back: () => program.restart() });
    const apiServer = { kill: () => cluster.kill('apiserver'), back: backToServing };
    const victims: readonly (readonly [string, { kill(): Promise<void>; back(): Promise<unknown> }])[] = [
      ['replica 1', lives(first)],
      ['replica 2', lives(second)],
      ['agent', lives(agent)],
      ['agent', lives(agent)],
      ['API server', apiServer],
      ['API server', apiServer],
    ];
    const killed: Record<string, number> = {};
    const coming = new Map<string, Promise<unknown>>();
    const marks = Array.from({ length: killCount }, () => 5 + random.below(Math.floor(runCount * 2.4))).sort(
      (a, b) => a - b,
    );
    for (const mark of marks) {
      await eventually(`progress ${mark}`, () => progress() >= mark, restLimitMs);
      const [name, victim] = random.pick(victims);
      // An API server that does not listen yet cannot be killed twice; the programs of Tandem can.
      if (name === 'API server') await coming.get(name);
      await victim.kill();
      coming.set(
        name,
        victim.back().catch(() => undefined),
      );
      killed[name] = (killed[name] ?? 0) + 1;
    }
    await Promise.all(coming.values());
    for (const [name, program] of [
      ['replica 1', first],
      ['replica 2', second],
      ['agent', agent],
    ] as const)
      if (program.life().isOver()) await program.restart().catch(() => assert.fail(`${name} did not come back`));
    return killed;
  };

  it('loses no run, doubles none, and tells the truth about each', async function () {
    this.timeout(1_800_000);
    const startedMs = performance.now();
    const [killed] = await Promise.all([killAll(), submitAll()]);
    const workedMs = performance.now() - startedMs;
    const runs = await eventually(
      'every run is final',
      async () => {
        const seen = await tandem.stack.rest.allRuns();
        const open = seen.filter(({ status }) => !finals.has(status));
        if (open.length > 0) throw new Error(open.map(({ uuid, status }) => `${uuid} ${status}`).join(', '));
        return seen;
      },
      restLimitMs,
    );
    const restedMs = performance.now() - startedMs - workedMs;
    assert.equal(accepted.size, runCount);
    assert.equal(runs.length, runCount, 'an idempotency key made two runs, or a run was lost');
    const byUuid = new Map(runs.map((run) => [run.uuid, run]));
    const lines = journalLines();
    const counts: Record<string, number> = {};
    for (const plan of plans) {
      const run = byUuid.get(accepted.get(plan.key) ?? '');
      assert.ok(run !== undefined, `${plan.key} was accepted and is not there`);
      counts[run.status] = (counts[run.status] ?? 0) + 1;
      await agrees(plan, run, lines);
    }
    console.log(
      `      ${runCount} runs, ${killCount} kills ${JSON.stringify(killed)}: worked ${(workedMs / 1000).toFixed(1)} s, ` +
        `at rest after another ${(restedMs / 1000).toFixed(1)} s; ${JSON.stringify(counts)}`,
    );
  });

  const agrees = async (plan: Plan, run: RunSeen, lines: readonly string[]): Promise<void> => {
    const starts = lines.filter((line) => line.startsWith(`start ${run.uuid} `));
    const ends = lines.filter((line) => line.startsWith(`end ${run.uuid} `));
    const { status_conditions: conditions = [] } = await tandem.stack.rest.run(run.uuid);
    const story = `${plan.key} ${run.uuid} (${JSON.stringify(plan)}) is ${run.status} with ${starts.length} starts, ${ends.length} ends: ${JSON.stringify(conditions)}`;
    assert.equal(conditions.filter(({ type }) => finals.has(type)).length, 1, `one end: ${story}`);
    assert.ok(starts.length <= 1, `a second start: ${story}`);
    if (run.status === (plan.exitCode === 0 ? 'succeeded' : 'failed')) {
      assert.deepEqual([starts.length, ends.length], [1, 1], story);
      return;
    }
    assert.notEqual(plan.stop, 'never', story);
    assert.equal(run.status, 'stopped', story);
    assert.ok(ends.length <= starts.length, story);
  };

  it('leaves nothing in the cluster', async function () {
    this.timeout(180_000);
    await eventually(
      'all objects are gone',
      async () => {
        const left = await Promise.all(['jobs', 'pods', 'secrets'].map((kind) => tandem.objects(kind)));
        const names = left.flat().map((each) => each.metadata.name);
        if (names.length > 0) throw new Error(names.join());
        return true;
      },
      150_000,
    );
  });

  it('leaves a database that agrees with itself', async () => {
    const { code, stdout, stderr } = await tandem.stack.controlPlaneCommand('verify');
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' }, stderr);
  });
});

/** A run that writes a line when it starts and one before it ends; small writes with O_APPEND are whole. */
function fileOf(plan: Plan, folder: string): string {
  const script =
    'echo "start $0 $HOSTNAME" >> /journal/lines; sleep "$1"; echo "end $0 $HOSTNAME" >> /journal/lines; exit "$2"';
  return JSON.stringify({
    kind: 'operation',
    name: plan.key,
    component: {
      kind: 'component',
      plugins: { collectArtifacts: false, collectLogs: false },
      termination: { maxRetries: 0 },
      run: {
        kind: 'job',
        volumes: [{ name: 'journal', hostPath: { path: folder } }],
        container: {
          image: 'docker.io/library/busybox:test',
          command: ['sh', '-c', script],
          args: ['{{ globals.uuid }}', String(plan.sleepSeconds), String(plan.exitCode)],
          volumeMounts: [{ name: 'journal', mountPath: '/journal' }],
        },
      },
    },
  });
}
