import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Where a situation of agent-and-kubernetes.md 7 is tested: files, with the titles of their tests or the constant part of them. */
interface Situation {
  readonly number: number;
  readonly what: string;
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

const here = (file: string): string => `test/cluster/situations/${file}.test.ts`;
const session = 'agent/src/session/session.test.ts';

const situations: readonly Situation[] = [
  {
    number: 1,
    what: 'the agent is killed between apply and answer',
    tests: { [here('agent-dies')]: ['1: killed between the apply and its answer'] },
  },
  {
    number: 2,
    what: 'the agent is killed after the end of a run',
    tests: {
      [here('agent-dies')]: ['2: killed after the end'],
      [session]: ['keeps that a final report was acknowledged'],
    },
  },
  {
    number: 3,
    what: 'the API server is away',
    tests: {
      [here('api-server')]: [
        '3: away for longer than the lease lasts',
        '3: an API server that takes calls and never answers',
      ],
      [here('health')]: ['neither is ready while the API server is away, and both live'],
    },
  },
  {
    number: 4,
    what: 'too many requests',
    tests: {
      [here('api-server')]: ['4: too many requests', '4: a server that is unwell', '4: an order to remove or to end'],
    },
  },
  {
    number: 5,
    what: 'a watch is too old',
    tests: {
      [here('api-server')]: ['5: "too old" as', '5: a pod that is seen before the answer'],
      [here('watching')]: ['5: a watch that ends at once', '5: an answer that is no JSON'],
    },
  },
  {
    number: 6,
    what: 'a watch is silent',
    tests: { [here('watching')]: ['6: a watch that says nothing for too long'] },
  },
  {
    number: 7,
    what: 'a node is lost',
    tests: {
      [here('nodes')]: ['7: a node that falls silent'],
      'agent/src/observe/judge.test.ts': ['looks again when a silent node'],
    },
  },
  {
    number: 8,
    what: 'two replicas of the agent',
    tests: {
      [here('two-agents')]: [
        '8: of two replicas one leads',
        '8: one that was frozen',
        '8: one whose lease is taken away',
      ],
      [session]: [
        'ignores what comes under another epoch',
        'does not dial again when it is refused for good or fenced',
      ],
    },
  },
  {
    number: 9,
    what: 'a stop overtakes its start',
    tests: {
      [here('control-plane')]: ['9: a start and its stop that come together'],
      'test/contract/session-faults.test.ts': ['starts every run once, loses none and agrees on every end'],
    },
  },
  {
    number: 10,
    what: 'a start of what has finished',
    tests: {
      [session]: ['answers what it cannot do with the reason'],
      'test/contract/session-faults.test.ts': ['starts every run once, loses none and agrees on every end'],
    },
  },
  {
    number: 11,
    what: 'the control plane fails over',
    tests: {
      [session]: ['dials again after silence, with growing pauses', 'honours retry_after', 'answers a drain'],
      'agent/src/session/report-queue.test.ts': ['stays between what was asked for'],
      'test/cluster/kill.test.ts': ['loses no run, doubles none'],
    },
  },
  {
    number: 12,
    what: 'a control plane that is older than it was',
    tests: {
      [here('control-plane')]: ['12: restored from an older copy'],
      [session]: ['neither starts nor removes for a control plane that went back in time'],
    },
  },
  { number: 13, what: 'a long partition', tests: { [here('control-plane')]: ['13: away for longer than all leases'] } },
  {
    number: 14,
    what: 'clocks that are wrong',
    tests: {
      [here('two-agents')]: ['14: a clock that is'],
      'agent/src/adapters/kubernetes/cluster-clock.test.ts': ['follows the answers when the own clock is wrong'],
    },
  },
  {
    number: 15,
    what: 'a quota is used up',
    tests: { [here('refusals')]: ['15: a quota that refuses the job', '15: a quota that refuses the pod'] },
  },
  {
    number: 16,
    what: 'a namespace is missing or goes',
    tests: { [here('refusals')]: ['16: a namespace that is not there', '16: a namespace that is deleted under a run'] },
  },
  {
    number: 17,
    what: 'a secret, key, config map, claim or account is missing',
    tests: {
      [here('refusals')]: ['17: a service account that is missing', '17: a claim that is missing'],
      [here('pods')]: ['that is missing is named, and fails the run'],
      'test/cluster/outcomes.test.ts': ['waits for a secret, and runs once it is there'],
      'agent/src/observe/judge-troubles.cases.ts': ['13: a claim that never comes'],
      'agent/src/observe/judge-progress.cases.ts': ['27: the service account never comes'],
    },
  },
  { number: 18, what: 'a right is missing', tests: { [here('rights')]: ['18: a right that is missing'] } },
  {
    number: 19,
    what: 'webhooks deny, sleep and change',
    tests: {
      [here('refusals')]: [
        '19: a webhook that denies',
        '19: a webhook that does not answer',
        '19: what a webhook changes',
      ],
      [here('pods')]: ['19: a run into whose pod a webhook put a container that never ends'],
    },
  },
  {
    number: 20,
    what: 'too large',
    tests: {
      'test/cluster/bad-input.test.ts': ['an operation of more than 1 MiB', 'an argument of more than 128 KiB'],
      'agent/src/adapters/kubernetes/refusals.test.ts': ['etcdserver: request is too large'],
    },
  },
  {
    number: 21,
    what: 'bursts of log',
    tests: {
      [here('pods')]: ['21: a burst, a line of 10 MB'],
      'agent/src/session/log-stream.test.ts': [
        'counts what a live burst had too much',
        'masks, cleans, repairs and cuts lines',
      ],
    },
  },
  {
    number: 22,
    what: 'many runs at once',
    tests: { [here('many')]: ['runs that are queued at once'] },
  },
  { number: 23, what: 'an image that cannot be pulled', tests: { [here('pods')]: ['23: an image that nobody has'] } },
  {
    number: 24,
    what: 'not enough memory',
    tests: {
      [here('pods')]: ['24: an init step without enough memory', '24: a collector without enough memory'],
      'test/cluster/outcomes.test.ts': ['says that the memory was not enough'],
    },
  },
  { number: 25, what: 'a pod makes room', tests: { [here('nodes')]: ['25: a pod that makes room'] } },
  {
    number: 26,
    what: 'somebody edits or deletes',
    tests: {
      [here('pods')]: ['26: what somebody changes with kubectl'],
      'test/cluster/outcomes.test.ts': ['knows that somebody deleted its object'],
    },
  },
  { number: 27, what: 'the agent is upgraded', tests: { [here('agent-dies')]: ['27: upgraded to another output'] } },
  { number: 28, what: 'a connection is removed', tests: { [here('rights')]: ['28: a connection that is removed'] } },
];

/** Further rule: a poisoned command is rejected, and blocks nobody. */
const poisoned = { file: session, title: 'answers what it cannot do with the reason' };

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the nasty situations', () => {
  it('are 28, each in its place', () => {
    assert.deepEqual(
      situations.map(({ number }) => number),
      Array.from({ length: 28 }, (_, index) => index + 1),
    );
  });

  for (const { number, what, tests } of situations)
    it(`${number}: ${what}: its tests are there`, () => {
      const missing = Object.entries(tests).flatMap(([file, titles]) =>
        titles.filter((title) => !textOf(file).includes(title)).map((title) => `${file}: ${title}`),
      );
      assert.deepEqual(missing, []);
      assert.ok(Object.values(tests).flat().length > 0);
    });

  it('are listed here, each test with its number', () => {
    const listed = situations.flatMap(({ tests }) =>
      Object.entries(tests).flatMap(([file, titles]) => titles.map((title) => ({ file, title }))),
    );
    const unlisted = globSync('test/cluster/situations/*.test.ts', { cwd: root })
      .filter((file) => !file.endsWith('situations.test.ts'))
      .flatMap((file) =>
        [...textOf(file).matchAll(/it\(\s*['`](\d+: [^'`]*)/g)].map(([, title = '']) => ({ file, title })),
      )
      .filter((found) => !listed.some(({ file, title }) => file === found.file && found.title.includes(title)));
    assert.deepEqual(unlisted, []);
  });

  it('name the test of a command that fails by a fault of ours', () => {
    assert.ok(textOf(poisoned.file).includes(poisoned.title));
    assert.ok(textOf(poisoned.file).includes('rejected/Internal'));
  });
});
