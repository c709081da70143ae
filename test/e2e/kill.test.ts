import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { startTandem } from '../support/stack-cli.ts';
import { type Program, processesWith } from '../support/stack-process.ts';
import { type Random, randomOfTest } from '../support/stack-random.ts';
import { finals, type RunSeen } from '../support/stack-rest.ts';

const runCount = Number(process.env['TANDEM_KILL_RUNS'] ?? 200);
const killCount = Number(process.env['TANDEM_KILLS'] ?? 20);
const capacity = 16;
const submitters = 8;
/** How long the system may take to come to rest after the last restart. */
const restLimitMs = 120_000;

/** What one run does, decided before it is submitted. */
interface Plan {
  readonly key: string;
  readonly exitCode: 0 | 3;
  readonly sleepSeconds: number;
  /** When its submitter asks it to stop, if at all. */
  readonly stop: 'never' | 'at-once' | 'when-started';
}

function plansOf(random: Random): readonly Plan[] {
  return Array.from({ length: runCount }, (_, index) => ({
    key: `kill-${random.seed}-${index}`,
    exitCode: random.unit() < 0.2 ? 3 : 0,
    sleepSeconds: Math.round(random.unit() * 300) / 1000,
    stop: random.unit() < 0.85 ? 'never' : random.pick(['at-once', 'when-started']),
  }));
}

/** A run that writes a line when it starts and one before it ends; small writes with O_APPEND are whole. */
const fileOf = (plan: Plan, journal: string): string =>
  JSON.stringify({
    kind: 'operation',
    name: plan.key,
    component: {
      kind: 'component',
      termination: { maxRetries: 0 },
      run: {
        kind: 'job',
        container: {
          image: 'busybox',
          command: ['sh', '-c', 'echo "start $0" >> "$1"; sleep "$2"; echo "end $0" >> "$1"; exit "$3"'],
          args: ['{{ globals.uuid }}', journal, String(plan.sleepSeconds), String(plan.exitCode)],
        },
      },
    },
  });

describe('both halves are killed at random', () => {
  const random = randomOfTest('kill');
  const plans = plansOf(random);
  let stack: Stack;
  let journal: string;

  before(async function () {
    this.timeout(120_000);
    stack = await startStack({ replicas: 2, agent: { capacity, graceSeconds: 2, logLevel: 'warn' } });
    journal = join(stack.folder, 'journal');
  });

  after(async function () {
    this.timeout(60_000);
    await stack?.close();
  });

  const journalLines = async (): Promise<readonly string[]> =>
    (await readFile(journal, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

  /** Runs by their idempotency key, as the submitters were told. */
  const accepted = new Map<string, string>();

  const submitAll = async (): Promise<void> => {
    const rest = [...plans];
    const submitter = async (): Promise<void> => {
      for (let plan = rest.shift(); plan !== undefined; plan = rest.shift()) await submitOne(plan);
    };
    await Promise.all(Array.from({ length: submitters }, submitter));
  };

  const submitOne = async (plan: Plan): Promise<void> => {
    const uuid = await stack.rest.submit(fileOf(plan, journal), { key: plan.key });
    accepted.set(plan.key, uuid);
    if (plan.stop === 'never') return;
    if (plan.stop === 'when-started') {
      await eventually(`run ${uuid} starts`, async () => (await journalLines()).includes(`start ${uuid}`), restLimitMs);
    }
    const answer = await stack.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    assert.equal(answer.status, 200, answer.text);
  };

  /** How far the test has come: it only grows, so a kill that waits for a number always comes. */
  const progress = async (): Promise<number> => accepted.size + (await journalLines()).length;

  const killAll = async (): Promise<Record<string, number>> => {
    const [first, second] = stack.replicas;
    const { agent } = stack;
    assert.ok(first !== undefined && second !== undefined && agent !== null);
    const victims: readonly (readonly [string, Program])[] = [
      ['replica 1', first],
      ['replica 2', second],
      ['agent', agent],
    ];
    const restarts = new Map<Program, Promise<unknown>>();
    const killed: Record<string, number> = { 'replica 1': 0, 'replica 2': 0, agent: 0 };
    // Each run is good for at least two steps of progress: accepted and started, unless it is stopped before.
    const marks = Array.from({ length: killCount }, () => 5 + random.below(Math.floor(runCount * 1.7))).sort(
      (a, b) => a - b,
    );
    for (const mark of marks) {
      await eventually(`progress ${mark}`, async () => (await progress()) >= mark, restLimitMs);
      const [name, program] = random.pick(victims);
      await program.killHard();
      // Nobody waits until it is up: the next kill may hit another half meanwhile, or the same one while it starts.
      restarts.set(
        program,
        program.restart().catch(() => undefined),
      );
      killed[name] = (killed[name] ?? 0) + 1;
    }
    await Promise.all(restarts.values());
    for (const [name, program] of victims) assert.ok(!program.life().isOver(), `${name} did not come back`);
    return killed;
  };

  it('loses no run, doubles none, and tells the truth about each', async function () {
    this.timeout(600_000);
    const startedMs = performance.now();
    const [killed] = await Promise.all([killAll(), submitAll()]);
    const workedMs = performance.now() - startedMs;

    const runs = await eventually(
      'every run is final',
      async () => {
        const seen = await stack.rest.allRuns();
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
    const lines = await journalLines();
    const counts: Record<string, number> = {};
    for (const plan of plans) {
      const run = byUuid.get(accepted.get(plan.key) ?? '');
      assert.ok(run !== undefined, `${plan.key} was accepted and is not there`);
      assert.equal(run.name, plan.key);
      counts[run.status] = (counts[run.status] ?? 0) + 1;
      await agrees(plan, run, lines);
    }
    const uuids = new Set(runs.map(({ uuid }) => uuid));
    assert.ok(
      lines.every((line) => uuids.has(line.split(' ')[1] ?? '')),
      'something ran that nobody submitted',
    );

    console.log(
      `      ${runCount} runs, ${killCount} kills ${JSON.stringify(killed)}: worked ${(workedMs / 1000).toFixed(1)} s, ` +
        `at rest after another ${(restedMs / 1000).toFixed(1)} s; ${JSON.stringify(counts)}`,
    );
  });

  const agrees = async (plan: Plan, run: RunSeen, lines: readonly string[]): Promise<void> => {
    const starts = lines.filter((line) => line === `start ${run.uuid}`).length;
    const ends = lines.filter((line) => line === `end ${run.uuid}`).length;
    const story = `${plan.key} ${run.uuid} (${JSON.stringify(plan)}) is ${run.status} with ${starts} starts, ${ends} ends`;
    const natural = plan.exitCode === 0 ? 'succeeded' : 'failed';
    if (run.status === natural) {
      assert.deepEqual([starts, ends], [1, 1], story);
      return;
    }
    const { status_conditions: conditions = [] } = await stack.rest.run(run.uuid);
    assert.notEqual(plan.stop, 'never', `${story}: ${JSON.stringify(conditions)}`);
    assert.equal(run.status, 'stopped', `${story}: ${JSON.stringify(conditions)}`);
    // A stop may come before the start; then nothing ran. It may also hit the moment before the end.
    assert.ok(starts <= 1 && ends <= starts, story);
  };

  it('lets a reader follow a run to its end, each line once', async function () {
    this.timeout(120_000);
    const count = 40;
    const file = join(stack.folder, 'lines.json');
    const script = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i"; sleep 0.1; done`;
    const run = { kind: 'job', container: { image: 'busybox', command: ['sh', '-c', script] } };
    await writeFile(file, JSON.stringify({ kind: 'operation', component: { kind: 'component', run } }));
    const env = { TANDEM_URL: stack.rest.url, TANDEM_TOKEN: stack.rest.token, TANDEM_PROJECT: 'default/default' };
    const life = startTandem(stack.folder, ['run', '-f', file, '--wait', '--logs'], { env });
    const seen = (): readonly string[] => life.stdout().split('\n').slice(0, -1);
    for (const victim of [...stack.replicas, stack.agent, ...stack.replicas]) {
      const before = seen().length;
      await eventually('the reader reads on', () => seen().length > before || life.isOver(), 60_000);
      await victim?.killHard();
      await victim?.restart();
    }
    assert.equal(await life.ended, 0, life.stderr());
    assert.deepEqual(
      seen(),
      Array.from({ length: count }, (_, index) => `line ${index + 1}`),
    );
  });

  it('leaves no process of a run behind', async () => {
    await eventually('all steps are gone', () => processesWith('tandem-step', stack.agentData).length === 0);
  });

  it('leaves a database that agrees with itself', async () => {
    const { code, stdout, stderr } = await stack.controlPlaneCommand('verify');
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' }, stderr);
  });

  it('ends in order when it is asked to', async function () {
    this.timeout(60_000);
    const codes = [await stack.agent?.end(), ...(await Promise.all(stack.replicas.map((replica) => replica.end())))];
    assert.deepEqual(codes, [0, 0, 0]);
  });
});
