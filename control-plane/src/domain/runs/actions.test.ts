import assert from 'node:assert/strict';
import { gates, ON_CLUSTER, SAFE_STOP, type Status, statuses } from '@tandem/shared/lifecycle';
import { approveRun, skipRun, stopRun } from './actions.ts';
import type { RunState } from './run.ts';

const aRun = (changes: Partial<RunState>): RunState => ({
  id: 1,
  uuid: 'a'.repeat(32),
  status: 'created',
  version: 1,
  attempt: 1,
  generation: 1,
  agentId: 1,
  managedBy: 'agent',
  gates: 0,
  liveState: 1,
  wasSent: false,
  ...changes,
});

/** What an action makes of each status. */
const outcomes = (act: typeof stopRun): Record<string, string> =>
  Object.fromEntries(
    statuses.map((status) => {
      const change = act(aRun({ status }), 'user:a');
      return [
        status,
        change.kind === 'move' ? `${change.move.next}${change.tell === undefined ? '' : ' +tell'}` : change.kind,
      ];
    }),
  );

describe('actions on runs', () => {
  it('stops at once what no agent has, asks the agent otherwise, and leaves what is ending', () => {
    const found = outcomes(stopRun);
    const expected = (status: Status): string => {
      if (SAFE_STOP.has(status) || status === 'queued') return 'stopped';
      return ON_CLUSTER.has(status) || status === 'retrying' ? 'stopping +tell' : 'none';
    };
    assert.deepEqual(found, Object.fromEntries(statuses.map((status) => [status, expected(status)])));
  });

  it('raises the generation with the stop, so that a late start loses', () => {
    const change = stopRun(aRun({ status: 'scheduled' }), 'user:a');
    assert.equal(change.kind === 'move' && change.move.set?.nextGeneration, true);
  });

  it('stops at once a run that no agent manages', () => {
    const change = stopRun(aRun({ status: 'running', managedBy: 'user', agentId: null }), 'user:a');
    assert.equal(change.kind === 'move' && change.move.next, 'stopped');
  });

  it('skips what has not started and refuses the rest', () => {
    const found = outcomes(skipRun);
    for (const status of statuses) {
      const isEarly = SAFE_STOP.has(status) || status === 'queued';
      assert.equal(found[status], isEarly ? 'skipped' : status === 'skipped' ? 'none' : 'refuse', status);
    }
  });

  it('opens one gate for each approval, upload first', () => {
    const both = gates.approval | gates.upload;
    assert.deepEqual(approveRun(aRun({ gates: both })), { kind: 'open', bit: gates.upload, starts: false });
    assert.deepEqual(approveRun(aRun({ gates: gates.approval })), { kind: 'open', bit: gates.approval, starts: true });
    const withUpstream = approveRun(aRun({ gates: gates.approval | gates.upstream }));
    assert.deepEqual(withUpstream, { kind: 'open', bit: gates.approval, starts: false });
    assert.deepEqual(approveRun(aRun({ gates: gates.upstream })), { kind: 'none' });
    assert.deepEqual(approveRun(aRun({ status: 'running' })), { kind: 'none' });
    assert.equal(approveRun(aRun({ status: 'stopping' })).kind, 'refuse');
    assert.equal(approveRun(aRun({ status: 'failed' })).kind, 'refuse');
  });
});
