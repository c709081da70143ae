import { ApiClient } from '../../../agent/src/adapters/kubernetes/api-client.ts';
import { kubeconfigAccess } from '../../../agent/src/adapters/kubernetes/cluster-access.ts';
import { lines } from '../../../agent/src/adapters/kubernetes/list-watch.ts';
import { type Cluster, startCluster } from '../../cluster/support/cluster.ts';

/** A cluster with simulated nodes. */
export interface BenchCluster {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  /** Follows its objects from now on. Following costs the machine something, so only who looks does it. */
  follow(): Sight;
  close(): Promise<void>;
}

/** What the API server has told since somebody follows. */
export interface Sight {
  /** Resolves with the time (`performance.now`) at which the API server first told of the job of this run. */
  jobSeen(uuid: string): Promise<number>;
  podDone(name: string): Promise<number>;
  /** When a job of this name was first told of as complete. */
  jobDone(name: string): Promise<number>;
  /** How many pods run now of those that were made since. */
  runningPods(): number;
  close(): Promise<void>;
}

export const runsNamespace = 'bench-runs';
/** The collection of Jobs of runs. */
export const jobsPath = `/apis/batch/v1/namespaces/${runsNamespace}/jobs`;

/** Starts it with so many nodes of 1,000 pods each. */
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
  return {
    cluster,
    client,
    follow: () => sightOf(client),
    close: async () => {
      client.close();
      await cluster.stop();
    },
  };
}

function sightOf(client: ApiClient): Sight {
  const over = new AbortController();
  const jobs = new Sightings();
  const done = new Sightings();
  const pods = new Sightings();
  const running = new Set<string>();
  const sinceMs = Math.floor(Date.now() / 1000) * 1000;
  const following = [
    follow(client, jobsPath, over.signal, (object) => {
      const { name, labels } = object.metadata;
      const uuid = labels?.['tandem.dev/run'];
      if (uuid !== undefined) jobs.see(uuid);
      if ((object.status?.succeeded ?? 0) > 0) done.see(name);
    }),
    follow(client, `/api/v1/namespaces/${runsNamespace}/pods`, over.signal, (object, isGone) => {
      const { name, creationTimestamp } = object.metadata;
      if (object.status?.phase === 'Succeeded') pods.see(name);
      if (object.status?.phase === 'Running' && !isGone && Date.parse(creationTimestamp) >= sinceMs) running.add(name);
      else running.delete(name);
    }),
  ];
  return {
    jobSeen: (uuid) => jobs.seen(uuid),
    jobDone: (name) => done.seen(name),
    podDone: (name) => pods.seen(name),
    runningPods: () => running.size,
    close: async () => {
      over.abort();
      await Promise.all(following);
    },
  };
}

/** When the API server made each Job of a run since a time, in ms since 1970 and whole seconds. What is gone again is left out. */
export async function jobsMadeMs(client: ApiClient, sinceMs: number): Promise<readonly number[]> {
  const made: number[] = [];
  let next = '';
  do {
    const page = await client.call<JobPage>({ path: `${jobsPath}?limit=500&continue=${encodeURIComponent(next)}` });
    for (const { metadata } of page.items) {
      const madeMs = Date.parse(metadata.creationTimestamp);
      if (metadata.labels?.['tandem.dev/run'] !== undefined && madeMs >= sinceMs) made.push(madeMs);
    }
    next = page.metadata.continue ?? '';
  } while (next !== '');
  return made;
}

interface JobPage {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly Watched[];
}

interface Watched {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
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
