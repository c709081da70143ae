import assert from 'node:assert/strict';
import { aJob, aLead, aPod, aView, condition, t0 } from '../testing/a-view.ts';
import { podsToStart } from './held-pods.ts';
import type { PodView, RunView } from './run-view.ts';

const held = (name: string, given: Partial<PodView> = {}): PodView =>
  aPod({ name, uid: name, isHeld: true, node: '', startedAtMs: null, ...given });
const started = (view: RunView, chosen: ReadonlyMap<string, string> = new Map()): readonly string[] =>
  podsToStart(view, chosen).map(({ name }) => name);

const cases: readonly { readonly when: string; readonly view: RunView; readonly start: readonly string[] }[] = [
  { when: 'a Job has made its pod', view: aView({ pods: [held('a')] }), start: ['a'] },
  {
    when: 'a Job has made two pods at once',
    view: aView({ pods: [held('b'), held('a'), held('c', { createdAtMs: t0 - 1_000 })] }),
    start: ['c'],
  },
  { when: 'two have the same time', view: aView({ pods: [held('b'), held('a')] }), start: ['a'] },
  { when: 'one was let go', view: aView({ pods: [aPod({ uid: 'x' }), held('a')] }), start: [] },
  { when: 'one still ends', view: aView({ pods: [aPod({ uid: 'x', isDeleting: true }), held('a')] }), start: [] },
  { when: 'one has failed', view: aView({ pods: [aPod({ uid: 'x', phase: 'Failed' }), held('a')] }), start: ['a'] },
  { when: 'one has succeeded', view: aView({ pods: [aPod({ uid: 'x', phase: 'Succeeded' }), held('a')] }), start: [] },
  {
    when: 'each pod has a place of its own',
    view: aView({
      pods: [
        held('a'),
        held('b', { place: 'job-1/1' }),
        held('c', { place: 'job-1/1' }),
        held('d', { place: 'job-2/0' }),
      ],
      jobs: [aJob(), aJob({ uid: 'job-2' })],
    }),
    start: ['a', 'b', 'd'],
  },
  { when: 'the pod already goes', view: aView({ pods: [held('a', { isDeleting: true })] }), start: [] },
  { when: 'no Job of the run made it', view: aView({ pods: [held('a', { place: 'job-9/0' })] }), start: [] },
  { when: 'it has no Job', view: aView({ pods: [held('a', { place: '' })] }), start: [] },
  { when: 'the Job is suspended', view: aView({ pods: [held('a')], jobs: [aJob({ isSuspended: true })] }), start: [] },
  {
    when: 'the Job has failed',
    view: aView({ pods: [held('a')], jobs: [aJob({ conditions: [condition('FailureTarget')] })] }),
    start: [],
  },
  {
    when: 'a stop was ordered',
    view: aView({ pods: [held('a')], stop: { generation: 2, why: 'UserStop', atMs: t0, graceSeconds: 5 } }),
    start: [],
  },
  { when: 'the lead goes', view: aView({ pods: [held('a')], lead: aLead({ isDeleting: true }) }), start: [] },
  { when: 'the lead is not known', view: aView({ pods: [held('a')], lead: null }), start: [] },
];

describe('pods that wait for their start', () => {
  for (const { when, view, start } of cases)
    it(`${start.length === 0 ? 'stay' : `let ${start.join(' and ')} go`}: ${when}`, () => {
      assert.deepEqual(started(view), start);
    });

  it('stay with a choice whose outcome is unknown, until that pod is gone', () => {
    const chosen = new Map([['job-1/0', 'b']]);
    assert.deepEqual(started(aView({ pods: [held('a'), held('b')] }), chosen), ['b']);
    assert.deepEqual(started(aView({ pods: [held('a')] }), chosen), ['a']);
  });
});
