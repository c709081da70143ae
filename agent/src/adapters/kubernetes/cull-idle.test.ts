import assert from 'node:assert/strict';
import { judged } from '../../observe/judgement.ts';
import { aPod } from '../../testing/a-view.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { AttemptState } from './cluster-state.ts';
import { ClusterState } from './cluster-state.ts';
import { cullIdle } from './cull-idle.ts';

const running = judged({ status: 'running', reason: 'Running' });

describe('a service that may be idle for 600 s', () => {
  let clock: ReturnType<typeof fakeClock>;
  let attempt: AttemptState;
  let asked: string[];
  let stopped: number[];
  /** Seconds since the last use, by address. */
  let idle: Readonly<Record<string, number | null>>;
  let look: ReturnType<typeof cullIdle>;

  beforeEach(() => {
    clock = fakeClock();
    asked = [];
    stopped = [];
    attempt = anAttempt(['10.0.0.1', '10.0.0.2']);
    look = cullIdle({
      clock,
      ask: (host, port, paths) => {
        asked.push(`${host}:${port}${paths.join()}`);
        const seconds = idle[host] ?? null;
        return Promise.resolve(seconds === null ? null : clock.nowMs() - seconds * 1000);
      },
      stop: (_, atMs) => {
        stopped.push(atMs);
        return Promise.resolve();
      },
    });
  });

  it('is stopped when none of its pods was used for so long', async () => {
    idle = { '10.0.0.1': 600, '10.0.0.2': 10_000 };
    assert.equal(await look(attempt, running), 60_000);
    assert.deepEqual(asked, ['10.0.0.1:8888/a', '10.0.0.2:8888/a']);
    assert.deepEqual(stopped, [clock.nowMs()]);
  });

  for (const [title, seconds] of [
    ['one of them was used', { '10.0.0.1': 10_000, '10.0.0.2': 599 }],
    ['one of them does not say', { '10.0.0.1': 10_000, '10.0.0.2': null }],
    ['its clock is ahead', { '10.0.0.1': -100, '10.0.0.2': 10_000 }],
  ] as const)
    it(`goes on where ${title}`, async () => {
      idle = seconds;
      assert.equal(await look(attempt, running), 60_000);
      assert.deepEqual(stopped, []);
    });

  it('is asked again after a while, and not at each change of its objects', async () => {
    idle = { '10.0.0.1': 0, '10.0.0.2': 0 };
    await look(attempt, running);
    await clock.advance(59_000);
    assert.equal(await look(attempt, running), 1_000);
    assert.equal(asked.length, 1);
    await clock.advance(1_000);
    await look(attempt, running);
    assert.equal(asked.length, 2);
  });

  it('is not asked before it runs, without a pod that is ready, or without a limit', async () => {
    idle = { '10.0.0.1': 10_000 };
    assert.equal(await look(attempt, judged({ status: 'starting', reason: 'Started' })), null);
    assert.equal(await look(anAttempt([]), running), 60_000);
    attempt.settings = { ...attempt.settings, culling: undefined };
    assert.equal(await look(attempt, running), null);
    assert.deepEqual([asked, stopped], [[], []]);
  });
});

function anAttempt(addresses: readonly string[]): AttemptState {
  const state = new ClusterState(() => undefined);
  const uuid = 'a'.repeat(32);
  state.put({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `tdm-${uuid}-1`, uid: 'u', labels: { 'tandem.dev/run': uuid, 'tandem.dev/attempt': '1' } },
  });
  const attempt = state.newest(uuid) ?? assert.fail('no attempt');
  for (const [index, ip] of addresses.entries())
    attempt.pods.set(ip, {
      ...aPod({ phase: 'Running', conditions: [{ ...ready }], createdAtMs: index }),
      ip,
    });
  attempt.settings = { ...attempt.settings, culling: { timeoutSeconds: 600, port: 8888, paths: ['/a'] } };
  return attempt;
}

const ready = { type: 'Ready', isTrue: true, isUnknown: false, reason: '', message: '', atMs: 0 };
