import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { attempt, run } from './command.ts';
import { lastLines, startComponent } from './components.ts';
import { busyboxRoot, imageArchive } from './image.ts';
import { inside, nodeAddress, type Place } from './place.ts';

export const nodeName = 'node1';
/** The container that holds a pod's namespaces: it sleeps. It is imported, since there is no registry. */
const pauseImage = 'docker.io/library/pause:local';

/** A node on which pods really run: containerd, runc and kubelet. Gives back when the node is Ready. */
export async function startKubeletNode(place: Place, extra: readonly string[]): Promise<void> {
  const folder = (name: string): string => join(place.folder, name);
  mkdirSync(folder('cni'), { recursive: true });
  writeFileSync(folder('cni/10-pods.conflist'), JSON.stringify(podNetwork(place)));
  writeFileSync(folder('containerd.toml'), containerdConfig(place));
  await startComponent(place, 'containerd', ['containerd', '-c', folder('containerd.toml')]);
  await eventually('containerd answers', async () => (await attempt(ctr(place, ['version']))).code === 0, 30_000);
  await importImage(place, imageArchive(pauseImage, await busyboxRoot(), { Entrypoint: ['/bin/sleep', '2147483647'] }));
  await startNames(place);
  await makeControlGroups(place);
  writeFileSync(folder('kubelet.yaml'), JSON.stringify(kubeletConfig(place)));
  await startComponent(place, 'kubelet', [
    join(place.tools, 'kubelet'),
    `--kubeconfig=${place.kubeconfig}`,
    `--config=${folder('kubelet.yaml')}`,
    `--root-dir=${folder('kubelet')}`,
    `--cert-dir=${join(place.pkiFolder, 'kubelet')}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${nodeAddress}`,
    ...extra,
  ]);
  await nodeReady(place);
}

/** Names of services and of their pods, as in any cluster; names of the world outside there are none. */
async function startNames(place: Place): Promise<void> {
  const file = join(place.folder, 'Corefile');
  writeFileSync(file, `.:53 {\n  errors\n  kubernetes cluster.local {\n    kubeconfig ${place.kubeconfig}\n  }\n}\n`);
  await startComponent(place, 'dns', [join(place.tools, 'coredns'), '-conf', file]);
}

/** Waits until the node is Ready, such as after a restart of kubelet or of the API server. */
export async function nodeReady(place: Place): Promise<void> {
  const kubectl = [join(place.tools, 'kubectl'), `--kubeconfig=${place.kubeconfig}`, 'get', 'node', nodeName, '-o'];
  const ready = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  const isReady = async (): Promise<boolean> => (await run([...kubectl, ready])) === 'True';
  await eventually('the node is Ready', isReady, 90_000).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${lastLines(place, 'kubelet')}`, { cause: error });
  });
}

/** Makes an image known to the node. The archive is an OCI or Docker archive. */
export async function importImage(place: Place, archive: Buffer): Promise<void> {
  const file = join(place.folder, `image-${process.hrtime.bigint()}.tar`);
  writeFileSync(file, archive);
  await importArchive(place, file);
  await run(['rm', file]);
}

/** The same from a file, such as one that `buildah push NAME oci-archive:FILE:NAME` wrote. */
export async function importArchive(place: Place, file: string): Promise<void> {
  await run(ctr(place, ['-n', 'k8s.io', 'images', 'import', file]));
}

function ctr(place: Place, args: readonly string[]): readonly string[] {
  return inside(place, ['ctr', '-a', place.containerdSocket, ...args]);
}

/** Each cluster has its own top, or one kubelet would take the other's pods for leftovers and end them. */
async function makeControlGroups(place: Place): Promise<void> {
  for (const top of controlGroupTops()) {
    mkdirSync(join(top, place.cgroup), { recursive: true });
    // With cgroups v1 a new set of processors is empty until it is given, and refuses every process.
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      if (existsSync(join(top, place.cgroup, file)) && !existsSync(join(top, 'cgroup.controllers')))
        await run(['cp', join(top, file), join(top, place.cgroup, file)]);
  }
}

/** Folders of the hierarchies: one with cgroups v2, one for each controller with v1. */
export function controlGroupTops(): readonly string[] {
  const root = '/sys/fs/cgroup';
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  const names = [
    'blkio',
    'cpu',
    'cpuacct',
    'cpuset',
    'devices',
    'freezer',
    'hugetlb',
    'memory',
    'net_cls',
    'perf_event',
    'pids',
    'systemd',
    'unified',
  ];
  return names.map((name) => join(root, name)).filter((folder) => existsSync(folder));
}

function podNetwork(place: Place): object {
  const bridge = {
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
    ipam: {
      type: 'host-local',
      // Its default is a folder that all clusters would share.
      dataDir: join(place.folder, 'cni-addresses'),
      ranges: [[{ subnet: place.podSubnet }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  };
  const portmap = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '1.0.0', name: place.network, plugins: [bridge, portmap] };
}

function containerdConfig(place: Place): string {
  return `version = 2
root = "${place.folder}/containerd/root"
state = "${place.folder}/containerd/state"
[grpc]
address = "${place.containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pauseImage}"
# A container may not get a better score for the out-of-memory killer than containerd has, which nested machines enforce.
restrict_oom_score_adj = true
disable_hugetlb_controller = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${place.folder}/cni"
`;
}

function kubeletConfig(place: Place): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // The API server asks for logs without a certificate; the node is in a namespace of its own.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${place.cgroup}`,
    failSwapOn: false,
    clusterDNS: [nodeAddress],
    clusterDomain: 'cluster.local',
    failCgroupV1: false,
    containerRuntimeEndpoint: `unix://${place.containerdSocket}`,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    podCIDR: place.podSubnet,
    podLogsDir: join(place.folder, 'pod-logs'),
    volumePluginDir: join(place.folder, 'volume-plugins'),
    maxPods: 200,
    registryPullQPS: 0,
  };
}
