import assert from 'node:assert/strict';
import { catalogueShape } from '../catalogue.ts';
import { clusterPaths } from './paths.ts';

describe('paths in a cluster', () => {
  it('know the place of a store only when it is mounted', () => {
    const pathOf = (kind: string, schema: object) => {
      const { artifactsStore } = catalogueShape.parse({ artifactsStore: { name: 's', kind, schema } });
      return clusterPaths('u', artifactsStore).storePath;
    };
    assert.equal(pathOf('volume_claim', { volumeClaim: 'c', mountPath: '/m' }), '/m');
    assert.equal(pathOf('s3', { bucket: 's3://b' }), '');
    assert.deepEqual(clusterPaths('u', null), {
      contextPath: '/plx-context',
      artifactsPath: '/plx-context/artifacts',
      runArtifactsPath: '/plx-context/artifacts/u',
      runOutputsPath: '/plx-context/artifacts/u/outputs',
      storePath: '',
    });
  });
});
