import { eventually } from '../../support/eventually.ts';
import type { Cluster } from './cluster.ts';

/** Lets pods reach a port of a service at its own address, as a kube-proxy would: of its only pod, as it is now. */
export async function reachService(cluster: Cluster, namespace: string, name: string): Promise<void> {
  const field = (kind: string, path: string): Promise<string> =>
    cluster.kubectl(['-n', namespace, 'get', kind, name, '-o', `jsonpath={${path}}`]);
  const address = await field('service', '.spec.clusterIP');
  const port = await field('service', '.spec.ports[0].port');
  const pod = await eventually(
    'the service has a pod',
    () => field('endpoints', '.subsets[0].addresses[0].ip'),
    30_000,
  );
  const target = await field('endpoints', '.subsets[0].ports[0].port');
  const rule = async (chain: string, ...what: readonly string[]): Promise<void> => {
    const added = await cluster.exec(['iptables', '-t', 'nat', '-A', chain, '-p', 'tcp', ...what]);
    if (added.code !== 0) throw new Error(added.stderr);
  };
  await rule('PREROUTING', '-d', address, '--dport', port, '-j', 'DNAT', '--to-destination', `${pod}:${target}`);
  // Both pods are on one bridge: without this the answer would not come back through here.
  await rule('POSTROUTING', '-d', pod, '--dport', target, '-j', 'MASQUERADE');
}
