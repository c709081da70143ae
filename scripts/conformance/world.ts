/** The fixed environment of every case (README of the cases) and the names that cases only mention (decisions.md 79). */
import { compactJson, type Value } from '@tandem/shared/values';
import type { RunFacts } from '@tandem/shared/wire';
import { type Catalogue, catalogueShape } from '../../agent/src/compile/catalogue.ts';
import type { RunKey, RunPaths } from '../../agent/src/compile/pod-plan.ts';

const uuid = 'b'.repeat(32);

export const run: RunKey = { uuid, attempt: 1, generation: 1 };

/** Facts of the run that is compiled. */
export function runFacts(about: Pick<RunFacts, 'name' | 'kind' | 'runtime'> & { readonly queue: string }): RunFacts {
  return {
    ...about,
    uuid,
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    username: null,
    userEmail: null,
    namespace: 'plx',
    createdAt: '2026-01-02T03:04:05Z',
    compiledAt: '2026-01-02T03:04:06Z',
  };
}

export const defaultQueue = 'agent/default';

/** Where a container of the reference finds its run. The store of the default agent is a bucket: it has no path. */
export const paths: RunPaths = {
  contextPath: '/plx-context',
  artifactsPath: '/plx-context/artifacts',
  runArtifactsPath: `/plx-context/artifacts/${uuid}`,
  runOutputsPath: `/plx-context/artifacts/${uuid}/outputs`,
  storePath: '',
};

const defaultAgent = {
  artifactsStore: { name: 'store', kind: 's3', schema: { bucket: 's3://bkt' } },
  connections: [
    { name: 'repo1', kind: 'git', schema: { url: 'https://git.example/a/b.git' } },
    { name: 'repo2', kind: 'git', schema: { url: 'https://git.example/c/d', revision: 'dev' } },
    { name: 'reg1', kind: 'registry', schema: { url: 'reg.example/team' } },
    { name: 'vol1', kind: 'volume_claim', schema: { volumeClaim: 'pvc1', mountPath: '/data1' } },
    { name: 'bucket1', kind: 'gcs', schema: { bucket: 'gs://data-bkt' } },
    { name: 'slack1', kind: 'slack' },
    { name: 'custom1', kind: 'custom', schema: { key1: 'v1', nested: { n: 2 } } },
    { name: 'bare1', kind: 'custom' },
  ],
};

/** The connections of the agent of a case; null: the default agent. */
export function catalogueOf(agent: Value): Catalogue {
  return catalogueShape.parse(agent === null ? defaultAgent : JSON.parse(compactJson(agent)));
}

/** The name of the agent's artifacts store. */
export function storeOf(agent: Value): string {
  return catalogueOf(agent).artifactsStore?.name ?? 'store';
}
