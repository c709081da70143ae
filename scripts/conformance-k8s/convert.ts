/** A case through both stages of the compiler and to objects. */
import { check, compile } from '@tandem/shared/compile';
import { sealBytes } from '@tandem/shared/wire';
import type { RunObjects } from '../../agent/src/compile/kubernetes/manifest.ts';
import type { OperatorApi } from '../../agent/src/compile/kubernetes/object-settings.ts';
import { toObjects } from '../../agent/src/compile/kubernetes/objects.ts';
import type { PodPlan } from '../../agent/src/compile/pod-plan.ts';
import { finishCompilation } from '../../agent/src/compile/stages.ts';
import type { KubernetesCase } from './read-case.ts';
import { allApis, run, runFacts, worldOf } from './world.ts';

export type Converted =
  | { readonly ok: true; readonly objects: RunObjects; readonly plan: PodPlan }
  | { readonly ok: false; readonly message: string };

/** Objects of a case, or the sentence that refuses it. `apis`: the operators of the cluster, all of them when left out. */
export function convert(
  given: Pick<KubernetesCase, 'input' | 'agent'>,
  apis: ReadonlySet<OperatorApi> = allApis,
): Converted {
  const world = worldOf(given.agent, apis);
  const checking = check({ files: [{ name: 'input.yaml', text: given.input }], params: [] });
  if (!checking.ok) return refused(checking.problems.map(({ message }) => message).join(' '));
  const { name, kind, runtime, namespace } = checking.value;
  const facts = runFacts({ name, kind, runtime, namespace });
  // Agents report their namespaces, so the control plane refuses others at submission (decisions.md 16).
  if (!world.namespaces.has(facts.namespace))
    return refused(`The agent does not run anything in the namespace "${facts.namespace}".`);
  const store = world.agent.catalogue.artifactsStore?.name;
  const compiled = compile(checking.value, { run: facts, ...(store === undefined ? {} : { artifactsStore: store }) });
  if (!compiled.ok) return refused(compiled.problems.map(({ message }) => message).join(' '));
  const { spec } = compiled.value;
  const plugins = spec.plugins instanceof Map ? spec.plugins : new Map();
  const asked = world.hasIdentity || plugins.has('auth') ? plugins : new Map([...plugins, ['auth', false]]);
  const { bytes, sha256 } = sealBytes({ ...spec, plugins: asked });
  const plan = finishCompilation({ bytes, sha256 }, run, world.agent);
  if (!plan.ok) return refused(plan.message);
  const objects = toObjects(plan.value, world.settings);
  return objects.ok ? { ok: true, objects: objects.value, plan: plan.value } : refused(objects.message);
}

function refused(message: string): Converted {
  return { ok: false, message };
}
