import { processPaths } from '../adapters/process/layout.ts';
import type { AccessPlan, ContainerPlan, PodPlan, ReplicaPlan, RunKey } from '../compile/pod-plan.ts';

/** A run that prints a line and ends; every part can be replaced. For tests. */
export function aPlan(
  data: string,
  given: {
    run?: Partial<RunKey>;
    main?: Partial<ContainerPlan>;
    replica?: Partial<ReplicaPlan>;
    plan?: Partial<PodPlan>;
  } = {},
): PodPlan {
  const run = { uuid: 'a'.repeat(32), attempt: 1, generation: 1, ...given.run };
  return {
    run,
    owner: 'acme',
    project: 'vision',
    name: null,
    kind: 'job',
    namespace: 'local',
    specSha256: 'f'.repeat(64),
    replicas: [
      {
        role: 'main',
        group: null,
        connections: [],
        count: 1,
        init: [],
        main: aContainer(given.main),
        sidecars: [],
        volumes: [],
        annotations: {},
        environment: new Map(),
        ...given.replica,
      },
    ],
    termination: {
      maxRetries: 0,
      timeoutSeconds: null,
      ttlSeconds: null,
      graceSeconds: 5,
      podFailurePolicy: null,
      culling: null,
    },
    paths: processPaths(data, run.uuid),
    plugins: {
      collectArtifacts: true,
      collectLogs: true,
      collectResources: false,
      syncStatuses: true,
      mountArtifactsStore: false,
      autoResume: true,
      auth: true,
      docker: false,
      shm: true,
      logLevel: null,
      sidecar: { noConnections: false, sleepSeconds: null, syncSeconds: null },
    },
    outputs: [],
    inputs: new Map(),
    service: null,
    distribution: null,
    store: null,
    resources: [],
    ...given.plan,
  };
}

/** A container that runs `echo hello`. */
export function aContainer(given: Partial<ContainerPlan> = {}): ContainerPlan {
  return {
    name: 'main',
    image: null,
    command: ['sh', '-c', 'echo hello'],
    args: [],
    workingDir: null,
    env: [],
    mounts: [],
    ports: [],
    kubernetes: new Map(),
    ...given,
  };
}

/** A shell script as a command. */
export const script = (text: string): Partial<ContainerPlan> => ({ command: ['sh', '-c', text] });

/** What a container without connections gets of them. */
const noAccess: AccessPlan = { catalogue: null, env: [], references: [], mounts: [] };

/** What all steps of our helper have, for a step without volume and connection. */
export const aStep = { volume: null, access: noAccess, override: null } as const;
