import type { Json } from '../compile/kubernetes/manifest.ts';
import type { Attack } from './attacks.cases.ts';

const pod = 'spec.template.spec';
const main = `${pod}.containers[0]`;

const onPod = (name: string, field: string, value: Json, rule: string, denied?: readonly string[]): Attack => ({
  name,
  set: { [`${pod}.${field}`]: value },
  rule,
  ...(denied === undefined ? {} : { denied: denied.map((each) => `${pod}.${each}`) }),
});
const onMain = (name: string, field: string, value: Json, rule: string, denied?: readonly string[]): Attack =>
  onPod(
    name,
    `containers[0].${field}`,
    value,
    rule,
    denied?.map((each) => `containers[0].${each}`),
  );
const volume = (name: string, source: Json, rule: string, denied: string): Attack => ({
  name,
  set: { [`${pod}.volumes[+]`]: { name: 'planted', ...(source as Readonly<Record<string, Json>>) } },
  rule,
  denied: [`${pod}.volumes[7].${denied}`],
});

/** What a pod may not have, on the pod of a Job. For tests. */
export const attacksOnPods: readonly Attack[] = [
  // The node.
  onPod('network of the node', 'hostNetwork', true, 'hostNetwork'),
  onPod('processes of the node', 'hostPID', true, 'hostPID'),
  onPod('memory of the node', 'hostIPC', true, 'hostIPC'),
  onPod('a node of its choice', 'nodeName', 'node-7', 'nodeName'),
  onPod('names of hosts', 'hostAliases', [{ ip: '10.0.0.1', hostnames: ['registry.example'] }], 'hostAliases'),
  onPod('processes of its neighbours', 'shareProcessNamespace', true, 'shareProcessNamespace'),
  onPod('a kernel setting', 'securityContext.sysctls', [{ name: 'kernel.msgmax', value: '1' }], 'sysctls', [
    'securityContext.sysctls[0].name',
  ]),
  onPod(
    'a safe kernel setting',
    'securityContext.sysctls',
    [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
    'sysctls',
    ['securityContext.sysctls[0].name'],
  ),
  onPod('all taints', 'tolerations', [{ operator: 'Exists' }], 'controlPlaneNodes', ['tolerations[0]']),
  onPod(
    'the control plane of the cluster',
    'tolerations',
    [{ key: 'node-role.kubernetes.io/control-plane' }],
    'controlPlaneNodes',
    ['tolerations[0]'],
  ),
  onPod('another scheduler', 'schedulerName', 'mine', 'schedulerNames'),
  onPod('another runtime', 'runtimeClassName', 'runc-privileged', 'runtimeClasses'),
  onPod('a priority class', 'priorityClassName', 'system-node-critical', 'priorityClasses'),
  {
    ...onPod('a bare priority', 'priority', 2_000_001_000, 'priorityClasses'),
    set: { [`${pod}.priority`]: 9, [`${pod}.priorityClassName`]: null },
    denied: [`${pod}.priority`],
  },
  onPod(
    'pods of other namespaces kept away',
    'affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution',
    [{ topologyKey: 'host', namespaceSelector: {} }],
    'fields',
    ['affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespaceSelector'],
  ),
  // Volumes.
  volume('the root of the node', { hostPath: { path: '/' } }, 'hostPath', 'hostPath.path'),
  volume('files of the kubelet', { hostPath: { path: '/var/lib/kubelet' } }, 'hostPath', 'hostPath.path'),
  volume('a path out of an allowed one', { hostPath: { path: '/srv/disk/../../etc' } }, 'hostPath', 'hostPath.path'),
  volume('a path below an allowed one', { hostPath: { path: '/srv/disk/a' } }, 'hostPath', 'hostPath.path'),
  volume('a path with a slash too many', { hostPath: { path: '/srv//disk' } }, 'hostPath', 'hostPath.path'),
  volume('a device', { hostPath: { path: '/srv/disk', type: 'BlockDevice' } }, 'fields', 'hostPath.type'),
  volume('the docker socket', { hostPath: { path: '/var/run/docker.sock' } }, 'dockerSocket', 'hostPath.path'),
  volume(
    'the containerd socket',
    { hostPath: { path: '/run/containerd/containerd.sock' } },
    'dockerSocket',
    'hostPath.path',
  ),
  volume('a file server', { nfs: { server: 'nas.example', path: '/' } }, 'fields', 'nfs'),
  volume('an inline driver', { csi: { driver: 'secrets-store.csi.k8s.io' } }, 'fields', 'csi'),
  volume('a claim made by the pod', { ephemeral: { volumeClaimTemplate: {} } }, 'fields', 'ephemeral'),
  volume('a block device of the network', { iscsi: { targetPortal: 'x' } }, 'fields', 'iscsi'),
  volume('an image as a volume', { image: { reference: 'evil' } }, 'fields', 'image'),
  volume('a repository by the kubelet', { gitRepo: { repository: 'https://evil.example' } }, 'fields', 'gitRepo'),
  volume(
    'a foreign claim',
    { persistentVolumeClaim: { claimName: 'other-pvc' } },
    'claims',
    'persistentVolumeClaim.claimName',
  ),
  volume('a foreign secret', { secret: { secretName: 'agent-identity' } }, 'secrets', 'secret.secretName'),
  volume(
    'the credential of another run',
    { secret: { secretName: `tdm-${'9'.repeat(32)}-1-token` } },
    'secrets',
    'secret.secretName',
  ),
  volume(
    'a foreign secret, projected',
    { projected: { sources: [{ secret: { name: 'other' } }] } },
    'secrets',
    'projected.sources[0].secret.name',
  ),
  volume('a foreign config map', { configMap: { name: 'kube-root-ca.crt' } }, 'configMaps', 'configMap.name'),
  volume(
    'a foreign config map, projected',
    { projected: { sources: [{ configMap: { name: 'other' } }] } },
    'configMaps',
    'projected.sources[0].configMap.name',
  ),
  volume(
    'a token of the account, projected',
    { projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    'automountServiceAccountToken',
    'projected.sources[0].serviceAccountToken',
  ),
  volume(
    'certificates of the cluster, projected',
    { projected: { sources: [{ clusterTrustBundle: { path: 't' } }] } },
    'fields',
    'projected.sources[0].clusterTrustBundle',
  ),
  volume('memory in huge pages', { emptyDir: { medium: 'HugePages-2Mi' } }, 'fields', 'emptyDir.medium'),
  onMain('a read-only path, to write', 'volumeMounts[+]', { name: 'disk', mountPath: '/w' }, 'hostPath', [
    'volumeMounts[7].readOnly',
  ]),
  {
    ...onMain('a read-only claim, to write', '', null, 'claims'),
    set: { [`${pod}.volumes[3].persistentVolumeClaim.readOnly`]: false },
    denied: [`${main}.volumeMounts[3].readOnly`],
  },
  {
    name: 'the secret of the store, mounted into the main container',
    set: {
      [`${pod}.volumes[+]`]: { name: 'keys', secret: { secretName: 's3-secret' } },
      [`${main}.volumeMounts[+]`]: { name: 'keys', mountPath: '/keys' },
    },
    rule: 'secrets',
    denied: [`${main}.volumeMounts[7].name`],
  },
  onMain('a mount that reaches the node', 'volumeMounts[0].mountPropagation', 'Bidirectional', 'fields'),
  onMain('a raw device', 'volumeDevices', [{ name: 'data', devicePath: '/dev/x' }], 'fields'),
  // Secrets in variables.
  onMain(
    'a foreign secret in a variable',
    'env[0]',
    { name: 'S', valueFrom: { secretKeyRef: { name: 'other', key: 'k' } } },
    'secrets',
    ['env[0].valueFrom.secretKeyRef.name'],
  ),
  onMain('all of a foreign secret', 'envFrom[+]', { secretRef: { name: 'other' } }, 'secrets', [
    'envFrom[2].secretRef.name',
  ]),
  onMain(
    'the secret of the store in a variable',
    'env[0]',
    { name: 'S', valueFrom: { secretKeyRef: { name: 's3-secret', key: 'k' } } },
    'secrets',
    ['env[0].valueFrom.secretKeyRef.name'],
  ),
  onMain('the secret of an init step', 'envFrom[+]', { secretRef: { name: 'git-secret' } }, 'secrets', [
    'envFrom[2].secretRef.name',
  ]),
  onMain('a foreign config map in a variable', 'envFrom[+]', { configMapRef: { name: 'other' } }, 'configMaps', [
    'envFrom[2].configMapRef.name',
  ]),
  onPod(
    'the secret of another step in an init step',
    'initContainers[1].envFrom[+]',
    { secretRef: { name: 's3-secret' } },
    'secrets',
    ['initContainers[1].envFrom[1].secretRef.name'],
  ),
  onPod('a foreign secret for images', 'imagePullSecrets[+]', { name: 'other' }, 'secrets', [
    'imagePullSecrets[1].name',
  ]),
  // Identity.
  onPod('another account', 'serviceAccountName', 'cluster-admin', 'serviceAccounts'),
  onPod('the account of the namespace', 'serviceAccountName', null, 'serviceAccounts'),
  onPod('another account by its old name', 'serviceAccount', 'cluster-admin', 'fields'),
  onPod('a token of the account', 'automountServiceAccountToken', true, 'automountServiceAccountToken'),
  onPod('a token because nothing is said', 'automountServiceAccountToken', null, 'automountServiceAccountToken'),
  // What a process may do.
  onMain('everything', 'securityContext.privileged', true, 'privileged'),
  onPod('everything, in an init container', 'initContainers[0].securityContext.privileged', true, 'privileged'),
  onPod('everything, in a sidecar', 'containers[1].securityContext', { privileged: true }, 'privileged', [
    'containers[1].securityContext.privileged',
  ]),
  onMain('a capability', 'securityContext.capabilities', { add: ['SYS_ADMIN'] }, 'capabilities', [
    'securityContext.capabilities.add[0]',
  ]),
  onMain(
    'a capability in the kernel’s spelling',
    'securityContext.capabilities',
    { add: ['cap_sys_ptrace'] },
    'capabilities',
    ['securityContext.capabilities.add[0]'],
  ),
  onMain('all capabilities', 'securityContext.capabilities', { add: ['ALL'] }, 'capabilities', [
    'securityContext.capabilities.add[0]',
  ]),
  onMain('every system call', 'securityContext.seccompProfile', { type: 'Unconfined' }, 'requireSeccomp', [
    'securityContext.seccompProfile.type',
  ]),
  onPod('every system call, for the pod', 'securityContext.seccompProfile', { type: 'Unconfined' }, 'requireSeccomp', [
    'securityContext.seccompProfile.type',
  ]),
  onMain('a profile of the node', 'securityContext.seccompProfile', { type: 'Localhost' }, 'requireSeccomp', [
    'securityContext.seccompProfile.type',
  ]),
  onMain('no AppArmor', 'securityContext.appArmorProfile', { type: 'Unconfined' }, 'fields', [
    'securityContext.appArmorProfile.type',
  ]),
  onMain('labels of SELinux', 'securityContext.seLinuxOptions', { type: 'spc_t' }, 'fields'),
  onPod('labels of SELinux, for the pod', 'securityContext.seLinuxOptions', { level: 's0' }, 'fields'),
  onMain('the whole /proc', 'securityContext.procMount', 'Unmasked', 'fields'),
  onMain('a host process of Windows', 'securityContext.windowsOptions', { hostProcess: true }, 'fields'),
  onMain('a port of the node', 'ports[0].hostPort', 80, 'hostPorts'),
  onMain('an address of the node', 'ports[0].hostIP', '127.0.0.1', 'hostPorts'),
  onMain('a question of the node to the cloud', 'livenessProbe.httpGet.host', '169.254.169.254', 'fields'),
  onMain('a connection of the node to a neighbour', 'readinessProbe.tcpSocket.host', '10.0.0.1', 'fields'),
  onMain('a call of the node at the end', 'lifecycle.preStop', { httpGet: { host: '10.0.0.1', port: 80 } }, 'fields', [
    'lifecycle.preStop.httpGet.host',
  ]),
  onMain('a device of the node', 'resources.limits', { 'smarter-devices/kvm': 1 }, 'devices', [
    'resources.limits["smarter-devices/kvm"]',
  ]),
  onMain('a claim of a device', 'resources.claims', [{ name: 'gpu' }], 'fields'),
  onPod('claims of devices', 'resourceClaims', [{ name: 'gpu', resourceClaimName: 'other' }], 'fields'),
  onPod('a container in a running pod', 'ephemeralContainers', [{ name: 'x' }], 'fields'),
  onMain('an image that is none', 'image', 'library/Upper', 'registries'),
  onMain('an image with two digests', 'image', 'a@b@c', 'registries'),
  onPod(
    'the name of a helper',
    'containers[+]',
    { name: 'tandem-collector', image: 'evil', envFrom: [{ secretRef: { name: 's3-secret' } }] },
    'fields',
    ['containers[2].name'],
  ),
  onPod('two volumes of one name', 'volumes[+]', { name: 'data', emptyDir: {} }, 'fields', ['volumes[7].name']),
];
