import assert from 'node:assert/strict';
import { gates, reasons, statuses } from '@tandem/shared/lifecycle';
import { type WaitingFacts, whyWaiting } from './waiting.ts';

const facts = (changes: Partial<WaitingFacts>): WaitingFacts => ({
  status: 'queued',
  reason: 'Queued',
  message: '',
  since: '2026-01-01T00:00:00.000000Z',
  gates: 0,
  managedBy: 'agent',
  agent: { name: 'a', status: 'online', firstSeenAt: 'x', lastSeenAt: 'x', capacity: 4, held: 1 },
  queue: { name: 'q', isPaused: false, concurrency: null, held: 1 },
  ahead: 0,
  ...changes,
});

const codes = (changes: Partial<WaitingFacts>): readonly string[] =>
  whyWaiting(facts(changes)).map((each) => each.code);

describe('why a run waits', () => {
  it('is never empty, whatever the status and whatever is missing', () => {
    for (const status of statuses) {
      for (const bits of [0, gates.upload | gates.cache]) {
        const found = whyWaiting(facts({ status, gates: bits, agent: null, queue: null, reason: 'Unheard' }));
        assert.ok(found.length > 0 && found.every((each) => each.message !== ''), status);
      }
    }
  });

  it('names each closed gate', () => {
    assert.deepEqual(codes({ status: 'created', gates: gates.approval | gates.upload }), [
      'gate/upload',
      'gate/approval',
    ]);
  });

  it('names everything that holds a queued run, and its place', () => {
    const agent = { name: 'a', status: 'online', firstSeenAt: 'x', lastSeenAt: 'x', capacity: 2, held: 2 } as const;
    const queue = { name: 'q', isPaused: true, concurrency: 1, held: 1 };
    assert.deepEqual(codes({ agent, queue, ahead: 3 }), [
      'queue/paused',
      'queue/concurrency',
      'agent/no-capacity',
      'queue/position',
    ]);
    assert.equal(whyWaiting(facts({ ahead: 3 }))[0]?.details['position'], 4);
  });

  it('tells an agent that never came from one that went away', () => {
    const agent = { name: 'a', status: 'offline', firstSeenAt: null, lastSeenAt: null, capacity: 0, held: 0 } as const;
    assert.equal(codes({ agent })[0], 'agent/never-connected');
    assert.equal(codes({ agent: { ...agent, firstSeenAt: 'x', lastSeenAt: 'y' } })[0], 'agent/offline');
  });

  it('says why a run has ended, with the sentence of its reason', () => {
    const [reason] = whyWaiting(facts({ status: 'failed', reason: 'ContainerFailed', message: 'Exit code 3.' }));
    assert.equal(reason?.message, `${reasons.ContainerFailed} Exit code 3.`);
  });
});
