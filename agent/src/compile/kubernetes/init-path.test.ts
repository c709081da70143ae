import assert from 'node:assert/strict';
import { objectsFor, plain, podOf, type RunForTests, runUuid, taskOf } from '../../testing/objects-for-tests.ts';

const container = { image: 'i' };
const collecting = { ...plain, collectArtifacts: true };
const outputs = `/plx-context/artifacts/${runUuid}/outputs`;
const bucket = { name: 'store', kind: 's3', schema: { bucket: 's3://runs/' } };
const disk = { name: 'store', kind: 'host_path', schema: { hostPath: '/h', mountPath: '/store' } };
const connections = [{ name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'data', mountPath: '/data' } }];
const podWith = (init: readonly object[], given: Partial<RunForTests> = {}) => {
  const pod = podOf(
    objectsFor({ run: { container, init }, connections, store: bucket, plugins: plain, ...given }).lead,
  );
  const steps = pod.initContainers?.filter(({ name }) => /^tandem-(file|dockerfile)-/.test(name)) ?? [];
  return { steps, mounts: pod.containers[0]?.volumeMounts ?? [], volumes: pod.volumes ?? [] };
};

describe('the path of an init step', () => {
  const places: readonly (readonly [what: string, path: string, folder: string, mountPath: string])[] = [
    ['of its own', '/scripts', '/scripts', '/scripts'],
    ['with a slash at its end', '/scripts/', '/scripts', '/scripts'],
    ['that is written oddly', '/a//b/../c', '/a/c', '/a/c'],
    ['relative to the shared folder', 'sub', '/plx-context/artifacts/sub', '/plx-context/artifacts'],
    ['that leaves the shared folder', '../up', '/plx-context/up', '/plx-context/up'],
    ['among the outputs, which are collected', outputs, outputs, '/plx-context/artifacts'],
  ];
  for (const [what, path, folder, mountPath] of places)
    it(`is where the main container finds the file: a path ${what}`, () => {
      for (const plugins of [plain, collecting]) {
        const { steps, mounts } = podWith(
          [{ file: { content: '' } }, { dockerfile: { image: 'x' } }].map((step) => ({ ...step, path })),
          { plugins },
        );
        assert.deepEqual(
          steps.map((step) => taskOf(step)['folder']),
          [folder, folder],
        );
        // The deepest mount above the folder is what a process sees there.
        const seen = mounts.filter((mount) => `${folder}/`.startsWith(`${mount.mountPath}/`));
        assert.deepEqual(
          seen.map((mount) => mount.mountPath),
          [mountPath],
        );
        for (const step of steps)
          assert.ok(
            step.volumeMounts?.some(({ name }) => name === seen[0]?.name),
            what,
          );
      }
    });

  it('takes no copy for the outputs where these are not collected, since nothing is mounted there', () => {
    const init = [{ file: {}, path: '/x' }, { file: {} }, { dockerfile: {} }];
    const copies = (given: Partial<RunForTests>) => podWith(init, given).steps.map((step) => taskOf(step)['copyTo']);
    // With a store that is mounted, its path is where such a run writes; the step has no mount of it.
    for (const store of [bucket, disk]) assert.deepEqual(copies({ store }), [null, null, null]);
    assert.deepEqual(copies({ plugins: collecting }), [outputs, outputs, outputs]);
    for (const { volumeMounts } of podWith(init, { plugins: collecting }).steps)
      assert.ok(volumeMounts?.some((mount) => mount.mountPath === '/plx-context/artifacts'));
  });

  it('means what the main container has there itself', () => {
    const { steps, mounts, volumes } = podWith([], {
      run: {
        container: { ...container, volumeMounts: [{ name: 'mine', mountPath: '/mine/', subPath: 's' }] },
        volumes: [{ name: 'mine', emptyDir: {} }],
        connections: ['data'],
        init: ['/mine', '/data/'].map((path) => ({ file: {}, path })),
      },
    });
    assert.deepEqual(
      steps.map((step) => step.volumeMounts),
      mounts.map((mount) => [mount]),
    );
    assert.equal(volumes.length, 2);
  });

  it('is not the root of the container', () => {
    assert.throws(() => podWith([{ container }, { file: {}, path: '/.' }]), {
      message: 'Init step 2 has the path "/", where every container has its image.',
    });
  });
});
