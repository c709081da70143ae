import assert from 'node:assert/strict';
import { decide, type RunView } from './decide.ts';
import type { StepState } from './step-state.ts';

const leader = { pid: 7, startTicks: '1', bootId: 'b' };
const running: StepState = { kind: 'running', leader };
const exited = (code: number, atMs = 900): StepState => ({ kind: 'exited', code, atMs, leader });
const stop = { atMs: 1_000, graceSeconds: 5, why: 'UserStop' as const, signalledAtMs: null };

const view = (given: Partial<RunView>): RunView => ({
  nowMs: 2_000,
  createdAtMs: 0,
  timeoutSeconds: null,
  maxRetries: 0,
  tryNumber: 1,
  stop: null,
  step: { name: 'try-1', role: 'main', form: 'process' },
  state: { kind: 'unclaimed' },
  claiming: false,
  ...given,
});

const kindOf = (given: Partial<RunView>): string => {
  const action = decide(view(given));
  return action.kind === 'end'
    ? `${action.status}/${action.reason}`
    : action.kind === 'signal'
      ? action.signal
      : action.kind;
};

describe('decide', () => {
  it('starts what is unclaimed, and waits while it is being claimed', () => {
    assert.equal(kindOf({}), 'start');
    assert.equal(kindOf({ claiming: true }), 'wait');
    assert.equal(kindOf({ state: running }), 'wait');
  });

  it('takes an end as it came', () => {
    assert.equal(kindOf({ state: exited(0) }), 'succeed');
    assert.equal(kindOf({ state: exited(1) }), 'failed/ContainerFailed');
    assert.equal(kindOf({ state: exited(1), maxRetries: 1 }), 'retry');
    assert.equal(kindOf({ state: exited(1), maxRetries: 1, tryNumber: 2 }), 'failed/ContainerFailed');
    assert.equal(kindOf({ state: { kind: 'lost', leader } }), 'failed/DeletedExternally');
    const step = { name: 'init-0', role: 'init', form: 'process' } as const;
    assert.equal(kindOf({ step, state: exited(0) }), 'next-step');
    assert.equal(kindOf({ step, state: exited(1), maxRetries: 5 }), 'failed/InitFailed');
  });

  it('stops: politely, then by force, then reports', () => {
    assert.equal(kindOf({ stop, state: running }), 'SIGTERM');
    const signalled = { ...stop, signalledAtMs: 1_500 };
    assert.equal(kindOf({ stop: signalled, state: running }), 'wait');
    assert.equal(kindOf({ stop: signalled, state: running, nowMs: 6_500 }), 'SIGKILL');
    assert.equal(kindOf({ stop: signalled, state: exited(143, 999) }), 'stopped/UserStop');
    assert.equal(kindOf({ stop: signalled, state: { kind: 'lost', leader } }), 'stopped/UserStop');
    assert.equal(
      kindOf({ stop: { ...signalled, why: 'TimeoutExceeded' }, state: exited(143, 1_600) }),
      'failed/TimeoutExceeded',
    );
  });

  it('lets nobody claim what is stopped before it was', () => {
    assert.equal(kindOf({ stop }), 'forbid');
    assert.equal(kindOf({ stop, claiming: true }), 'forbid');
    assert.equal(kindOf({ stop, state: { kind: 'forbidden' } }), 'stopped/UserStop');
    assert.equal(kindOf({ stop, step: { name: 'init-0', role: 'init', form: 'function' } }), 'stopped/UserStop');
  });

  it('lets an end before the stop count', () => {
    assert.equal(kindOf({ stop, state: exited(0, 999) }), 'succeed');
    assert.equal(kindOf({ stop, state: exited(0, 1_001) }), 'stopped/UserStop');
  });

  it('gives up at the time limit, from the first start on', () => {
    assert.equal(kindOf({ timeoutSeconds: 2, state: running }), 'give-up');
    assert.deepEqual(decide(view({ timeoutSeconds: 3, state: running })), { kind: 'wait', untilMs: 3_000 });
  });
});
