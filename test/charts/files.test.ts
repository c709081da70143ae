import assert from 'node:assert/strict';
import { find, notesOf, type Rendered, render, renderSet, valuesFile } from './helm.ts';
import { podOf } from './pods.ts';

const ofNode = [
  'controlPlane.sessions=cp.example:443',
  'files.enabled=true',
  'files.token=files-token-of-the-test-0123456789',
  'artifactsStore.name=s',
  'artifactsStore.kind=host_path',
  'artifactsStore.schema.hostPath=/srv/store',
  'artifactsStore.schema.mountPath=/store',
].flatMap((value) => ['--set', value]);
const kept = ['--set', 'files.prepareFolder=false'];
const podIn = (objects: readonly Rendered[]) =>
  podOf(find(objects, 'Deployment', 'try-tandem-agent-files')) ?? assert.fail('no pod');

describe('the files server of the chart', function () {
  this.timeout(600_000);
  const notes = (...args: readonly string[]): string => notesOf('agent', ...args);

  it('may write to a folder of the node, which is root’s whoever makes it', () => {
    const pod = podIn(render('agent', ...ofNode));
    assert.equal(pod.securityContext.runAsUser, 10001);
    assert.deepEqual(pod.securityContext.supplementalGroups, [0]);
    const [first, ...others] = pod.initContainers ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(first?.args, ['files', '--root', '/store', '--prepare']);
    assert.deepEqual(first?.securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
    });
    assert.deepEqual(first.volumeMounts, [{ name: 'store', mountPath: '/store' }]);
    assert.ok(pod.containers.every(({ securityContext }) => !('runAsUser' in securityContext)));
  });

  it('keeps groups that an admin gave it', () => {
    const pod = podIn(render('agent', ...ofNode, '--set', 'podSecurityContext.supplementalGroups={7}'));
    assert.deepEqual(pod.securityContext.supplementalGroups, [7, 0]);
  });

  it('leaves claims to their fsGroup, buckets alone, and a folder alone that an admin looks after', () => {
    const pods = [renderSet('agent', 'everything'), renderSet('agent', 'bucket'), render('agent', ...ofNode, ...kept)];
    assert.deepEqual(
      pods.map((objects) => podIn(objects)).map((pod) => [pod.initContainers, pod.securityContext.supplementalGroups]),
      [
        [undefined, undefined],
        [undefined, undefined],
        [undefined, [0]],
      ],
    );
  });

  it('says after an install what an admin has to see to', () => {
    assert.match(notes(...ofNode, ...kept), /chgrp 0 \/srv\/store && chmod g\+rwxs \/srv\/store/);
    assert.doesNotMatch(notes(...ofNode), /chgrp/);
    assert.match(notes(...ofNode), /what is on its own node/);
    const claim = notes('--values', valuesFile('agent', 'everything'));
    assert.match(claim, /group 10001 write.*logs --namespace runs-a deployment\/try-tandem-agent-files/s);
  });
});
