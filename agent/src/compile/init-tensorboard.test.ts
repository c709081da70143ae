import assert from 'node:assert/strict';
import { objectsFor, plain, podOf, refusalFor, taskOf } from '../testing/objects-for-tests.ts';

const container = { image: 'i' };
const store = { name: 'store', kind: 's3', schema: { bucket: 's3://runs' } };
const [a, b] = ['3f1b0c2d4e5f60718293a4b5c6d79b17', '4f1b0c2d4e5f60718293a4b5c6d79b17'] as const;
const taskFor = (tensorboard: object, more: object = {}) => {
  const run = { container, init: [{ tensorboard, ...more }] };
  return taskOf(podOf(objectsFor({ run, store, plugins: plain }).lead).initContainers?.[0]);
};

describe('the init step "tensorboard"', () => {
  const dashed = '3f1b0c2d-4e5f-6071-8293-a4b5c6d79b17';
  const uuids: readonly (readonly [what: string, given: unknown, folders: readonly string[]])[] = [
    ['without dashes', [a], [a]],
    ['with dashes', [dashed], [a]],
    ['in capitals', [dashed.toUpperCase()], [a]],
    ['in one text', `${a}, ${b}`, [a, b]],
    ['twice, written in two ways', [a, dashed], [a]],
    ['nowhere', undefined, []],
  ];
  for (const [what, given, folders] of uuids)
    it(`looks for runs under the names of their folders: uuids ${what}`, () =>
      assert.deepEqual(taskFor({ uuids: given })['uuids'], folders));

  it('tells the helper all that its program needs', () => {
    assert.deepEqual(taskFor({ uuids: [a], port: 7007, useNames: true, pathPrefix: '/p', plugins: 'one, two' }), {
      task: 'tensorboard',
      store: { kind: 's3', name: 'store', bucket: 's3://runs' },
      from: 's3://runs',
      to: '/plx-context/artifacts',
      uuids: [a],
      useNames: true,
      names: {},
      pathPrefix: '/p',
      plugins: ['one', 'two'],
      port: 7007,
    });
    const { port, plugins, useNames, to } = taskFor({}, { path: '/logs' });
    assert.deepEqual([port, plugins, useNames, to], [6006, [], false, '/logs']);
  });

  it('takes the names that stage 1 found, of the runs that it shows', () => {
    const names = { [a]: 'baseline', [b]: 'other', toString: 'x' };
    assert.deepEqual(taskFor({ uuids: [a], useNames: true, names })['names'], { [a]: 'baseline' });
  });

  it('is refused for what is no uuid, and without a store', () => {
    const run = (uuid: string) => ({ container, init: [{ tensorboard: { uuids: [a, uuid] } }] });
    assert.equal(refusalFor({ run: run('../x'), store }), '"../x" in the init step "tensorboard" is no uuid of a run.');
    assert.equal(refusalFor({ run: run(b) }), 'The init step "tensorboard" needs an artifacts store.');
  });
});
