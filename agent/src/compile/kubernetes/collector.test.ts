import assert from 'node:assert/strict';
import { envOf, objectsFor, plain, podOf, type RunForTests, runUuid, taskOf } from '../../testing/objects-for-tests.ts';

const store = { name: 'store', kind: 'host_path', schema: { hostPath: '/h', mountPath: '/store' } };
const collectorOf = (given: Partial<RunForTests>) =>
  podOf(objectsFor({ run: { container: { image: 'i' } }, ...given }).lead).initContainers?.at(-1);

describe('the collector', () => {
  it('is a sidecar that never stops by itself, and knows where everything is', () => {
    const collector = collectorOf({ store, plugins: { sidecar: { syncInterval: -1 } } });
    assert.equal(collector?.['restartPolicy'], 'Always');
    assert.deepEqual(collector?.['command'], ['tandem-helper', 'collect']);
    assert.deepEqual(taskOf(collector), {
      task: 'collect',
      artifactsPath: `/plx-context/artifacts/${runUuid}`,
      store: { kind: 'mount', name: 'store', path: '/store' },
      storePath: `/store/${runUuid}`,
      outputsFile: `/plx-context/artifacts/${runUuid}/outputs.json`,
      container: 'main',
      sleepSeconds: 10,
      syncSeconds: -1,
      collectArtifacts: true,
      collectLogs: true,
    });
  });

  for (const grace of [0, 5, 600])
    it(`has what the pod’s grace period leaves when the run has taken its ${grace} s`, () => {
      const run = { container: { image: 'i' }, environment: { terminationGracePeriodSeconds: grace } };
      const pod = podOf(objectsFor({ run }).lead);
      const left = Number(envOf(pod.initContainers?.at(-1))['TANDEM_GRACE_SECONDS']);
      assert.equal(left, Number(pod['terminationGracePeriodSeconds']) - grace);
      assert.ok(left > 0);
    });

  const presence: readonly (readonly [string, Partial<RunForTests>, boolean])[] = [
    ['outputs are collected, even without a store', {}, true],
    ['logs are kept in a store', { store, plugins: { ...plain, collectLogs: true } }, true],
    ['logs are wanted, but there is no store', { plugins: { ...plain, collectLogs: true } }, false],
    ['nothing is collected', { store, plugins: plain }, false],
  ];
  for (const [when, given, isThere] of presence)
    it(`is ${isThere ? '' : 'not '}there when ${when}`, () =>
      assert.equal(collectorOf(given)?.name === 'tandem-collector', isThere));
});
