import assert from 'node:assert/strict';
import { AgentOwned, AgentText, type Sealed } from '@tandem/shared/wire';
import { aBody, aSpec, sealed, sealedMap } from '../testing/a-spec.ts';
import { catalogueShape } from './catalogue.ts';
import { clusterPaths } from './kubernetes/paths.ts';
import { finishCompilation } from './stages.ts';

const uuid = '3'.repeat(32);
const s3 = { name: 'store', kind: 's3', schema: { bucket: 's3://b/p/' } };
const azure = { name: 'store', kind: 'wasb', schema: { bucket: 'wasbs://box@account.blob.core.windows.net/p' } };
const disk = { name: 'store', kind: 'host_path', schema: { hostPath: '/h', mountPath: '/m' } };

/** What the main container is told when its one argument is a template; a refused run gives the sentence. */
function shown(template: string, store: object, given: { plugins?: object; init?: readonly Sealed[] }): string {
  const catalogue = catalogueShape.parse({ artifactsStore: store });
  const text = new AgentText([new AgentOwned(template, new Map())]);
  const { spec, specSha256 } = sealed(
    aSpec(uuid, {
      plugins: new Map(Object.entries(given.plugins ?? {})),
      body: new Map<string, Sealed>([
        ...aBody('x'),
        ['init', given.init ?? []],
        ['container', sealedMap({ image: 'i', args: [text] })],
      ]),
    }),
  );
  const plan = finishCompilation(
    { bytes: spec, sha256: specSha256 },
    { uuid, attempt: 1, generation: 1 },
    {
      catalogue,
      paths: clusterPaths(uuid, catalogue.artifactsStore),
      settings: { host: null, compat: false, graceSeconds: 30 },
    },
  );
  return plan.ok ? (plan.value.replicas[0]?.main.args[0] ?? '') : plan.message;
}

describe('the artifacts store in templates', () => {
  const mounted = { mountArtifactsStore: true };
  const alone = { collectArtifacts: false };
  // As the reference answers, and compiler.md 3.5.
  const globals: readonly (readonly [name: string, store: object, plugins: object, path: string])[] = [
    ['store_path', disk, {}, ''],
    ['store_path', disk, mounted, '/m'],
    ['store_path', s3, {}, ''],
    ['store_path', s3, mounted, 's3://b/p'],
    ['store_path', s3, { ...mounted, ...alone }, 's3://b/p'],
    ['store_path', azure, mounted, 'box/p'],
    ['run_artifacts_path', s3, mounted, `/plx-context/artifacts/${uuid}`],
    ['run_artifacts_path', s3, alone, `s3://b/p/${uuid}`],
    ['run_outputs_path', s3, alone, `s3://b/p/${uuid}/outputs`],
    ['run_outputs_path', azure, alone, `box/p/${uuid}/outputs`],
    ['run_outputs_path', disk, alone, `/m/${uuid}/outputs`],
  ];
  for (const [name, store, plugins, path] of globals)
    it(`has globals.${name} "${path}" of ${JSON.stringify(store)} with ${JSON.stringify(plugins)}`, () =>
      assert.equal(shown(`globals.${name}`, store, { plugins }), path));

  const entries: readonly (readonly [what: string, entry: Sealed, answer: string])[] = [
    ['artifacts', sealedMap({ artifacts: sealedMap({ files: ['f'] }) }), 's3://b/p'],
    ['paths', sealedMap({ paths: ['f'] }), 's3://b/p'],
    ['paths beside a connection that is null', sealedMap({ paths: ['f'], connection: null }), 's3://b/p'],
    ['tensorboard', sealedMap({ tensorboard: sealedMap({}) }), 's3://b/p'],
    ['paths of the store by its name', sealedMap({ paths: ['f'], connection: 'store' }), 's3://b/p'],
    ['a file, which has nothing to do with it', sealedMap({ file: sealedMap({ content: '' }) }), 'There is no "store"'],
  ];
  for (const [what, entry, answer] of entries)
    it(`${answer.startsWith('s3') ? 'is' : 'is not'} among the connections of init entries for ${what}`, () =>
      assert.ok(shown('init.store.bucket', s3, { init: [entry] }).startsWith(answer)));
});
