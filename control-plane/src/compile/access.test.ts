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
    assert.deepEqual(said({ kinds: ['job', 'cleaner'] }), [
      ['queues/kind-not-run', 0, 'The agent "one" runs job, service, and no cleaner.'],
    ]);
    assert.deepEqual(said({ kinds: [] }), []);
  });

  for (const [kind, api] of [
    ['tfjob', 'kubeflow.org/v1 TFJob or batch/v1 Job'],
    ['pytorchjob', 'kubeflow.org/v1 PyTorchJob or batch/v1 Job'],
    ['mpijob', 'kubeflow.org/v1 MPIJob or kubeflow.org/v2beta1 MPIJob'],
    ['raycluster', 'ray.io/v1 RayCluster'],
    ['daskcluster', 'kubernetes.dask.org/v1 DaskCluster'],
  ] as const) {
    it(`names the API that the cluster lacks for a ${kind}`, () => {
      const message = `The agent "one" runs job, service, and no ${kind}. It needs a cluster with the API ${api}.`;
      assert.deepEqual(said({ kinds: [kind] }), [['queues/kind-not-run', 0, message]]);
      assert.deepEqual(said({ kinds: [kind] }, { ...target, kinds: [kind] }), []);
    });
  }

  it('checks the connections again whose names came out of templates', () => {
    assert.equal(checkConnections([named('data', 1), named('secret', 2)], target).length, 1);
  });
});
