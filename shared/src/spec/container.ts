import { resources } from './resources.ts';
import { filled, free, type Section, type Shape, section, text } from './shape.ts';
import { containerVariables } from './variables.ts';

const args: Shape = { kind: 'arguments' };

/** A Kubernetes container; `name` and `image` are optional at this level (compiler.md 1.5). Deeper names are not checked. */
export const containerSection: Section = section('container', {
  name: text,
  image: text,
  command: args,
  args,
  workingDir: text,
  env: containerVariables,
  envFrom: filled,
  ports: filled,
  resources,
  resizePolicy: free,
  restartPolicy: text,
  volumeMounts: filled,
  volumeDevices: filled,
  livenessProbe: free,
  readinessProbe: free,
  startupProbe: free,
  lifecycle: free,
  terminationMessagePath: text,
  terminationMessagePolicy: text,
  imagePullPolicy: text,
  securityContext: free,
  stdin: free,
  stdinOnce: free,
  tty: free,
});

export const container: Shape = { kind: 'kubernetes', section: containerSection };

const volumeSources = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'photonPersistentDisk',
  'portworxVolume',
  'projected',
  'quobyte',
  'rbd',
  'scaleIO',
  'secret',
  'storageos',
  'vsphereVolume',
];

/** A Kubernetes volume. */
export const volume: Shape = {
  kind: 'kubernetes',
  section: section('volumes', { name: text, ...Object.fromEntries(volumeSources.map((source) => [source, free])) }),
};
