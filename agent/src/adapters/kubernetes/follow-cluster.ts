import { labels, managedBy } from '../../compile/kubernetes/names.ts';
import type { ClusterState } from './cluster-state.ts';
import { collectionPath, deploymentKind, jobKind, type ObjectKind, podKind } from './kinds.ts';
import type { KubernetesExecutorOptions } from './kubernetes-executor.ts';
import { listAndWatch } from './list-watch.ts';
import { silentSince } from './read-objects.ts';

/**
 * Follows everything that runs of this agent are made of, in each namespace by itself, since its rights are given by
 * namespace. Resolves when each collection was read once; one that may not be read counts as read, and is tried again.
 */
export async function followCluster(
  options: Pick<
    KubernetesExecutorOptions,
    'client' | 'agentId' | 'namespaces' | 'operators' | 'seesNodes' | 'log' | 'chance' | 'metrics' | 'vitals'
  > & { readonly state: ClusterState },
  signal: AbortSignal,
): Promise<void> {
  const { state, namespaces, operators } = options;
  const kinds: readonly ObjectKind[] = [podKind, jobKind, deploymentKind, ...operators];
  const followed = namespaces.flatMap((namespace) => kinds.map((kind) => ({ kind, namespace })));
  const first = followed.map(({ kind, namespace }) =>
    follow(options, collectionPath(kind, namespace), ownSelector(options.agentId), signal, {
      onObject: (object) => state.put(object),
      onDeleted: (object) => state.drop(object),
      onListed: (uids, version) => state.keepOnly(uids, version, kind.kind, namespace),
    }),
  );
  if (options.seesNodes) {
    first.push(
      follow(options, '/api/v1/nodes', '', signal, {
        onObject: (node) => state.nodeIsSilent(node.metadata.name, silentSince(node)),
        onDeleted: (node) => state.nodeIsSilent(node.metadata.name, null),
        onListed: () => undefined,
      }),
    );
  }
  await Promise.all(first);
}

const ownSelector = (agentId: string): string => `${labels.managedBy}=${managedBy},${labels.agent}=${agentId}`;

type Handlers = Pick<Parameters<typeof listAndWatch>[0], 'onObject' | 'onDeleted' | 'onListed'>;

async function follow(
  {
    client,
    log,
    chance,
    metrics,
    vitals,
  }: Pick<KubernetesExecutorOptions, 'client' | 'log' | 'chance' | 'metrics' | 'vitals'>,
  path: string,
  labelSelector: string,
  signal: AbortSignal,
  handlers: Handlers,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    listAndWatch(
      {
        client,
        path,
        labelSelector,
        log,
        unit: chance.unit,
        onRestart: metrics.watchRestarted,
        onTurn: (pauseMs) => vitals.followed(path, pauseMs),
        ...handlers,
        onListed: (uids, version) => {
          handlers.onListed(uids, version);
          resolve();
        },
        onRefused: () => resolve(),
      },
      signal,
    ).then(resolve, reject);
  });
}
