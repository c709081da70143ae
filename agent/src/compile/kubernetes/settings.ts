import type { PodPlan, RunKind } from '../pod-plan.ts';
import { servedPorts } from '../served-ports.ts';
import type { RunSettings } from './names.ts';

/** What the observer of a run must know beside the objects (agent-and-kubernetes.md 3.2). */
export function runSettings(plan: PodPlan): RunSettings {
  const { termination } = plan;
  return {
    kind: plan.kind,
    decidingRoles: [decidingRole(plan)],
    replicas: Object.fromEntries(plan.replicas.map(({ role, count }) => [role, count])),
    mainContainer: plan.replicas[0]?.main.name ?? 'main',
    maxRetries: termination.maxRetries,
    timeoutSeconds: termination.timeoutSeconds,
    ttlSeconds: termination.ttlSeconds,
    graceSeconds: termination.graceSeconds,
    keepsLogs: plan.plugins.collectLogs && plan.store !== null,
    outputs: plan.outputs,
    resources: plan.resources,
    ports: servedPorts(plan),
    ...cullingOf(plan),
  };
}

/** Asked is one of the service's own ports only: an address of a pod may be that of its node. */
function cullingOf(plan: PodPlan): Pick<RunSettings, 'culling'> {
  const ports = servedPorts(plan);
  const { culling } = plan.termination;
  const port = culling?.port ?? ports[0];
  if (culling === null || port === undefined || !ports.includes(port)) return {};
  const { timeoutSeconds, path } = culling;
  const below = `${gatewayPath(plan)}/${port}${path}`;
  return { culling: { timeoutSeconds, port, paths: plan.service?.rewritePath === true ? [path] : [below, path] } };
}

/** The `globals.base_url` of a service without its port (compiler.md 3.5). */
function gatewayPath({ namespace, owner, project, run, service }: PodPlan): string {
  const kind = service?.isExternal === true ? 'external' : 'services';
  return `/${kind}/v1/${namespace}/${owner}/${project}/runs/${run.uuid}`;
}

/** Whose end is the run's end, best first. */
const leading: Readonly<Record<RunKind, readonly string[]>> = {
  job: ['main'],
  service: ['main'],
  notifier: ['main'],
  cleaner: ['main'],
  tuner: ['main'],
  tfjob: ['chief', 'worker', 'ps'],
  pytorchjob: ['master', 'worker'],
  mpijob: ['launcher'],
  raycluster: ['head'],
  daskcluster: ['scheduler'],
};

function decidingRole({ kind, replicas }: PodPlan): string {
  const roles = new Set(replicas.filter(({ count }) => count > 0).map(({ role }) => role));
  return leading[kind].find((role) => roles.has(role)) ?? replicas[0]?.role ?? 'main';
}
