// Generated from shared/src/spec by `pnpm gen`; do not edit.
import { z } from 'zod';
import { fullOrBare, placeholder, strict } from './strict.ts';

const floatText = /^\s*[-+]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9]+)?\s*$/;
const boolText = /^\s*(?:[tT][rR][uU][eE]|[yY][eE][sS]|[oO][nN]|[tT]|[yY]|1|[fF][aA][lL][sS][eE]|[nN][oO]|[oO][fF][fF]|[fF]|[nN]|0)\s*$/;
const float = z.union([z.number(), z.string().regex(floatText)]);
const bool = z.union([z.boolean(), z.literal([0, 1]), z.string().regex(boolText)]);

export const cache = strict({
  disable: z.union([bool, placeholder]).nullish(),
  ttl: z.union([z.int(), placeholder]).nullish(),
  io: z.union([z.array(z.string()), placeholder]).nullish(),
  sections: z.union([z.array(z.union([z.enum(['containers', 'init', 'connections']), placeholder])), placeholder]).nullish(),
});

export const culling = strict({
  timeout: z.int().nullish(),
});

export const exec = strict({
  command: z.unknown().optional(),
});

export const http = strict({
  host: z.string().nullish(),
  httpHeaders: z.unknown().optional(),
  path: z.string().nullish(),
  port: z.unknown(),
  scheme: z.string().nullish(),
});

export const probe = strict({
  exec: z.union([exec, placeholder]).nullish(),
  http: z.union([http, placeholder]).nullish(),
});

export const termination = strict({
  maxRetries: z.union([z.int(), placeholder]).nullish(),
  ttl: z.union([z.int(), placeholder]).nullish(),
  timeout: z.union([z.int(), placeholder]).nullish(),
  podFailurePolicy: z.unknown().optional(),
  culling: z.union([culling, placeholder]).nullish(),
  probe: z.union([probe, placeholder]).nullish(),
});

export const sidecar = strict({
  image: z.string().nullish(),
  imageTag: z.string().nullish(),
  imagePullPolicy: z.string().nullish(),
  sleepInterval: z.union([z.int(), placeholder]).nullish(),
  syncInterval: z.union([z.int(), placeholder]).nullish(),
  monitorLogs: z.union([bool, placeholder]).nullish(),
  monitorSpec: z.union([bool, placeholder]).nullish(),
  noConnections: bool.nullish(),
  resources: z.unknown().optional(),
});

export const notification = strict({
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  trigger: z.string().nullish(),
});

export const plugins = strict({
  auth: z.union([bool, placeholder]).nullish(),
  docker: z.union([bool, placeholder]).nullish(),
  shm: z.union([bool, placeholder]).nullish(),
  tmux: z.union([bool, placeholder]).nullish(),
  sandbox: z.union([bool, placeholder]).nullish(),
  ssh: z.union([bool, placeholder]).nullish(),
  mountArtifactsStore: z.union([bool, placeholder]).nullish(),
  collectArtifacts: z.union([bool, placeholder]).nullish(),
  collectLogs: z.union([bool, placeholder]).nullish(),
  collectResources: z.union([bool, placeholder]).nullish(),
  syncStatuses: z.union([bool, placeholder]).nullish(),
  autoResume: z.union([bool, placeholder]).nullish(),
  externalHost: z.union([bool, placeholder]).nullish(),
  logLevel: z.string().nullish(),
  sidecar: z.union([sidecar, placeholder]).nullish(),
  notifications: z.union([z.array(z.union([notification, placeholder])), placeholder]).nullish(),
});

export const validation = strict({
  gt: float.nullish(),
  ge: float.nullish(),
  lt: float.nullish(),
  le: float.nullish(),
  multipleOf: float.nullish(),
  minDigits: z.int().nullish(),
  maxDigits: z.int().nullish(),
  decimalPlaces: z.int().nullish(),
  regex: z.string().nullish(),
  minLength: z.int().nullish(),
  maxLength: z.int().nullish(),
  contains: z.unknown().optional(),
  excludes: z.unknown().optional(),
  options: z.union([z.array(z.unknown()), placeholder]).nullish(),
  minItems: z.int().nullish(),
  maxItems: z.int().nullish(),
  keys: z.union([z.array(z.string()), placeholder]).nullish(),
  containsKeys: z.union([z.array(z.string()), placeholder]).nullish(),
  excludesKeys: z.union([z.array(z.string()), placeholder]).nullish(),
  delay: bool.nullish(),
});

export const io = strict({
  name: z.string(),
  description: z.string().nullish(),
  type: z.string().nullish(),
  isOptional: bool.nullish(),
  isList: bool.nullish(),
  isFlag: bool.nullish(),
  argFormat: z.string().nullish(),
  connection: z.string().nullish(),
  toInit: bool.nullish(),
  toEnv: z.string().nullish(),
  value: z.unknown().optional(),
  validation: validation.nullish(),
  options: z.union([z.array(z.unknown()), placeholder]).nullish(),
  delayValidation: bool.nullish(),
});

export const containerVariables = z.union([z.record(z.string(), z.unknown()), z.array(z.union([z.record(z.string(), z.unknown()), z.string().regex(/\{\{|\{%/)])), z.string().regex(/\{\{|\{%/)]);

export const resources = z.unknown();

export const container = strict({
  name: z.string().nullish(),
  image: z.string().nullish(),
  command: z.union([z.string(), z.array(z.union([z.string(), z.number(), z.null()]))]).nullish(),
  args: z.union([z.string(), z.array(z.union([z.string(), z.number(), z.null()]))]).nullish(),
  workingDir: z.string().nullish(),
  env: containerVariables.nullish(),
  envFrom: z.unknown().optional(),
  ports: z.unknown().optional(),
  resources: resources.nullish(),
  resizePolicy: z.unknown().optional(),
  restartPolicy: z.string().nullish(),
  volumeMounts: z.unknown().optional(),
  volumeDevices: z.unknown().optional(),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
  startupProbe: z.unknown().optional(),
  lifecycle: z.unknown().optional(),
  terminationMessagePath: z.string().nullish(),
  terminationMessagePolicy: z.string().nullish(),
  imagePullPolicy: z.string().nullish(),
  securityContext: z.unknown().optional(),
  stdin: z.unknown().optional(),
  stdinOnce: z.unknown().optional(),
  tty: z.unknown().optional(),
});

export const affinity = strict({
  nodeAffinity: z.unknown().optional(),
  podAffinity: z.unknown().optional(),
  podAntiAffinity: z.unknown().optional(),
});

export const toleration = strict({
  key: z.unknown().optional(),
  operator: z.unknown().optional(),
  value: z.unknown().optional(),
  effect: z.unknown().optional(),
  tolerationSeconds: z.unknown().optional(),
});

export const hostAlias = strict({
  ip: z.unknown().optional(),
  hostnames: z.unknown().optional(),
});

export const securityContext = strict({
  runAsUser: z.unknown().optional(),
  runAsGroup: z.unknown().optional(),
  runAsNonRoot: z.unknown().optional(),
  fsGroup: z.unknown().optional(),
  fsGroupChangePolicy: z.unknown().optional(),
  supplementalGroups: z.unknown().optional(),
  supplementalGroupsPolicy: z.unknown().optional(),
  seLinuxOptions: z.unknown().optional(),
  seLinuxChangePolicy: z.unknown().optional(),
  seccompProfile: z.unknown().optional(),
  appArmorProfile: z.unknown().optional(),
  sysctls: z.unknown().optional(),
  windowsOptions: z.unknown().optional(),
  allowPrivilegeEscalation: z.unknown().optional(),
  capabilities: z.unknown().optional(),
  privileged: z.unknown().optional(),
  procMount: z.unknown().optional(),
  readOnlyRootFilesystem: z.unknown().optional(),
});

export const dnsConfig = strict({
  nameservers: z.unknown().optional(),
  searches: z.unknown().optional(),
  options: z.unknown().optional(),
});

export const environment = strict({
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  annotations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  nodeSelector: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  affinity: z.union([affinity, placeholder]).nullish(),
  tolerations: z.union([z.array(z.union([toleration, placeholder])), placeholder]).nullish(),
  nodeName: z.string().nullish(),
  serviceAccountName: z.string().nullish(),
  hostAliases: z.union([z.array(z.union([hostAlias, placeholder])), placeholder]).nullish(),
  securityContext: z.union([securityContext, placeholder]).nullish(),
  imagePullSecrets: z.union([z.array(z.string()), placeholder]).nullish(),
  hostNetwork: bool.nullish(),
  hostPID: bool.nullish(),
  dnsPolicy: z.string().nullish(),
  dnsConfig: z.union([dnsConfig, placeholder]).nullish(),
  schedulerName: z.string().nullish(),
  priorityClassName: z.string().nullish(),
  priority: z.int().nullish(),
  restartPolicy: z.union([z.enum(['Always', 'OnFailure', 'Never', 'ExitCode']), placeholder]).nullish(),
});

export const artifacts = strict({
  files: z.union([z.array(z.unknown()), placeholder]).nullish(),
  dirs: z.union([z.array(z.unknown()), placeholder]).nullish(),
  workers: z.union([z.int(), placeholder]).nullish(),
});

export const paths = z.union([z.string(), z.array(z.unknown())]);

export const git = strict({
  url: z.string().nullish(),
  revision: z.string().nullish(),
  flags: z.union([z.array(z.string()), placeholder]).nullish(),
});

export const dockerfileVariables = z.union([z.record(z.string(), z.unknown()), z.array(z.union([z.array(z.unknown()).min(2).max(2), z.record(z.string(), z.unknown())])), z.string().regex(/\{\{|\{%/)]);

export const dockerfile = strict({
  image: z.string(),
  env: dockerfileVariables.nullish(),
  path: z.union([z.array(z.string()), placeholder]).nullish(),
  copy: z.union([z.array(z.unknown()), placeholder]).nullish(),
  postRunCopy: z.union([z.array(z.unknown()), placeholder]).nullish(),
  run: z.union([z.array(z.string()), placeholder]).nullish(),
  langEnv: z.string().nullish(),
  uid: z.union([z.int(), placeholder]).nullish(),
  gid: z.union([z.int(), placeholder]).nullish(),
  username: z.string().nullish(),
  filename: z.string().nullish(),
  workdir: z.string().nullish(),
  workdirPath: z.string().nullish(),
  shell: z.string().nullish(),
});

export const initFile = strict({
  content: z.string(),
  filename: z.string().nullish(),
  chmod: z.string().nullish(),
  kind: z.string().nullish(),
});

export const tensorboard = strict({
  port: z.union([z.int(), placeholder]).nullish(),
  uuids: z.union([z.string(), z.array(z.string())]).nullish(),
  useNames: z.union([bool, placeholder]).nullish(),
  pathPrefix: z.string().nullish(),
  plugins: z.union([z.string(), z.array(z.string())]).nullish(),
});

export const init = strict({
  artifacts: z.union([artifacts, placeholder]).nullish(),
  paths: paths.nullish(),
  git: z.union([git, placeholder]).nullish(),
  dockerfile: z.union([dockerfile, placeholder]).nullish(),
  file: z.union([initFile, placeholder]).nullish(),
  tensorboard: z.union([tensorboard, placeholder]).nullish(),
  lineageRef: z.string().nullish(),
  modelRef: z.string().nullish(),
  artifactRef: z.string().nullish(),
  connection: z.string().nullish(),
  path: z.string().nullish(),
  container: container.nullish(),
}, ['artifacts', 'paths', 'git', 'dockerfile', 'file', 'tensorboard', 'lineageRef', 'modelRef', 'artifactRef']);

export const volume = strict({
  name: z.string().nullish(),
  awsElasticBlockStore: z.unknown().optional(),
  azureDisk: z.unknown().optional(),
  azureFile: z.unknown().optional(),
  cephfs: z.unknown().optional(),
  cinder: z.unknown().optional(),
  configMap: z.unknown().optional(),
  csi: z.unknown().optional(),
  downwardAPI: z.unknown().optional(),
  emptyDir: z.unknown().optional(),
  ephemeral: z.unknown().optional(),
  fc: z.unknown().optional(),
  flexVolume: z.unknown().optional(),
  flocker: z.unknown().optional(),
  gcePersistentDisk: z.unknown().optional(),
  gitRepo: z.unknown().optional(),
  glusterfs: z.unknown().optional(),
  hostPath: z.unknown().optional(),
  image: z.unknown().optional(),
  iscsi: z.unknown().optional(),
  nfs: z.unknown().optional(),
  persistentVolumeClaim: z.unknown().optional(),
  photonPersistentDisk: z.unknown().optional(),
  portworxVolume: z.unknown().optional(),
  projected: z.unknown().optional(),
  quobyte: z.unknown().optional(),
  rbd: z.unknown().optional(),
  scaleIO: z.unknown().optional(),
  secret: z.unknown().optional(),
  storageos: z.unknown().optional(),
  vsphereVolume: z.unknown().optional(),
});

export const param = strict({
  value: z.unknown().optional(),
  ref: z.string().nullish(),
  contextOnly: z.union([bool, placeholder]).nullish(),
  connection: z.string().nullish(),
  toInit: z.union([bool, placeholder]).nullish(),
  toEnv: z.string().nullish(),
});

export const params = z.record(z.string(), fullOrBare(param, ['value', 'ref', 'context_only', 'contextOnly', 'connection', 'to_init', 'toInit', 'to_env', 'toEnv']));

export const build = strict({
  hubRef: z.union([z.string().regex(/^(?:[-\w.]+\/)?[-\w.]+(?::[-\w.]+)?$/), placeholder]),
  connection: z.string().nullish(),
  presets: z.union([z.string(), z.array(z.string())]).nullish(),
  queue: z.string().nullish(),
  namespace: z.string().nullish(),
  cache: z.union([cache, placeholder]).nullish(),
  params: params.nullish(),
  runPatch: z.unknown().optional(),
  patchStrategy: z.union([z.enum(['replace', 'isnull', 'post_merge', 'pre_merge']), placeholder]).nullish(),
});

export const hook = strict({
  hubRef: z.union([z.string().regex(/^(?:[-\w.]+\/)?[-\w.]+(?::[-\w.]+)?$/), placeholder]),
  connection: z.string().nullish(),
  trigger: z.union([z.enum(['failed', 'stopped', 'succeeded', 'skipped', 'upstream_failed', 'done']), placeholder]).nullish(),
  conditions: z.string().nullish(),
  presets: z.union([z.string(), z.array(z.string())]).nullish(),
  queue: z.string().nullish(),
  namespace: z.string().nullish(),
  params: params.nullish(),
  disableDefaults: bool.nullish(),
});

export const eventKind = z.union([z.enum(['run_status_created', 'run_status_resuming', 'run_status_compiled', 'run_status_on_schedule', 'run_status_queued', 'run_status_scheduled', 'run_status_starting', 'run_status_initializing', 'run_status_running', 'run_status_processing', 'run_status_stopping', 'run_status_failed', 'run_status_stopped', 'run_status_succeeded', 'run_status_skipped', 'run_status_warning', 'run_status_unschedulable', 'run_status_upstream_failed', 'run_status_retrying', 'run_status_unknown', 'run_status_done', 'run_approved_actor', 'run_invalidated_actor', 'run_new_artifacts', 'connection_git_commit', 'connection_dataset_version', 'connection_registry_image', 'alert_info', 'alert_warning', 'alert_critical', 'model_version_new_metric', 'project_custom_event', 'org_custom_event']), z.string().regex(/\{\{|\{%/)]);

export const event = strict({
  kinds: z.array(eventKind),
  ref: z.string(),
});

export const cronExpression = z.string().regex(/^\s*(?:@[a-z]+|\S+(?:\s+\S+){4})\s*$|\{\{|\{%/);

export const time = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}|\{\{|\{%/);

export const scheduleCron = strict({
  kind: z.literal('cron'),
  cron: cronExpression,
  startAt: time.nullish(),
  endAt: time.nullish(),
  maxRuns: z.union([z.int().min(1), placeholder]).nullish(),
  dependsOnPast: bool.nullish(),
});

export const frequency = z.union([z.number().gt(0), z.string().regex(/^[-+]?P|:|\{\{|\{%/)]);

export const scheduleInterval = strict({
  kind: z.literal('interval'),
  frequency: frequency,
  startAt: time.nullish(),
  endAt: time.nullish(),
  maxRuns: z.union([z.int().min(1), placeholder]).nullish(),
  dependsOnPast: bool.nullish(),
});

export const scheduleDatetime = strict({
  kind: z.literal('datetime'),
  startAt: time,
});

export const hyperParam = z.union([z.strictObject({ kind: z.literal('choice'), value: z.union([z.array(z.unknown()).min(1), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('pchoice'), value: z.union([z.array(z.tuple([z.unknown(), z.number().min(0).lt(1)])).min(1), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('range'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ start: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), stop: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), step: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('linspace'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.int().min(1)]), z.strictObject({ start: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), stop: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), num: z.int().min(1) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('geomspace'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.int().min(1)]), z.strictObject({ start: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), stop: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), num: z.int().min(1) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('logspace'), value: z.union([z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.int().min(1)]), z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.int().min(1), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])])]), z.strictObject({ start: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), stop: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), num: z.int().min(1), base: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]).optional() }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,3}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('daterange'), value: z.union([z.tuple([z.string(), z.string(), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ start: z.string(), stop: z.string(), step: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('datetimerange'), value: z.union([z.tuple([z.string(), z.string(), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ start: z.string(), stop: z.string(), step: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('uniform'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ low: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), high: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){1,1}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('loguniform'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ low: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), high: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){1,1}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('normal'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ loc: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), scale: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){1,1}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('lognormal'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ loc: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), scale: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){1,1}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('quniform'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ low: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), high: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), q: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('qloguniform'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ low: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), high: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), q: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('qnormal'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ loc: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), scale: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), q: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) }), z.strictObject({ kind: z.literal('qlognormal'), value: z.union([z.tuple([z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)])]), z.strictObject({ loc: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), scale: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]), q: z.union([z.number(), z.string().regex(/^\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\s*$/)]) }), z.string().regex(/^[^:{}]+(?::[^:{}]+){2,2}$/), z.string().regex(/\{\{|\{%/)]) })]);

export const policyMedian = strict({
  kind: z.literal('median'),
  evaluationInterval: z.int().nullish(),
  minInterval: z.int().nullish(),
  minSamples: z.int().nullish(),
});

export const policyTruncation = strict({
  kind: z.literal('truncation'),
  percent: z.union([float, placeholder]),
  evaluationInterval: z.int(),
  minInterval: z.int().nullish(),
  minSamples: z.int().nullish(),
  includeSucceeded: bool.nullish(),
});

export const policyDiff = strict({
  kind: z.literal('diff'),
  percent: z.union([float, placeholder]),
  evaluationInterval: z.int(),
  minInterval: z.int().nullish(),
  minSamples: z.int().nullish(),
});

export const policy = z.union([policyMedian, policyTruncation, policyDiff]);

export const earlyStoppingMetric = strict({
  kind: z.literal('metric_early_stopping'),
  metric: z.string(),
  value: z.union([float, placeholder]),
  optimization: z.union([z.enum(['maximize', 'minimize']), placeholder]),
  policy: policy.nullish(),
});

export const earlyStoppingFailure = strict({
  kind: z.literal('failure_early_stopping'),
  percent: z.union([float, placeholder]),
});

export const earlyStopping = z.union([earlyStoppingMetric, earlyStoppingFailure]);

export const matrixGrid = strict({
  kind: z.literal('grid'),
  params: z.record(z.string(), hyperParam),
  numRuns: z.union([z.int().min(1), placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const matrixRandom = strict({
  kind: z.literal('random'),
  params: z.record(z.string(), hyperParam),
  numRuns: z.union([z.int().min(1), placeholder]),
  seed: z.union([z.int(), placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const matrixMapping = strict({
  kind: z.literal('mapping'),
  values: z.union([z.array(z.record(z.string(), z.unknown())), placeholder]),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const metric = strict({
  name: z.string(),
  optimization: z.union([z.enum(['maximize', 'minimize']), placeholder]).nullish(),
});

export const gaussianProcess = strict({
  kernel: z.union([z.enum(['rbf', 'matern']), placeholder]).nullish(),
  lengthScale: z.union([float, placeholder]).nullish(),
  nu: z.union([float, placeholder]).nullish(),
  numRestartsOptimizer: z.int().nullish(),
});

export const utilityFunction = strict({
  acquisitionFunction: z.union([z.enum(['ucb', 'ei', 'poi']), placeholder]).nullish(),
  gaussianProcess: z.union([gaussianProcess, placeholder]).nullish(),
  kappa: z.union([float, placeholder]).nullish(),
  eps: z.union([float, placeholder]).nullish(),
  numWarmup: z.int().nullish(),
  numIterations: z.int().nullish(),
});

export const tuner = strict({
  hubRef: z.union([z.string().regex(/^(?:[-\w.]+\/)?[-\w.]+(?::[-\w.]+)?$/), placeholder]),
  presets: z.union([z.string(), z.array(z.string())]).nullish(),
  queue: z.string().nullish(),
  namespace: z.string().nullish(),
  params: params.nullish(),
});

export const matrixBayes = strict({
  kind: z.literal('bayes'),
  numInitialRuns: z.union([z.int().min(1), placeholder]),
  maxIterations: z.union([z.int().min(1), placeholder]),
  metric: z.union([metric, placeholder]),
  params: z.record(z.string(), hyperParam),
  utilityFunction: z.union([utilityFunction, placeholder]).nullish(),
  seed: z.union([z.int(), placeholder]).nullish(),
  tuner: z.union([tuner, placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const resource = strict({
  name: z.string(),
  type: z.union([z.enum(['int', 'float']), placeholder]).nullish(),
});

export const matrixHyperband = strict({
  kind: z.literal('hyperband'),
  maxIterations: z.union([z.int().min(1), placeholder]),
  eta: z.union([z.union([z.number().min(0), z.string().regex(floatText)]), placeholder]),
  resource: z.union([resource, placeholder]),
  metric: z.union([metric, placeholder]),
  params: z.record(z.string(), hyperParam),
  resume: z.union([bool, placeholder]).nullish(),
  seed: z.union([z.int(), placeholder]).nullish(),
  tuner: z.union([tuner, placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const matrixTpe = strict({
  kind: z.literal('tpe'),
  metric: z.union([metric, placeholder]),
  params: z.record(z.string(), hyperParam),
  numRuns: z.union([z.int().min(1), placeholder]).nullish(),
  maxIterations: z.union([z.int().min(1), placeholder]).nullish(),
  seed: z.union([z.int(), placeholder]).nullish(),
  tuner: z.union([tuner, placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const matrixHyperopt = strict({
  kind: z.literal('hyperopt'),
  algorithm: z.union([z.enum(['tpe', 'rand', 'anneal']), placeholder]).nullish(),
  numRuns: z.union([z.int().min(1), placeholder]).nullish(),
  maxIterations: z.union([z.int().min(1), placeholder]).nullish(),
  metric: z.union([metric, placeholder]).nullish(),
  params: z.record(z.string(), hyperParam),
  seed: z.union([z.int(), placeholder]).nullish(),
  tuner: z.union([tuner, placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const matrixIterative = strict({
  kind: z.literal('iterative'),
  maxIterations: z.union([z.int().min(1), placeholder]),
  params: z.record(z.string(), hyperParam).nullish(),
  seed: z.union([z.int(), placeholder]).nullish(),
  tuner: z.union([tuner, placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const join = strict({
  query: z.string(),
  sort: z.string().nullish(),
  limit: z.union([z.int(), placeholder]).nullish(),
  offset: z.union([z.int(), placeholder]).nullish(),
  ref: z.string().nullish(),
  params: params.nullish(),
});

export const template = strict({
  enabled: z.union([bool, placeholder]).nullish(),
  description: z.string().nullish(),
  fields: z.union([z.array(z.string()), placeholder]).nullish(),
});

export const runJob = strict({
  kind: z.literal('job'),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const runNotifier = strict({
  kind: z.literal('notifier'),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const runCleaner = strict({
  kind: z.literal('cleaner'),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const runTuner = strict({
  kind: z.literal('tuner'),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const runService = strict({
  kind: z.literal('service'),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
  ports: z.union([z.array(z.int()), placeholder]).nullish(),
  rewritePath: z.union([bool, placeholder]).nullish(),
  isExternal: z.union([bool, placeholder]).nullish(),
  replicas: z.union([z.int(), placeholder]).nullish(),
});

export const runDag = strict({
  kind: z.literal('dag'),
  operations: z.array(z.lazy((): z.ZodType<Layer> => layer)).nullish(),
  components: z.array(z.lazy((): z.ZodType<Layer> => layer)).nullish(),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
});

export const schedulingPolicy = strict({
  minAvailable: z.union([z.int(), placeholder]).nullish(),
  queue: z.string().nullish(),
  minResources: z.unknown().optional(),
  priorityClass: z.string().nullish(),
  scheduleTimeoutSeconds: z.union([z.int(), placeholder]).nullish(),
});

export const replica = strict({
  replicas: z.union([z.int(), placeholder]).nullish(),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const runTfjob = strict({
  kind: z.literal('tfjob'),
  cleanPodPolicy: z.union([z.enum(['All', 'Running', 'None']), placeholder]).nullish(),
  schedulingPolicy: z.union([schedulingPolicy, placeholder]).nullish(),
  enableDynamicWorker: bool.nullish(),
  successPolicy: z.string().nullish(),
  chief: z.union([replica, placeholder]).nullish(),
  ps: z.union([replica, placeholder]).nullish(),
  worker: z.union([replica, placeholder]).nullish(),
  evaluator: z.union([replica, placeholder]).nullish(),
});

export const elasticPolicy = strict({
  minReplicas: z.union([z.int(), placeholder]).nullish(),
  maxReplicas: z.union([z.int(), placeholder]).nullish(),
  rdvzBackend: z.string().nullish(),
  rdvzPort: z.union([z.int(), placeholder]).nullish(),
  rdvzHost: z.string().nullish(),
  rdvzId: z.string().nullish(),
  rdvzConf: z.union([z.array(z.unknown()), placeholder]).nullish(),
  standalone: z.union([bool, placeholder]).nullish(),
  nProcPerNode: z.union([z.int(), placeholder]).nullish(),
  maxRestarts: z.union([z.int(), placeholder]).nullish(),
  Metrics: z.union([z.array(z.unknown()), placeholder]).nullish(),
});

export const runPytorchjob = strict({
  kind: z.literal('pytorchjob'),
  cleanPodPolicy: z.union([z.enum(['All', 'Running', 'None']), placeholder]).nullish(),
  schedulingPolicy: z.union([schedulingPolicy, placeholder]).nullish(),
  elasticPolicy: z.union([elasticPolicy, placeholder]).nullish(),
  nProcPerNode: z.union([z.int(), placeholder]).nullish(),
  master: z.union([replica, placeholder]).nullish(),
  worker: z.union([replica, placeholder]).nullish(),
});

export const runMpijob = strict({
  kind: z.literal('mpijob'),
  cleanPodPolicy: z.union([z.enum(['All', 'Running', 'None']), placeholder]).nullish(),
  schedulingPolicy: z.union([schedulingPolicy, placeholder]).nullish(),
  slotsPerWorker: z.union([z.int(), placeholder]).nullish(),
  launcher: z.union([replica, placeholder]).nullish(),
  worker: z.union([replica, placeholder]).nullish(),
});

export const replicaOfRunRaycluster = strict({
  replicas: z.union([z.int(), placeholder]).nullish(),
  minReplicas: z.union([z.int(), placeholder]).nullish(),
  maxReplicas: z.union([z.int(), placeholder]).nullish(),
  rayStartParams: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
});

export const autoscalerOptions = strict({
  upscalingMode: z.string().nullish(),
  imagePullPolicy: z.string().nullish(),
  resources: z.unknown().optional(),
});

export const runRaycluster = strict({
  kind: z.literal('raycluster'),
  entrypoint: z.string().nullish(),
  runtimeEnv: z.unknown().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  rayVersion: z.string().nullish(),
  head: z.union([replicaOfRunRaycluster, placeholder]).nullish(),
  workers: z.record(z.string(), z.union([replicaOfRunRaycluster, placeholder])).nullish(),
  enableInTreeAutoscaling: z.union([bool, placeholder]).nullish(),
  autoscalerOptions: z.union([autoscalerOptions, placeholder]).nullish(),
});

export const runDaskcluster = strict({
  kind: z.literal('daskcluster'),
  worker: z.union([replica, placeholder]).nullish(),
  scheduler: z.union([replica, placeholder]).nullish(),
  minReplicas: z.union([z.int(), placeholder]).nullish(),
  maxReplicas: z.union([z.int(), placeholder]).nullish(),
});

const runFields = {
  environment: z.union([environment, placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  container: container.nullish(),
  ports: z.union([z.array(z.int()), placeholder]).nullish(),
  rewritePath: z.union([bool, placeholder]).nullish(),
  isExternal: z.union([bool, placeholder]).nullish(),
  replicas: z.union([z.int(), placeholder]).nullish(),
  operations: z.array(z.lazy((): z.ZodType<Layer> => layer)).nullish(),
  components: z.array(z.lazy((): z.ZodType<Layer> => layer)).nullish(),
  concurrency: z.union([z.int().min(1), placeholder]).nullish(),
  earlyStopping: z.union([z.array(earlyStopping), placeholder]).nullish(),
  cleanPodPolicy: z.union([z.enum(['All', 'Running', 'None']), placeholder]).nullish(),
  schedulingPolicy: z.union([schedulingPolicy, placeholder]).nullish(),
  enableDynamicWorker: bool.nullish(),
  successPolicy: z.string().nullish(),
  chief: z.union([replica, placeholder]).nullish(),
  ps: z.union([replica, placeholder]).nullish(),
  worker: z.union([replica, placeholder]).nullish(),
  evaluator: z.union([replica, placeholder]).nullish(),
  elasticPolicy: z.union([elasticPolicy, placeholder]).nullish(),
  nProcPerNode: z.union([z.int(), placeholder]).nullish(),
  master: z.union([replica, placeholder]).nullish(),
  slotsPerWorker: z.union([z.int(), placeholder]).nullish(),
  launcher: z.union([replica, placeholder]).nullish(),
  entrypoint: z.string().nullish(),
  runtimeEnv: z.unknown().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  rayVersion: z.string().nullish(),
  head: z.union([replicaOfRunRaycluster, placeholder]).nullish(),
  workers: z.record(z.string(), z.union([replicaOfRunRaycluster, placeholder])).nullish(),
  enableInTreeAutoscaling: z.union([bool, placeholder]).nullish(),
  autoscalerOptions: z.union([autoscalerOptions, placeholder]).nullish(),
  scheduler: z.union([replica, placeholder]).nullish(),
  minReplicas: z.union([z.int(), placeholder]).nullish(),
  maxReplicas: z.union([z.int(), placeholder]).nullish(),
  rayStartParams: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
};

export const runPart = strict({ kind: z.enum(['job', 'notifier', 'cleaner', 'tuner', 'service', 'dag', 'tfjob', 'pytorchjob', 'mpijob', 'raycluster', 'daskcluster']).nullish(), ...runFields });

export const runRest = strict({ kind: z.null().optional(), ...runFields });

export const run = z.union([runJob, runNotifier, runCleaner, runTuner, runService, runDag, runTfjob, runPytorchjob, runMpijob, runRaycluster, runDaskcluster, runRest]);

export const mountEntry = z.union([z.string().regex(/^[^:]+(?::[^:]+)?$|\{\{/), z.strictObject({ from: z.string().optional(), to: z.string().optional() })]);

export const schedule = z.union([scheduleCron, scheduleInterval, scheduleDatetime]);

export const matrix = z.union([matrixGrid, matrixRandom, matrixMapping, matrixBayes, matrixHyperband, matrixTpe, matrixHyperopt, matrixIterative]);

export const layer = strict({
  version: float.nullish(),
  kind: z.union([z.enum(['component', 'operation']), placeholder]).nullish(),
  name: z.union([z.string().regex(/^[-a-zA-Z0-9_]+$/), placeholder]).nullish(),
  description: z.string().nullish(),
  tags: z.union([z.string(), z.array(z.string())]).nullish(),
  presets: z.union([z.string(), z.array(z.string())]).nullish(),
  strictParams: bool.nullish(),
  isPreset: bool.nullish(),
  patchStrategy: z.union([z.enum(['replace', 'isnull', 'post_merge', 'pre_merge']), placeholder]).nullish(),
  isApproved: z.union([bool, placeholder]).nullish(),
  queue: z.union([z.string().regex(/^[^/\s]+(?:\/[^/\s]+)?$/), placeholder]).nullish(),
  namespace: z.string().nullish(),
  cost: z.union([float, placeholder]).nullish(),
  cache: z.union([cache, placeholder]).nullish(),
  termination: z.union([termination, placeholder]).nullish(),
  plugins: z.union([plugins, placeholder]).nullish(),
  mount: z.union([z.array(mountEntry), placeholder]).nullish(),
  conditions: z.string().nullish(),
  params: params.nullish(),
  inputs: z.array(io).nullish(),
  outputs: z.array(io).nullish(),
  run: run.nullish(),
  runPatch: runPart.nullish(),
  component: z.lazy((): z.ZodType<Layer> => layer).nullish(),
  ports: z.union([z.array(z.int()), placeholder]).nullish(),
  container: container.nullish(),
  cmd: z.unknown().optional(),
  env: z.record(z.string(), z.string()).nullish(),
  resources: z.record(z.string(), z.unknown()).nullish(),
  environment: z.union([environment, placeholder]).nullish(),
  init: z.union([z.array(z.union([init, placeholder])), placeholder]).nullish(),
  connections: z.union([z.array(z.string()), placeholder]).nullish(),
  sidecars: z.union([z.array(container), placeholder]).nullish(),
  volumes: z.union([z.array(volume), placeholder]).nullish(),
  build: build.nullish(),
  hooks: z.array(hook).nullish(),
  events: z.array(event).nullish(),
  schedule: schedule.nullish(),
  matrix: matrix.nullish(),
  joins: z.array(join).nullish(),
  dependencies: z.union([z.array(z.string()), placeholder]).nullish(),
  trigger: z.union([z.enum(['all_succeeded', 'all_failed', 'all_done', 'one_succeeded', 'one_failed', 'one_done']), placeholder]).nullish(),
  skipOnUpstreamSkip: z.union([bool, placeholder]).nullish(),
  template: template.nullish(),
  hubRef: z.string().nullish(),
  pathRef: z.string().nullish(),
  urlRef: z.string().nullish(),
  dagRef: z.string().nullish(),
}, ['hubRef', 'pathRef', 'urlRef', 'dagRef']);

/** A file, or the component or operation inside of one, as it is parsed: unset fields left out, names in camelCase. */
export interface Layer extends z.output<typeof layer> {}

export type Cache = z.output<typeof cache>;
export type Culling = z.output<typeof culling>;
export type Exec = z.output<typeof exec>;
export type Http = z.output<typeof http>;
export type Probe = z.output<typeof probe>;
export type Termination = z.output<typeof termination>;
export type Sidecar = z.output<typeof sidecar>;
export type Notification = z.output<typeof notification>;
export type Plugins = z.output<typeof plugins>;
export type Validation = z.output<typeof validation>;
export type Io = z.output<typeof io>;
export type ContainerVariables = z.output<typeof containerVariables>;
export type Resources = z.output<typeof resources>;
export type Container = z.output<typeof container>;
export type Affinity = z.output<typeof affinity>;
export type Toleration = z.output<typeof toleration>;
export type HostAlias = z.output<typeof hostAlias>;
export type SecurityContext = z.output<typeof securityContext>;
export type DnsConfig = z.output<typeof dnsConfig>;
export type Environment = z.output<typeof environment>;
export type Artifacts = z.output<typeof artifacts>;
export type Paths = z.output<typeof paths>;
export type Git = z.output<typeof git>;
export type DockerfileVariables = z.output<typeof dockerfileVariables>;
export type Dockerfile = z.output<typeof dockerfile>;
export type InitFile = z.output<typeof initFile>;
export type Tensorboard = z.output<typeof tensorboard>;
export type Init = z.output<typeof init>;
export type Volume = z.output<typeof volume>;
export type Param = z.output<typeof param>;
export type Params = z.output<typeof params>;
export type Build = z.output<typeof build>;
export type Hook = z.output<typeof hook>;
export type EventKind = z.output<typeof eventKind>;
export type Event = z.output<typeof event>;
export type CronExpression = z.output<typeof cronExpression>;
export type Time = z.output<typeof time>;
export type ScheduleCron = z.output<typeof scheduleCron>;
export type Frequency = z.output<typeof frequency>;
export type ScheduleInterval = z.output<typeof scheduleInterval>;
export type ScheduleDatetime = z.output<typeof scheduleDatetime>;
export type HyperParam = z.output<typeof hyperParam>;
export type PolicyMedian = z.output<typeof policyMedian>;
export type PolicyTruncation = z.output<typeof policyTruncation>;
export type PolicyDiff = z.output<typeof policyDiff>;
export type Policy = z.output<typeof policy>;
export type EarlyStoppingMetric = z.output<typeof earlyStoppingMetric>;
export type EarlyStoppingFailure = z.output<typeof earlyStoppingFailure>;
export type EarlyStopping = z.output<typeof earlyStopping>;
export type MatrixGrid = z.output<typeof matrixGrid>;
export type MatrixRandom = z.output<typeof matrixRandom>;
export type MatrixMapping = z.output<typeof matrixMapping>;
export type Metric = z.output<typeof metric>;
export type GaussianProcess = z.output<typeof gaussianProcess>;
export type UtilityFunction = z.output<typeof utilityFunction>;
export type Tuner = z.output<typeof tuner>;
export type MatrixBayes = z.output<typeof matrixBayes>;
export type Resource = z.output<typeof resource>;
export type MatrixHyperband = z.output<typeof matrixHyperband>;
export type MatrixTpe = z.output<typeof matrixTpe>;
export type MatrixHyperopt = z.output<typeof matrixHyperopt>;
export type MatrixIterative = z.output<typeof matrixIterative>;
export type Join = z.output<typeof join>;
export type Template = z.output<typeof template>;
export type RunJob = z.output<typeof runJob>;
export type RunNotifier = z.output<typeof runNotifier>;
export type RunCleaner = z.output<typeof runCleaner>;
export type RunTuner = z.output<typeof runTuner>;
export type RunService = z.output<typeof runService>;
export type RunDag = z.output<typeof runDag>;
export type SchedulingPolicy = z.output<typeof schedulingPolicy>;
export type Replica = z.output<typeof replica>;
export type RunTfjob = z.output<typeof runTfjob>;
export type ElasticPolicy = z.output<typeof elasticPolicy>;
export type RunPytorchjob = z.output<typeof runPytorchjob>;
export type RunMpijob = z.output<typeof runMpijob>;
export type ReplicaOfRunRaycluster = z.output<typeof replicaOfRunRaycluster>;
export type AutoscalerOptions = z.output<typeof autoscalerOptions>;
export type RunRaycluster = z.output<typeof runRaycluster>;
export type RunDaskcluster = z.output<typeof runDaskcluster>;
export type RunPart = z.output<typeof runPart>;
export type RunRest = z.output<typeof runRest>;
export type Run = z.output<typeof run>;
export type MountEntry = z.output<typeof mountEntry>;
export type Schedule = z.output<typeof schedule>;
export type Matrix = z.output<typeof matrix>;
