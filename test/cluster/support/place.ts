import { join } from 'node:path';
import type { Claim } from './claims.ts';

/** Where a cluster is: its folder, its programs, and every name and address that comes from its number. */
export interface Place {
  readonly folder: string;
  /** Folder of the built programs. */
  readonly tools: string;
  readonly number: number;
  readonly namespace: string;
  readonly namespaceFile: string;
  /** The end of the link that stays outside; the other end is `up0` inside. */
  readonly link: string;
  /** Addresses of the two ends: processes outside are reached at the first, the cluster at the second. */
  readonly outsideAddress: string;
  readonly insideAddress: string;
  readonly podSubnet: string;
  /** Control groups of its pods, from the top of each hierarchy. */
  readonly cgroup: string;
  /** Name of the pods' network, which is a folder name in the cache of the network plugins. */
  readonly network: string;
  readonly kubeconfig: string;
  readonly runFolder: string;
  readonly logFolder: string;
  readonly pkiFolder: string;
  readonly containerdSocket: string;
}

/** The node's address in every cluster; it is on a bridge, so it is there before any pod is. */
export const nodeAddress = '10.250.0.1';
/** Address of the Service `kubernetes`: it lies on the same bridge, so no kube-proxy is needed. */
export const serviceAddress = '10.96.0.1';
/** The only user: a member of system:masters. Other users are had by impersonation or by tokens of service accounts. */
export const adminToken = 'admin-of-a-test-cluster';

export function placeOf(claim: Claim, tools: string): Place {
  const { folder, number } = claim;
  const namespace = `tandem-${number}`;
  return {
    folder,
    tools,
    number,
    namespace,
    namespaceFile: join('/run/netns', namespace),
    link: `tandem${number}`,
    outsideAddress: `10.251.${number}.1`,
    insideAddress: `10.251.${number}.2`,
    podSubnet: `10.244.${number}.0/24`,
    cgroup: `tandem-${number}`,
    network: `tandem-pods-${number}`,
    kubeconfig: join(folder, 'kubeconfig'),
    runFolder: join(folder, 'run'),
    logFolder: join(folder, 'logs'),
    pkiFolder: join(folder, 'pki'),
    containerdSocket: join(folder, 'run/containerd.sock'),
  };
}

/** A command as it is run in the cluster's network namespace. Not `ip netns exec`: that remounts /sys, which hides the control groups. */
export function inside(place: Place, command: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${place.namespaceFile}`, ...command];
}
