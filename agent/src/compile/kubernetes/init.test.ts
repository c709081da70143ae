import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { envOf, objectsFor, plain, podOf, type RunForTests, runUuid, taskOf } from '../../testing/objects-for-tests.ts';

const container = { image: 'i' };
const store = { name: 'store', kind: 's3', schema: { bucket: 's3://runs/' }, secret: { name: 'store-keys' } };
const connections = [
  {
    name: 'code',
    kind: 'git',
    schema: { url: 'https://git.example/code', revision: 'main' },
    secret: { name: 'git' },
    configMap: { name: 'hosts' },
  },
  { name: 'team', kind: 'git', schema: { revision: 'main' } },
  { name: 'keys', kind: 'ssh', secret: { name: 'ssh', mountPath: '/keys' } },
  { name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'data', mountPath: '/data' } },
  { name: 'warehouse', kind: 'snowflake', secret: { name: 'w' } },
];
const initsFor = (init: readonly object[], given: Partial<RunForTests> = {}) => {
  const pod = podOf(objectsFor({ run: { container, init }, connections, store, plugins: plain, ...given }).lead);
  return { init: pod.initContainers ?? [], main: pod.containers[0], pod };
};
const everyInit: readonly object[] = [
  { container: { image: 'own', command: ['first'] } },
  { git: { url: 'https://git.example/open/tools.git' } },
  { connection: 'keys', git: { url: 'git@git.example:team/x.git', flags: ['--depth 1'] }, path: '/src' },
  { artifacts: { files: ['a/b'], dirs: [['c', 'd']] } },
  { connection: 'data', paths: ['p/q'] },
  { file: { filename: 'run.sh', content: 'echo $(date) $$', chmod: '+x' }, path: '/scripts' },
  { dockerfile: { image: 'python:3' } },
  { tensorboard: { port: 6006, uuids: ['1'.repeat(32), '2'.repeat(32)], useNames: true } },
  { connection: 'warehouse', container: { image: 'dump', args: ['all'] } },
];

describe('init containers', () => {
  it('are ours in their order, then those that are the user’s alone, then the collector', () => {
    const { init } = initsFor(everyInit, { plugins: { auth: false } });
    assert.deepEqual(
      init.map(({ name }) => name),
      [
        'tandem-artifacts-path',
        'tandem-git-0',
        'tandem-git-1',
        'tandem-artifacts-2',
        'tandem-artifacts-3',
        'tandem-file-4',
        'tandem-dockerfile-5',
        'tandem-tensorboard-6',
        'init-8',
        'init-0',
        'tandem-collector',
      ],
    );
  });

  it('are told tasks of the shape that the helper reads', () => {
    const known: readonly Readonly<Record<string, unknown>>[] = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../../helper/testdata/tasks.json'), 'utf8'),
    );
    const fieldsOf = new Map(known.map((task) => [task['task'], Object.keys(task).sort()]));
    const { init } = initsFor(everyInit, { plugins: {} });
    const tasks = init.filter(({ env }) => env?.some(({ name }) => name === 'TANDEM_TASK')).map(taskOf);
    assert.equal(tasks.length, 9);
    for (const task of tasks)
      assert.deepEqual(Object.keys(task).sort(), fieldsOf.get(task['task']), String(task['task']));
  });

  it('keep the text of a file through what Kubernetes does with dollars', () => {
    const { init } = initsFor([{ file: { content: 'echo $(date) $$ $HOME' } }]);
    assert.equal(taskOf(init[0])['content'], 'echo $(date) $$ $HOME');
    assert.ok(envOf(init[0])['TANDEM_TASK']?.includes('echo $$(date) $$$$ $$HOME'));
  });

  it('bring back what a former attempt left, unless the run starts afresh', () => {
    const copies = (plugins: object) => taskOf(initsFor([], { plugins }).init[0])['copies'];
    const outputs = `/plx-context/artifacts/${runUuid}`;
    assert.deepEqual(copies({}), [
      { what: 'dir', from: `s3://runs/${runUuid}`, to: outputs, isRequired: false, isSnapshot: true },
    ]);
    assert.deepEqual(copies({ autoResume: false }), []);
  });

  it('see their own connection only, secret and config map of it', () => {
    const { init, main } = initsFor([{ connection: 'code' }, { connection: 'data', artifacts: { files: ['f'] } }]);
    assert.deepEqual(init[0]?.['envFrom'], [{ secretRef: { name: 'git' } }, { configMapRef: { name: 'hosts' } }]);
    assert.equal(init[1]?.['envFrom'], undefined);
    // With nothing collected the main container uses the store itself; it never sees the repository's secret.
    assert.deepEqual(main?.['envFrom'], [{ secretRef: { name: 'store-keys' } }]);
  });

  it('share the volume of a path, at which the main container finds it', () => {
    const { init, main, pod } = initsFor([
      { git: { url: 'https://h/a' }, path: '/code' },
      { git: { url: 'https://h/b' }, path: '/code' },
      { git: { url: 'https://h/c' }, path: 'relative' },
    ]);
    assert.deepEqual(
      init.map((each) => each.volumeMounts?.map(({ mountPath }) => mountPath)),
      [['/code'], ['/code'], ['/plx-context/artifacts']],
    );
    assert.deepEqual(
      init.map((each) => taskOf(each)['path']),
      ['/code/a', '/code/b', '/plx-context/artifacts/relative/c'],
    );
    assert.deepEqual(main?.volumeMounts?.map(({ mountPath }) => mountPath).sort(), ['/code', '/plx-context/artifacts']);
    assert.equal(pod.volumes?.length, 2);
  });

  it('take folders of keys from an ssh connection', () => {
    const { init } = initsFor([{ connection: 'keys', git: { url: 'git@h:x.git' } }]);
    const { keysPath, connection, path } = taskOf(init[0]);
    assert.deepEqual([keysPath, connection, path], ['/keys', 'keys', '/plx-context/artifacts/keys']);
  });

  it('take the url of a repository from the file where its connection has none', () => {
    const { init } = initsFor([{ connection: 'team', git: { url: 'https://h/x' } }]);
    const { url, revision, path } = taskOf(init[0]);
    assert.deepEqual([url, revision, path], ['https://h/x', 'main', '/plx-context/artifacts/team']);
  });

  it('make each folder once', () => {
    const files = ['a/x', 'a/y', 'b', ['a/z', 'a/w']];
    const { init } = initsFor([{ artifacts: { files, dirs: ['a', ['c', 'a']] } }]);
    assert.deepEqual(taskOf(init[0])['ensureDirs'], ['/plx-context/artifacts/a', '/plx-context/artifacts']);
  });

  it('refuse a repository without a place, and copies from what holds no files', () => {
    const refused = (init: object) => () => initsFor([init]);
    const neither = (name: string): object => ({
      message: `Init step 1 has no repository to clone: neither its "git" nor the connection "${name}" has a url.`,
    });
    assert.throws(refused({ connection: 'keys', git: {} }), neither('keys'));
    assert.throws(refused({ connection: 'team' }), neither('team'));
    assert.throws(refused({ connection: 'team', git: { url: '' } }), neither('team'));
    assert.throws(refused({ git: {} }), {
      message: 'Init step 1 has no repository to clone: it needs "git: {url: …}".',
    });
    assert.throws(refused({ connection: 'warehouse', paths: ['x'] }), {
      message: 'The connection "warehouse" holds no files that an init step could copy.',
    });
  });

  it('are hardened, unless a command of the user takes their place', () => {
    const override = { image: 'own', resources: { limits: { cpu: 1 } }, env: { A: 1 } };
    const { init } = initsFor([
      { git: { url: 'https://h/a' }, container: override },
      { git: { url: 'https://h/b' }, container: { ...override, command: ['mine'] } },
    ]);
    const [ours, replaced] = init;
    assert.deepEqual([ours?.['image'], ours?.['command']], ['own', ['tandem-helper', 'init']]);
    assert.deepEqual(ours?.['resources'], { limits: { cpu: '1' } });
    assert.deepEqual(ours?.['securityContext'], {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
      // Nobody said who the pod is.
      runAsUser: 0,
      runAsGroup: 0,
    });
    assert.deepEqual([replaced?.['command'], replaced?.['securityContext']], [['mine'], undefined]);
    assert.equal(envOf(replaced)['TANDEM_TASK'], undefined);
    assert.equal(envOf(replaced)['A'], '1');
  });
});
