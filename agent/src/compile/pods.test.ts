import assert from 'node:assert/strict';
import { planFor, refusalFor } from '../testing/objects-for-tests.ts';

const container = { image: 'i' };
const connections = [
  {
    name: 'data',
    kind: 'volume_claim',
    schema: { volumeClaim: 'data', mountPath: '/data' },
    annotations: { a: 'data' },
  },
  { name: 'bucket', kind: 's3', schema: { bucket: 's3://b' }, secret: { name: 'keys' } },
];

describe('the pods of a run', () => {
  const orders: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'tfjob',
      { ps: { container }, worker: { container }, evaluator: { container }, chief: { container } },
      ['chief', 'worker', 'ps', 'evaluator'],
    ],
    ['pytorchjob', { worker: { container }, master: { container } }, ['master', 'worker']],
    ['mpijob', { worker: { container }, launcher: { container } }, ['launcher', 'worker']],
    ['daskcluster', { worker: { container }, scheduler: { container } }, ['scheduler', 'worker']],
    [
      'raycluster',
      { workers: { 'Big GPU': { container }, 'big-gpu': { container } }, head: { container } },
      ['head', 'worker-big-gpu', 'worker-big-gpu-14e84866dc'],
    ],
  ];
  for (const [kind, run, roles] of orders)
    it(`of ${kind} come with the leading one first`, () =>
      assert.deepEqual(
        planFor({ kind, run }).replicas.map(({ role }) => role),
        roles,
      ));

  it('each have what they ask for, and nothing of the others', () => {
    const run = {
      master: { container, connections: ['data'] },
      worker: { container, connections: ['bucket'], replicas: 3 },
    };
    const [master, worker] = planFor({ kind: 'pytorchjob', run, connections }).replicas;
    assert.deepEqual(
      [master, worker].map((replica) => [
        replica?.count,
        replica?.volumes.map(({ kind }) => kind),
        replica?.annotations,
        replica?.main.env.filter(({ kind }) => kind === 'all-of-secret').length,
      ]),
      [
        [1, ['claim'], { a: 'data' }, 0],
        [3, [], {}, 1],
      ],
    );
  });

  it('use the store themselves where nothing is collected, or by wish', () => {
    const store = { name: 'store', kind: 'host_path', schema: { hostPath: '/h', mountPath: '/store' } };
    const mounts = (plugins: object) =>
      planFor({ run: { container }, store, plugins }).replicas[0]?.main.mounts.map(({ path }) => path);
    assert.deepEqual(mounts({}), []);
    assert.deepEqual(mounts({ collectArtifacts: false }), ['/store']);
    assert.deepEqual(mounts({ mountArtifactsStore: true }), ['/store']);
  });

  it('are refused for a connection that the agent does not have, wherever it is asked for', () => {
    const refused = (kind: string, run: object) => refusalFor({ kind, run, connections });
    const sentence = 'The agent has no connection called "gone".';
    assert.equal(refused('pytorchjob', { worker: { container, connections: ['gone'] } }), sentence);
    assert.equal(refused('job', { container, init: [{ connection: 'gone' }] }), sentence);
    assert.equal(refused('pytorchjob', { worker: {} }), 'The replica "worker" has no container.');
  });

  it('are refused with plugins that are not there', () =>
    assert.equal(
      refusalFor({ run: { container }, plugins: { sandbox: true } }),
      'This agent does not have the plugin "sandbox".',
    ));
});
