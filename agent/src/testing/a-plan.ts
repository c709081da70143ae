import { processPaths } from '../adapters/process/layout.ts';
import type { ContainerPlan, PodPlan, ReplicaPlan, RunKey } from '../compile/pod-plan.ts';

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
        count: 1,
        init: [],
        main: aContainer(given.main),
        sidecars: [],
        volumes: [],
        environment: new Map(),
        ...given.replica,
      },
    ],
    termination: { maxRetries: 0, timeoutSeconds: null, ttlSeconds: null, graceSeconds: 5 },
    paths: processPaths(data, run.uuid),
    plugins: {
      collectArtifacts: true,
      collectLogs: true,
      collectResources: false,
      syncStatuses: true,
      mountArtifactsStore: false,
      auth: true,
      docker: false,
      shm: true,
    },
    outputs: [],
    inputs: new Map(),
    service: null,
    labels: {},
    annotations: {},
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
