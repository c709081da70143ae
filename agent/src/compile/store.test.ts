import assert from 'node:assert/strict';
import { catalogueShape } from './catalogue.ts';
import { below, toStoreRef } from './store.ts';

const connectionOf = (kind: string, schema: object) => {
  const made = catalogueShape.parse({ connections: [{ name: 'x', kind, schema }] }).connections.get('x');
  return made ?? assert.fail('no connection');
};

describe('stores', () => {
  it('are mounts, buckets, or none', () => {
    const ref = (kind: string, schema: object) => toStoreRef(connectionOf(kind, schema));
    const mount = { kind: 'mount', name: 'x', path: '/m' };
    assert.deepEqual(ref('volume_claim', { volumeClaim: 'c', mountPath: '/m' }), mount);
    assert.deepEqual(ref('host_path', { hostPath: '/h', mountPath: '/m' }), mount);
    assert.deepEqual(ref('s3', { bucket: 's3://b/p/' }), { kind: 's3', name: 'x', bucket: 's3://b/p' });
    assert.equal(ref('custom', { bucket: 's3://b' }), null);
    assert.equal(ref('git', { url: 'https://h/r' }), null);
  });

  const places: readonly (readonly [string, string, string])[] = [
    ['/m', 'a/b', '/m/a/b'],
    ['/m/', '/a/', '/m/a'],
    ['s3://b', 'k', 's3://b/k'],
    ['/m', '', '/m'],
    ['/m', '.', '/m'],
    ['/m', './a', '/m/a'],
  ];
  for (const [root, path, place] of places)
    it(`have "${path}" of "${root}" at "${place}"`, () => assert.equal(below(root, path), place));
});

describe('a connection', () => {
  const nothing = { description: null, tags: null, configMap: null, env: null, annotations: null };
  it('takes null for what is not given, as charts write it', () => {
    const given = { name: 'x', kind: 'custom', schema: null, secret: { name: 's', mountPath: null, items: null } };
    const plain = { name: 'x', kind: 'custom', secret: { name: 's' } };
    const [made, same] = [{ ...given, ...nothing }, plain].map((each) => catalogueShape.parse({ connections: [each] }));
    assert.deepEqual(made?.connections.get('x'), same?.connections.get('x'));
  });

  it('needs a field also when null stands there', () => {
    const bucket = { name: 'x', kind: 's3', schema: { bucket: null } };
    assert.ok(!catalogueShape.safeParse({ connections: [bucket] }).success);
  });
});
