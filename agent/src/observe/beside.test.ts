import assert from 'node:assert/strict';
import { aContainer, aJob, aPod, aView, condition, ended, running, t0 } from '../testing/a-view.ts';
import { besideMain } from './beside.ts';
import { judge } from './judge.ts';
import { graces } from './judgement.ts';
import type { RunView } from './run-view.ts';

const proxy = aContainer(running(), { name: 'istio-proxy' });
const held = (exitCode: number, given: Parameters<typeof aPod>[0] = {}) =>
  aPod({ phase: 'Running', containers: [aContainer(ended(exitCode)), proxy], ...given });
/** Well after the main container ended. */
const later = t0 + 5_000 + graces.beside;

const cases: readonly {
  readonly title: string;
  readonly view: RunView;
  readonly atMs?: number;
  readonly kind: string;
}[] = [
  { title: 'all run', view: aView({ pods: [aPod({ containers: [aContainer(running()), proxy] })] }), kind: 'nothing' },
  { title: 'the main one has just ended', view: aView({ pods: [held(0)] }), atMs: t0 + 6_000, kind: 'wait' },
  { title: 'the main one ended well', view: aView({ pods: [held(0)] }), kind: 'end-run' },
  { title: 'the main one failed', view: aView({ pods: [held(3)] }), kind: 'end-pods' },
  { title: 'the pod goes already', view: aView({ pods: [held(3, { isDeleting: true })] }), kind: 'nothing' },
  {
    title: 'only our own collector goes on',
    view: aView({
      pods: [
        aPod({
          phase: 'Running',
          init: [aContainer(running(), { name: 'tandem-collector', isSidecar: true })],
          containers: [aContainer(ended(0))],
        }),
      ],
    }),
    kind: 'nothing',
  },
  {
    title: 'another pod of the role still works',
    view: aView({
      settings: { replicas: { main: 2 } },
      pods: [held(0), aPod({ uid: 'pod-2', containers: [aContainer(running()), proxy] })],
    }),
    kind: 'nothing',
  },
  {
    title: 'both pods of the role are done',
    view: aView({ settings: { replicas: { main: 2 } }, pods: [held(0), held(0, { uid: 'pod-2' })] }),
    kind: 'end-run',
  },
  { title: 'a service', view: aView({ settings: { kind: 'service' }, pods: [held(0)] }), kind: 'nothing' },
];

describe('containers beside the main one', () => {
  for (const { title, view, atMs = later, kind } of cases)
    it(`${kind}: ${title}`, () => assert.equal(besideMain(view, atMs, graces).kind, kind));

  const stop = { generation: 1, why: 'MainEnded', atMs: t0 + 5_000, graceSeconds: 30 } as const;
  const killed = aContainer(ended(143), { name: 'istio-proxy' });

  it('make a run that succeeded end as such, however they end themselves', () => {
    const pods = [aPod({ phase: 'Failed', containers: [aContainer(ended(0)), killed] })];
    const { status, reason, end } = judge(aView({ stop, pods, jobs: [aJob({ failed: 1 })] }), later);
    assert.deepEqual([status, reason, end], ['succeeded', 'Completed', { exitCode: 0, finishedAtMs: t0 + 5_000 }]);
  });

  it('keep a run in its last step while they end', () => {
    const { status, end } = judge(aView({ stop, pods: [held(0, { isDeleting: true })] }), later);
    assert.deepEqual([status, end], ['processing', null]);
  });

  it('that fail by themselves do not fail the run', () => {
    const pods = [aPod({ phase: 'Failed', containers: [aContainer(ended(0)), killed] })];
    const jobs = [aJob({ failed: 1, conditions: [condition('Failed', { reason: 'BackoffLimitExceeded' })] })];
    assert.equal(judge(aView({ pods, jobs }), later).status, 'succeeded');
  });
});
