import assert from 'node:assert/strict';
import { catalogueShape } from './catalogue.ts';
import { below, bucketPath, toStoreRef } from './store.ts';

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

  const buckets: readonly (readonly [kind: string, bucket: string, path: string])[] = [
    ['s3', 's3://b/p/', 's3://b/p'],
    ['gcs', 'gs://b', 'gs://b'],
    ['wasb', 'wasbs://box@account.blob.core.windows.net/top/runs/', 'box/top/runs'],
    ['wasb', 'wasb://box@account.blob.core.windows.net', 'box'],
    ['wasb', 'abfss://box@account.dfs.core.windows.net/top', 'box/top'],
    ['wasb', 'https://account.blob.core.windows.net/box/top', 'box/top'],
    ['wasb', 'az://box/top', 'box/top'],
    ['wasb', 'abfs://box', 'box'],
    ['wasb', 'box/top', 'box/top'],
  ];
  for (const [kind, bucket, path] of buckets)
    it(`are for clients of ${kind} at "${path}" with the address "${bucket}"`, () =>
      assert.equal(bucketPath(connectionOf(kind, { bucket })), path));

  it('that are mounted are no buckets', () =>
    assert.equal(bucketPath(connectionOf('host_path', { hostPath: '/h', mountPath: '/m' })), null));

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

  it('to a repository may leave the url to the files that use it', () => {
    for (const schema of [null, {}, { url: null, revision: 'main' }])
      assert.equal(connectionOf('git', schema ?? {}).schema.get('url'), null);
  });

  it('needs a field also when null stands there', () => {
    const bucket = { name: 'x', kind: 's3', schema: { bucket: null } };
    assert.ok(!catalogueShape.safeParse({ connections: [bucket] }).success);
  });
});
