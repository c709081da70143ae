import { sealBytes } from '@tandem/shared/wire';
import { catalogueShape } from '../../../agent/src/compile/catalogue.ts';
import { type ObjectSettings, toObjects } from '../../../agent/src/compile/kubernetes/objects.ts';
import { clusterPaths } from '../../../agent/src/compile/kubernetes/paths.ts';
import { finishCompilation } from '../../../agent/src/compile/stages.ts';
import { plainSettings } from '../../../agent/src/testing/objects-for-tests.ts';
import { compiled } from './compile-work.ts';

const text = `
kind: operation
component:
  inputs: [{name: lr, type: float, value: 0.1, toEnv: LR}]
  run:
    kind: job
    connections: [data]
    init: [{git: {url: "https://git.example/a.git"}}]
    environment: {nodeSelector: {pool: gpu}}
    container:
      image: trainer
      command: [python, train.py]
      args: ["--lr={{ lr }}", "--data={{ connections.data.mountPath }}"]
      resources: {limits: {cpu: 2, memory: 4Gi}}
`;

const uuid = 'b'.repeat(32);
const batches = 20;
const inBatch = 50;

const settings: ObjectSettings = { ...plainSettings, compat: true };

/** From the sealed bytes of a job to its objects as text, warm: ms a job, one sample for each batch. */
export function conversionMs(): readonly number[] {
  const catalogue = catalogueShape.parse({
    connections: [{ name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'pvc', mountPath: '/data' } }],
    artifactsStore: { name: 'store', kind: 's3', schema: { bucket: 's3://b' }, secret: { name: 's3' } },
  });
  const sealed = sealBytes(compiled(text).spec);
  const paths = clusterPaths(uuid, catalogue.artifactsStore);
  const agent = { catalogue, paths, settings: { host: 'https://tandem.example', compat: true, graceSeconds: 30 } };
  const convert = (): number => {
    const plan = finishCompilation(sealed, { uuid, attempt: 1, generation: 1 }, agent);
    if (!plan.ok) throw new Error(plan.message);
    const objects = toObjects(plan.value, settings);
    if (!objects.ok) throw new Error(objects.message);
    return JSON.stringify(objects.value.lead).length;
  };
  for (let warm = 0; warm < 500; warm += 1) convert();
  return Array.from({ length: batches }, () => {
    const startedMs = performance.now();
    for (let count = 0; count < inBatch; count += 1) convert();
    return (performance.now() - startedMs) / inBatch;
  });
}
