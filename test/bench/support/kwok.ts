import { ApiClient } from '../../../agent/src/adapters/kubernetes/api-client.ts';
import { kubeconfigAccess } from '../../../agent/src/adapters/kubernetes/cluster-access.ts';
import { lines } from '../../../agent/src/adapters/kubernetes/list-watch.ts';
import { type Cluster, startCluster } from '../../cluster/support/cluster.ts';

/** A cluster with simulated nodes, and what a benchmark sees of it. */
export interface BenchCluster {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  /** Resolves with the time (`performance.now`) at which the API server first told of the job of this run. */
  jobSeen(uuid: string): Promise<number>;
  podDone(name: string): Promise<number>;
  /** When a job of this name was first told of as complete. */
  jobDone(name: string): Promise<number>;
  /** How many pods run now. */
  runningPods(): number;
  close(): Promise<void>;
}

export const runsNamespace = 'bench-runs';

/** Starts it with so many nodes of 1,000 pods each, and follows jobs and pods. */
export async function startBenchCluster(nodes: number): Promise<BenchCluster> {
  const cluster = await startCluster({ name: 'bench', node: { kwok: nodes }, say: () => undefined });
  for (const name of ['bench', runsNamespace])
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'tandem-runs', namespace: runsNamespace },
  });
  const client = new ApiClient(kubeconfigAccess(cluster.kubeconfig), 10_000);
  const over = new AbortController();
  const jobs = new Sightings();
  const done = new Sightings();
  const pods = new Sightings();
  const running = new Set<string>();
  const following = [
    follow(client, `/apis/batch/v1/namespaces/${runsNamespace}/jobs`, over.signal, (object) => {
      const { name, labels } = object.metadata;
      const uuid = labels?.['tandem.dev/run'];
      if (uuid !== undefined) jobs.see(uuid);
      if ((object.status?.succeeded ?? 0) > 0) done.see(name);
    }),
    follow(client, `/api/v1/namespaces/${runsNamespace}/pods`, over.signal, (object, isGone) => {
      const { name } = object.metadata;
      if (object.status?.phase === 'Succeeded') pods.see(name);
      if (object.status?.phase === 'Running' && !isGone) running.add(name);
      else running.delete(name);
    }),
  ];
  return {
    cluster,
    client,
    jobSeen: (uuid) => jobs.seen(uuid),
    jobDone: (name) => done.seen(name),
    podDone: (name) => pods.seen(name),
    runningPods: () => running.size,
    close: async () => {
      over.abort();
      await Promise.all(following);
      client.close();
      await cluster.stop();
    },
  };
}

interface Watched {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly phase?: string; readonly succeeded?: number };
}

/** Follows a collection until the end; a watch that ends is opened anew from now on. */
async function follow(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
  see: (object: Watched, isGone: boolean) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const line of lines(await client.stream({ path: `${path}?watch=true`, signal }))) {
        const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Watched };
        see(object, type === 'DELETED');
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** When each name was first seen. */
class Sightings {
  readonly #at = new Map<string, number>();
  readonly #waiting = new Map<string, (at: number) => void>();

  see(name: string): void {
    if (this.#at.has(name)) return;
    const now = performance.now();
    this.#at.set(name, now);
    this.#waiting.get(name)?.(now);
    this.#waiting.delete(name);
  }

  seen(name: string): Promise<number> {
    const at = this.#at.get(name);
    return at === undefined ? new Promise((resolve) => this.#waiting.set(name, resolve)) : Promise.resolve(at);
  }
}
