import type { AccessPlan, EnvPlan } from '../pod-plan.ts';
import type { Json } from './manifest.ts';
import { mapJson } from './to-json.ts';

export interface EnvJson {
  readonly env: readonly Json[];
  readonly envFrom: readonly Json[];
}

/**
 * Variables as Kubernetes has them. Of two with one name the last counts and keeps its place (agent-and-kubernetes.md 2.5):
 * the API server would keep both, and server-side apply would refuse them.
 */
export function toEnvJson(plans: readonly EnvPlan[]): EnvJson {
  const env = new Map<string, Json>();
  const envFrom: Json[] = [];
  for (const plan of plans) {
    const variable = variableOf(plan);
    if (variable !== null) {
      env.delete(variable.name);
      env.set(variable.name, variable.json);
    } else envFrom.push(...sourceOf(plan));
  }
  return { env: [...env.values()], envFrom };
}

function variableOf(plan: EnvPlan): { readonly name: string; readonly json: Json } | null {
  switch (plan.kind) {
    case 'value':
      return { name: plan.name, json: { name: plan.name, value: settledText(plan) } };
    case 'secret':
      return from(plan.name, { secretKeyRef: { name: plan.secret, key: plan.key } });
    case 'config':
      return from(plan.name, { configMapKeyRef: { name: plan.configMap, key: plan.key } });
    case 'field':
      return from(plan.name, { fieldRef: { fieldPath: plan.fieldPath } });
    case 'from':
      return from(plan.name, mapJson(plan.from));
    case 'all-of-secret':
    case 'all-of-config':
    case 'all-from':
      return null;
  }
}

/** Our own JSON, in which Kubernetes must not look for `$(NAME)` and `$$`: it may hold a script of the user. */
const literal: ReadonlySet<string> = new Set(['TANDEM_TASK', 'TANDEM_CONNECTIONS', 'POLYAXON_CONNECTIONS_CATALOG']);

function settledText({ name, value }: { readonly name: string; readonly value: string }): string {
  return literal.has(name) ? value.replaceAll('$', () => '$$') : value;
}

const from = (name: string, valueFrom: Json): { readonly name: string; readonly json: Json } => ({
  name,
  json: { name, valueFrom },
});

function sourceOf(plan: EnvPlan): readonly Json[] {
  if (plan.kind === 'all-of-secret') return [{ secretRef: { name: plan.secret } }];
  if (plan.kind === 'all-of-config') return [{ configMapRef: { name: plan.configMap } }];
  return plan.kind === 'all-from' ? [mapJson(plan.from)] : [];
}

/**
 * What a helper gets of a connection: keys of the secret, the connection's own variables, keys of the config map. For a store
 * the own variables come last. The order is the peer's, since of two variables with one name the later counts.
 */
export function accessEnv({ env, references }: AccessPlan, form: 'store' | 'other'): readonly EnvPlan[] {
  if (form === 'store') return [...references, ...env];
  const isConfig = ({ kind }: EnvPlan): boolean => kind === 'config' || kind === 'all-of-config';
  return [...references.filter((each) => !isConfig(each)), ...env, ...references.filter(isConfig)];
}
