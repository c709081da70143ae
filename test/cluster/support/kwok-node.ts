import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { run } from './command.ts';
import { startComponent } from './components.ts';
import { nodeAddress, type Place } from './place.ts';

/** What each simulated node offers. */
const capacity = { cpu: '64', memory: '512Gi', pods: '1000', 'nvidia.com/gpu': '8' } as const;

/** Nodes `sim-1` to `sim-n` that only say that their pods run (test/cluster/tools/pod-stages.yaml). Gives back when all are Ready. */
export async function startKwokNodes(place: Place, count: number, extra: readonly string[]): Promise<void> {
  await startComponent(place, 'kwok', [
    join(place.tools, 'kwok'),
    `--kubeconfig=${place.kubeconfig}`,
    ...['node-stages.yaml', 'pod-stages.yaml'].map((file) => `--config=${join(import.meta.dirname, '../tools', file)}`),
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    `--cidr=${place.podSubnet.replace(/\.\d+\.0\/24$/, '.0.0/16')}`,
    `--node-ip=${nodeAddress}`,
    ...extra,
  ]);
  const kubectl = [join(place.tools, 'kubectl'), `--kubeconfig=${place.kubeconfig}`];
  const nodes = Array.from({ length: count }, (_, index) => node(`sim-${index + 1}`));
  await run([...kubectl, 'apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: nodes }),
  });
  const ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
  const readyCount = async (): Promise<number> =>
    (await run([...kubectl, 'get', 'nodes', '-o', ready])).split(' ').filter((word) => word === 'True').length;
  await eventually('every simulated node is Ready', async () => (await readyCount()) === count, 60_000);
}

function node(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'tandem.test/simulated': 'true' } },
    status: { allocatable: capacity, capacity },
  };
}
