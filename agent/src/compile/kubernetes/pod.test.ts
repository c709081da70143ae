import assert from 'node:assert/strict';
import { at, objectsFor, plain, plainSettings, podOf, type RunForTests } from '../../testing/objects-for-tests.ts';

const container = { image: 'i' };
const podFor = (given: RunForTests) => podOf(objectsFor(given).lead);

describe('a pod', () => {
  it('without plugins is the container of the user', () => {
    const { containers, ...pod } = podFor({
      run: { container: { ...container, args: ['', null, 1] } },
      plugins: plain,
    });
    assert.deepEqual(pod, {
      restartPolicy: 'Never',
      serviceAccountName: 'runs',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 30,
      schedulingGates: [{ name: 'tandem.dev/start' }],
    });
    assert.equal(containers.length, 1);
    const { env: _env, ...main } = containers[0] ?? assert.fail('no container');
    assert.deepEqual(main, {
      name: 'main',
      image: 'i',
      args: ['', '1'],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
  });

  it('lets helpers be the user that it says, else root without any power', () => {
    const users = (environment: object): readonly unknown[] => {
      const pod = podFor({ run: { container, environment } });
      return [at(pod, 'initContainers.0.securityContext.runAsUser'), at(pod, 'securityContext.runAsUser')];
    };
    assert.deepEqual(users({}), [0, undefined]);
    assert.deepEqual(users({ securityContext: { runAsUser: 1000 } }), [undefined, 1000]);
    assert.deepEqual(users({ securityContext: { runAsNonRoot: true } }), [undefined, undefined]);
  });

  it('has a place for the credential, for artifacts and for shared memory', () => {
    const run = { container: { ...container, resources: { limits: { memory: '1Gi' } } } };
    const pod = podFor({ run });
    const sources = new Map(pod.volumes?.map(({ name, ...source }) => [name, source]));
    const mounts = pod.containers[0]?.volumeMounts?.map(({ name, mountPath, readOnly }) => [
      mountPath,
      readOnly === true,
      sources.get(name),
    ]);
    assert.deepEqual(mounts, [
      ['/plx-context/.configs', true, { secret: { secretName: `tdm-${'5'.repeat(32)}-1-token`, defaultMode: 0o444 } }],
      ['/dev/shm', false, { emptyDir: { medium: 'Memory', sizeLimit: String(2 ** 29) } }],
      ['/plx-context/artifacts', false, { emptyDir: {} }],
    ]);
    assert.equal(pod['terminationGracePeriodSeconds'], 90);
    assert.equal(objectsFor({ run }).needsToken, true);
    assert.equal(objectsFor({ run, plugins: plain }).needsToken, false);
  });

  it('has what the agent says where the run says nothing, field by field', () => {
    const defaults = {
      ...plainSettings.defaults,
      nodeSelector: { pool: 'runs' },
      tolerations: [{ key: 'agent' }],
      imagePullSecrets: ['pull'],
      priorityClassName: 'low',
      resources: { requests: { cpu: '1' } },
    };
    const environment = { nodeSelector: { pool: 7 }, serviceAccountName: 'own', hostPID: false };
    const pod = podFor({ run: { container, environment }, plugins: plain, settings: { defaults } });
    assert.deepEqual(
      ['nodeSelector', 'tolerations', 'imagePullSecrets', 'priorityClassName', 'serviceAccountName', 'hostPID'].map(
        (field) => pod[field],
      ),
      [{ pool: '7' }, [{ key: 'agent' }], [{ name: 'pull' }], 'low', 'own', false],
    );
    assert.deepEqual(pod.containers[0]?.['resources'], { requests: { cpu: '1' } });
  });

  it('passes volumes and mounts of the user on as they are', () => {
    const volumes = [{ name: 'c', configMap: { name: 'm', items: [{ key: 'k', path: 'p', mode: 256 }] } }];
    const volumeMounts = [
      { name: 'c', mountPath: '/c', subPathExpr: '$(POD)', mountPropagation: 'None', readOnly: true },
      { name: 'c', mountPath: '/dev/shm' },
    ];
    const pod = podFor({
      run: { container: { ...container, volumeMounts }, volumes },
      plugins: { ...plain, shm: true },
    });
    assert.deepEqual(pod.volumes, volumes);
    assert.deepEqual(pod.containers[0]?.volumeMounts, volumeMounts);
  });

  it('keeps a secret and a config map of one name apart', () => {
    const connections = [
      { name: 'a', kind: 'custom', secret: { name: 'x', mountPath: '/s', items: ['k'], defaultMode: '0400' } },
      { name: 'b', kind: 'custom', configMap: { name: 'x', mountPath: '/m', items: ['k'] } },
    ];
    const pod = podFor({ run: { container, connections: ['a', 'b'] }, connections, plugins: plain });
    assert.equal(new Set(pod.volumes?.map(({ name }) => name)).size, 2);
    const items = [{ key: 'k', path: 'k' }];
    assert.deepEqual(
      pod.volumes?.map(({ name: _name, ...source }) => source),
      [{ secret: { secretName: 'x', items, defaultMode: 256 } }, { configMap: { name: 'x', items } }],
    );
  });

  it('gives sidecars of the user what the main container has, unless they want nothing', () => {
    const connections = [{ name: 'd', kind: 'volume_claim', schema: { volumeClaim: 'd', mountPath: '/d' } }];
    const run = { container, connections: ['d'], sidecars: [{ image: 's' }] };
    const sidecar = (plugins: object) => podFor({ run, connections, plugins: { ...plain, ...plugins } }).containers[1];
    assert.deepEqual(
      sidecar({})?.volumeMounts?.map(({ mountPath }) => mountPath),
      ['/d'],
    );
    assert.deepEqual(sidecar({ sidecar: { noConnections: true } }), { name: 'sidecar-0', image: 's' });
  });

  it('lets the run see the socket of docker where it asks for it', () => {
    const pod = podFor({ run: { container }, plugins: { ...plain, docker: true } });
    assert.deepEqual(at(pod, 'volumes.0.hostPath'), { path: '/var/run/docker.sock' });
  });
});
