import { type Stack, startStack } from '../../support/stack.ts';
import type { RunSeen } from '../../support/stack-rest.ts';
import type { Cluster } from './cluster.ts';

/** Tandem with its runs in a cluster: the control plane and the agent are processes beside it. */
export interface Installation {
  readonly stack: Stack;
  readonly cluster: Cluster;
  /** Submits a job of one busybox container; gives its uuid. */
  job(script: string, more?: JobParts): Promise<string>;
  /** Status, reason and message of the newest condition. */
  untilFinal(uuid: string, limitMs?: number): Promise<LastCondition>;
  untilReason(uuid: string, reason: string, limitMs?: number): Promise<LastCondition>;
  objects(kind: string, namespace?: string): Promise<readonly ClusterObject[]>;
  close(): Promise<void>;
}

export interface LastCondition {
  readonly run: RunSeen;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Every status that it went through, in order. */
  readonly history: readonly string[];
}

/** Parts of an operation beside its command. */
export interface JobParts {
  readonly name?: string;
  readonly run?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly component?: Readonly<Record<string, unknown>>;
  readonly plugins?: Readonly<Record<string, unknown>>;
}

export interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** What runs need when nothing is to be collected: no helper image. */
export const bare = { collectArtifacts: false, collectLogs: false } as const;

/**
 * Starts Tandem on a cluster, with `<name>-runs` for its runs and `<name>` for the agent's own objects, so that several
 * suites can share the cluster.
 */
export async function startInstallation(
  cluster: Cluster,
  name: string,
  agent: Readonly<Record<string, unknown>> = {},
  kubernetes: Readonly<Record<string, unknown>> = {},
  replicas = 1,
  records = false,
): Promise<Installation> {
  const runs = `${name}-runs`;
  for (const namespace of [name, runs])
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tandem-runs', namespace: runs } });
  const stack = await startStack({
    replicas,
    records,
    agent: {
      executor: 'kubernetes',
      namespaces: [runs],
      logLevel: 'warn',
      graceSeconds: 2,
      kubernetes: { kubeconfig: cluster.kubeconfig, namespace: name, ...kubernetes },
      ...agent,
    },
  });
  const conditions = (run: RunSeen): LastCondition => {
    const all = run.status_conditions ?? [];
    const last = all.at(-1);
    return {
      run,
      // The row and the history are read one after the other, so the history may be ahead.
      status: last?.type ?? run.status,
      reason: last?.reason ?? '',
      message: last?.message ?? '',
      history: all.map(({ type }) => type),
    };
  };
  const { rest } = stack;
  return {
    stack,
    cluster,
    job: (script, more = {}) => rest.submit(JSON.stringify(jobOperation(script, more))),
    untilFinal: async (uuid, limitMs = 60_000) => {
      await rest.untilFinal(uuid, limitMs);
      return conditions(await rest.run(uuid));
    },
    untilReason: async (uuid, reason, limitMs = 60_000) => {
      const { eventually } = await import('../../support/eventually.ts');
      return eventually(
        `run ${uuid} says ${reason}`,
        async () => {
          const seen = conditions(await rest.run(uuid));
          if (seen.reason === reason) return seen;
          throw new Error(JSON.stringify(seen.run.status_conditions));
        },
        limitMs,
      );
    },
    objects: async (kind, namespace = runs) => {
      const text = await cluster.kubectl(['-n', namespace, 'get', kind, '-o', 'json']);
      return (JSON.parse(text) as { items: readonly ClusterObject[] }).items;
    },
    close: () => stack.close(),
  };
}

function jobOperation(script: string, more: JobParts): object {
  return {
    kind: 'operation',
    name: more.name ?? 'job',
    component: {
      kind: 'component',
      plugins: more.plugins ?? bare,
      run: {
        kind: 'job',
        container: {
          image: 'docker.io/library/busybox:test',
          command: ['sh', '-c'],
          args: [script],
          ...more.container,
        },
        ...more.run,
      },
      ...more.component,
    },
  };
}
