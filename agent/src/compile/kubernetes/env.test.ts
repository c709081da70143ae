import assert from 'node:assert/strict';
import { envOf, objectsFor, plain, podOf } from '../../testing/objects-for-tests.ts';

describe('variables of a container', () => {
  const containerWith = (container: object, more: object = {}) =>
    podOf(objectsFor({ run: { container: { image: 'i', ...container }, ...more }, plugins: plain, connections }).lead)
      .containers[0];
  const connections = [
    {
      name: 'c',
      kind: 'custom',
      env: { FROM: 'connection', SHARED: 'connection' },
      secret: { name: 's', items: ['KEY'] },
      configMap: { name: 'm' },
    },
  ];

  it('have the last of two with one name, at its place', () => {
    const main = containerWith(
      {
        env: [
          { name: 'SHARED', value: 'user' },
          { name: 'OWN', value: 1 },
        ],
      },
      { connections: ['c'] },
    );
    const names = Object.keys(envOf(main)).filter((name) => !name.startsWith('TANDEM_'));
    assert.deepEqual(names, ['OWN', 'FROM', 'SHARED', 'KEY', 'NVIDIA_VISIBLE_DEVICES']);
    assert.equal(envOf(main)['SHARED'], 'connection');
    assert.deepEqual(main?.['envFrom'], [{ configMapRef: { name: 'm' } }]);
  });

  it('go to Kubernetes as they were written', () => {
    const optional = { secretKeyRef: { name: 's', key: 'k', optional: true } };
    const limit = { resourceFieldRef: { containerName: 'main', resource: 'limits.memory' } };
    const env = [
      { name: 'A', valueFrom: optional },
      { name: 'B', valueFrom: limit },
    ];
    const envFrom = [{ prefix: 'P_', secretRef: { name: 's' } }, { configMapRef: { name: 'm', optional: true } }];
    const main = containerWith({ env, envFrom });
    assert.deepEqual(
      main?.env?.filter(({ name }) => name === 'A' || name === 'B'),
      env,
    );
    assert.deepEqual(main?.['envFrom'], envFrom);
  });

  const devices: readonly (readonly [string, object, string | undefined])[] = [
    ['none where none are asked for', {}, 'none'],
    ['none for a count of nothing', { resources: { limits: { 'nvidia.com/gpu': 0 } } }, 'none'],
    ['what the node gives where some are', { resources: { requests: { 'nvidia.com/gpu': '1' } } }, undefined],
    ['what the node gives for shared ones', { resources: { limits: { 'nvidia.com/gpu.shared': 2 } } }, undefined],
    ["the user's own word", { env: { NVIDIA_VISIBLE_DEVICES: 'all' } }, 'all'],
  ];
  for (const [what, container, value] of devices)
    it(`say of devices: ${what}`, () => assert.equal(envOf(containerWith(container))['NVIDIA_VISIBLE_DEVICES'], value));
});
