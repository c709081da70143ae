import { filesServerArchive } from './adapters/files-server/log-archive.ts';
import { ApiClient } from './adapters/kubernetes/api-client.ts';
import { ApiProblem } from './adapters/kubernetes/api-problem.ts';
import {
  AccessProblem,
  type ClusterAccess,
  inClusterAccess,
  kubeconfigAccess,
} from './adapters/kubernetes/cluster-access.ts';
import { ClusterClock } from './adapters/kubernetes/cluster-clock.ts';
import { clusterMemory } from './adapters/kubernetes/cluster-memory.ts';
import { clusterSecrets } from './adapters/kubernetes/cluster-secrets.ts';
import { discoverOperators, missingRights, operatorsChange, seesNodes } from './adapters/kubernetes/discovery.ts';
import { openIdentitySecret } from './adapters/kubernetes/identity-secret.ts';
import type { ObjectKind } from './adapters/kubernetes/kinds.ts';
import { openKubernetesExecutor } from './adapters/kubernetes/kubernetes-executor.ts';
import { becomeLeader, type Leadership, type LeaseOptions } from './adapters/kubernetes/leader-lease.ts';
import { logMemory } from './adapters/kubernetes/log-memory.ts';
import { systemChance, systemClock } from './adapters/system-clock.ts';
import type { AgentWorld, WorldOptions } from './agent-world.ts';
import type { Catalogue } from './compile/catalogue.ts';
import type { RunObjects } from './compile/kubernetes/manifest.ts';
import type { ObjectSettings, OperatorApi } from './compile/kubernetes/object-settings.ts';
import { toObjects } from './compile/kubernetes/objects.ts';
import { clusterPaths } from './compile/kubernetes/paths.ts';
import type { PodPlan, RunKind } from './compile/pod-plan.ts';
import { refused, type Staged } from './compile/staged.ts';
import { finishCompilation } from './compile/stages.ts';
import type { KubernetesConfig } from './config-kubernetes.ts';
import { enrolled } from './enrolment.ts';
import { maskSource } from './mask/mask-source.ts';
import { graces } from './observe/judgement.ts';
import { denialText } from './policy/denial.ts';
import { evaluate } from './policy/evaluate.ts';
import { factsOf } from './policy/facts-of-plan.ts';
import { type Policy, policyHash, readPolicy } from './policy/policy.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import { exitCodes, StartProblem } from './start-problem.ts';
import { version } from './version.ts';

interface Wall {
  readonly policy: Policy;
  readonly namespaces: readonly string[];
  readonly catalogue: Catalogue;
  readonly metrics: Metrics;
}

/** The objects of a plan, if the policy of the cluster allows every part of them (trust.md 4). */
function allowedObjects(plan: PodPlan, settings: ObjectSettings, wall: Wall): Staged<RunObjects> {
  const made = toObjects(plan, settings);
  if (!made.ok) return made;
  if (!wall.namespaces.includes(plan.namespace))
    return refused('NamespaceMissing', `The namespace "${plan.namespace}" is none of this agent's.`);
  const found = evaluate([made.value.lead, ...made.value.others], wall.policy, factsOf({ plan, settings, ...wall }));
  if (found.length === 0) return made;
  wall.metrics.policyDenied(found.map(({ rule }) => rule));
  return refused('PolicyDenied', denialText(found));
}

/** A policy with mistakes denies everything; the mistakes are for the admin, in the agent's own log (trust.md 4). */
function usablePolicy(given: unknown, log: Log): Policy {
  const { ok, problems, policy } = readPolicy(given);
  if (!ok) log.error({ problems }, 'the policy cannot be read: every run is denied until it is mended');
  return policy;
}

/**
 * A cluster: identity, lease and runs are objects there, so any replica of the agent can go on where another one ended.
 * Waits until this process is the leader. Throws `StartProblem`.
 */
export async function openKubernetesWorld(
  { config, target, log, metrics, vitals, catalogue }: WorldOptions,
  kubernetes: KubernetesConfig,
): Promise<AgentWorld> {
  const clock = new ClusterClock(systemClock);
  let leadership: Leadership | null = null;
  const client = new ApiClient(accessOf(kubernetes), kubernetes.requestsPerSecond, {
    onServerTime: (serverMs) => clock.learn(serverMs),
    mayChange: () => leadership === null || leadership.holds(),
    onRequest: metrics.apiRequest,
  });
  const { namespace, lease, identitySecret } = kubernetes;
  log.info({ lease }, 'waiting to lead');
  const led = await leads({ client, namespace, name: lease, log, onHeldByOther: vitals.leaseRead });
  leadership = led;
  vitals.leads(led.holds);
  log.info({ lease }, 'leads');
  const secret = await patiently(log, 'the identity cannot be read', () =>
    openIdentitySecret(client, namespace, identitySecret),
  );
  if (secret.identity === 'damaged')
    throw new StartProblem(
      exitCodes.badConfig,
      `The Secret "${identitySecret}" does not hold an identity. Delete its key "identity.json" and enrol the agent again with a new token.`,
    );
  const identity = secret.identity ?? (await enrolled(config, target, log, secret.write));
  const operators = await patiently(log, 'the cluster cannot be discovered', () => discoverOperators(client));
  const wanted = operators.filter((each) => kubernetes.kinds[switchOf(each)] !== false);
  const missing = await reportedRights(client, config.namespaces, log);
  const masks = maskSource(config.masking, clusterSecrets(client, config, log));
  if (config.masking === 'values' && !(await masks.refresh()).complete)
    log.warn({}, 'there are too many secrets to mask their values; only patterns are masked');

  const policy = usablePolicy(config.policy, log);
  const settings = objectSettings(kubernetes, identity.agentId, wanted, {
    compat: config.compat,
    // Without the right to let them start they would wait for ever.
    holdsPods: !missing.has('patch pods'),
  });
  const executor = openKubernetesExecutor({
    client,
    agentId: identity.agentId,
    namespaces: config.namespaces,
    operators: wanted,
    kinds: kindsOf(wanted),
    seesNodes: await patiently(log, 'the rights over nodes are unknown', () => seesNodes(client)),
    toObjects: (plan) =>
      allowedObjects(plan, settings, { policy, namespaces: config.namespaces, catalogue: catalogue(), metrics }),
    archive: kubernetes.files === null ? logMemory() : filesServerArchive(kubernetes.files),
    ttl: kubernetes.ttl,
    graces: { ...graces, ...kubernetes.graces },
    lostNodes: kubernetes.lostNodes,
    clock,
    chance: systemChance,
    log,
    metrics,
    vitals,
  });
  void executor.synced.then(vitals.synced);
  return {
    identity,
    executor,
    memory: clusterMemory(secret, executor),
    masks,
    compile: (start, run, catalogue) =>
      finishCompilation({ bytes: start.spec, sha256: start.specSha256 }, run, {
        catalogue,
        paths: clusterPaths(run.uuid, catalogue.artifactsStore),
        settings: { host: config.controlPlane.url, compat: config.compat, graceSeconds: config.graceSeconds },
      }),
    policySha256: policyHash(policy),
    // What the agent follows and offers is fixed for its life: another replica, or its next life, begins with what is there now.
    lost: Promise.race([led.lost, operatorsChange(client, operators, systemClock)]),
    release: async () => {
      await led.release();
      executor.close();
    },
  };
}

function accessOf({ kubeconfig }: KubernetesConfig): ClusterAccess {
  try {
    const access = kubeconfig === null ? inClusterAccess(process.env) : kubeconfigAccess(kubeconfig);
    if (access !== null) return access;
  } catch (error) {
    if (error instanceof AccessProblem || (error instanceof Error && 'code' in error))
      throw new StartProblem(exitCodes.badConfig, error.message);
    throw error;
  }
  throw new StartProblem(
    exitCodes.badConfig,
    'The agent is set to run in Kubernetes, but this is no pod: set "kubernetes.kubeconfig" to a kubeconfig file.',
  );
}

async function leads(options: Omit<LeaseOptions, 'holder' | 'clock'>): Promise<Leadership> {
  const holder = `${process.env['HOSTNAME'] ?? 'agent'}-${systemChance.id()}`;
  const leadership = await becomeLeader({ ...options, holder, clock: systemClock }, new AbortController().signal);
  if (leadership === null) throw new Error('Waiting to lead ended though nobody ended it.');
  return leadership;
}

/** Asks again until the API server answers: an agent outlives it. */
async function patiently<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  for (let delayMs = 500; ; delayMs = Math.min(15_000, delayMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      log.warn({ code: error.code, problem: error.message, delayMs }, `${what}; trying again`);
      await new Promise<void>((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** What the agent may not do in one of its namespaces and should, as `verb resource`; told in its log. */
async function reportedRights(
  client: ApiClient,
  namespaces: readonly string[],
  log: Log,
): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for (const namespace of namespaces) {
    const missing = await patiently(log, 'the rights of the agent are unknown', () => missingRights(client, namespace));
    if (missing.length > 0) log.warn({ namespace, missing }, 'the agent lacks rights that runs need');
    for (const each of missing) all.add(each);
  }
  return all;
}

const switches: Readonly<Record<string, keyof KubernetesConfig['kinds']>> = {
  TFJob: 'tfjob',
  PyTorchJob: 'pytorchjob',
  MPIJob: 'mpijob',
  RayCluster: 'raycluster',
  RayJob: 'raycluster',
  DaskCluster: 'daskcluster',
};

const switchOf = ({ kind }: ObjectKind): keyof KubernetesConfig['kinds'] => switches[kind] ?? 'tfjob';

/** Run kinds that this cluster can run: some need no operator, some need theirs. */
function kindsOf(operators: readonly ObjectKind[]): readonly RunKind[] {
  const found = new Set(operators.map(switchOf));
  const behindOperators = (['mpijob', 'raycluster', 'daskcluster'] as const).filter((kind) => found.has(kind));
  return ['job', 'service', 'notifier', 'cleaner', 'tuner', 'tfjob', 'pytorchjob', ...behindOperators];
}

function objectSettings(
  kubernetes: KubernetesConfig,
  agentId: string,
  operators: readonly ObjectKind[],
  own: Pick<ObjectSettings, 'compat' | 'holdsPods'>,
): ObjectSettings {
  const { helper, defaults } = kubernetes;
  const common = { image: helper.image, pullPolicy: helper.pullPolicy };
  return {
    agentId,
    version,
    helpers: {
      init: { ...common, resources: helper.resources.init ?? null },
      collector: { ...common, resources: helper.resources.collector ?? null },
    },
    sleepSeconds: helper.sleepSeconds,
    syncSeconds: helper.syncSeconds,
    serviceAccount: kubernetes.serviceAccount,
    defaults: {
      nodeSelector: defaults.nodeSelector ?? null,
      tolerations: defaults.tolerations ?? null,
      affinity: defaults.affinity ?? null,
      imagePullSecrets: defaults.imagePullSecrets?.map((each) => (typeof each === 'string' ? each : each.name)) ?? null,
      securityContext: defaults.securityContext ?? null,
      resources: defaults.resources ?? null,
      priorityClassName: defaults.priorityClassName ?? null,
    },
    shmSize: null,
    apis: new Set(operators.map(({ apiVersion, kind }) => `${apiVersion}/${kind}` as OperatorApi)),
    ...own,
  };
}
