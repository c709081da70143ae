import assert from 'node:assert/strict';
import type { Target } from '../ports/run-store.ts';
import { checkAccess, checkConnections } from './access.ts';
import type { Questions } from './questions.ts';

const source = { name: 'main.yaml', text: '' };
const at = (start: number) => ({ source, start, end: start + 1 });
const named = (name: string, start: number) => ({ name, span: at(start) });
const nothing: Questions = {
  connections: [],
  presets: [],
  runs: [],
  kinds: ['job'],
  queue: null,
  namespace: null,
  whole: at(0),
};
const target: Target = {
  queueId: 1,
  priority: 0,
  queue: 'default',
  agentId: 1,
  agent: 'one',
  hasConnected: true,
  kinds: ['job', 'service'],
  namespaces: ['plx'],
  connections: ['data'],
};
const said = (asks: Partial<Questions>, to: Target | null = target) =>
  checkAccess({ ...nothing, ...asks }, to).map(({ code, span, message }) => [code, span.start, message]);

describe('access', () => {
  it('lets pass what the target has', () => {
    assert.deepEqual(
      said({ connections: [named('data', 3)], namespace: named('plx', 4), queue: named('one/default', 5) }),
      [],
    );
  });

  it('refuses all that it has not, each at its place, in one text for "absent" and "not allowed"', () => {
    const asks = {
      connections: [named('data', 3), named('gone', 4)],
      presets: [named('p', 5)],
      namespace: named('other', 6),
    };
    assert.deepEqual(said(asks), [
      ['access/connection', 4, 'Connection "gone": not found or not allowed.'],
      ['access/preset', 5, 'Preset "p": not found or not allowed.'],
      ['access/namespace', 6, 'Namespace "other": not found or not allowed.'],
    ]);
  });

  it('looks at nothing else when the queue is refused', () => {
    const asks = { queue: named('x/y', 2), connections: [named('gone', 4)] };
    assert.deepEqual(said(asks, null), [['access/queue', 2, 'Queue "x/y": not found or not allowed.']]);
    assert.deepEqual(
      said({ connections: [named('gone', 4)] }, { ...target, hasConnected: false })[0]?.[0],
      'queues/no-agent',
    );
  });

  it('asks for every kind that a dag needs, and for none that only the control plane carries out', () => {
    assert.deepEqual(said({ kinds: ['job', 'mpijob'] }), [
      ['queues/kind-not-run', 0, 'The agent "one" runs job, service, and no mpijob.'],
    ]);
    assert.deepEqual(said({ kinds: [] }), []);
  });

  it('checks the connections again whose names came out of templates', () => {
    assert.equal(checkConnections([named('data', 1), named('secret', 2)], target).length, 1);
  });
});
