import type { Json } from '../compile/kubernetes/manifest.ts';
import { type Check, deny } from './check.ts';
import { readImage } from './image.ts';
import { lifecycle, probe } from './probes.ts';
import { holdToCeiling, resources } from './resources.ts';
import { containerSecurity, effective } from './security-context.ts';
import {
  flag,
  integer,
  isMap,
  type JsonMap,
  listOf,
  mapAt,
  object,
  oneOf,
  quantity,
  type Shape,
  text,
  textAt,
  textThat,
} from './shape.ts';
import { mayConfigMap, maySecret } from './volume-source.ts';
import { volumeMounts } from './volumes.ts';

/** The image of a container, or of one that an operator adds. The images of our helper are the admin's own choice. */
export const image: Shape = textThat((given, check) => {
  if (check.facts.helperImages.has(given)) return;
  const read = readImage(given);
  if (read === null) return deny(check, 'registries', `"${given}" is no reference to an image.`);
  if (!check.rules.allowsRegistry(`${read.host}/${read.path}`))
    deny(check, 'registries', `Images of "${read.host}/${read.path}" may not be used.`);
  if (read.digest === null && check.rules.demands('requireDigest'))
    deny(check, 'requireDigest', `The image "${given}" must be named by its digest.`);
});

const secretName: Shape = textThat((name, check) => {
  if (!maySecret(name, check, check))
    deny(check, 'secrets', `The secret "${name}" is not of a connection that this container has.`);
});
const configMapName: Shape = textThat((name, check) => {
  if (!mayConfigMap(name, check, check))
    deny(check, 'configMaps', `The config map "${name}" is not of a connection that this container has.`);
});

const env: Shape = listOf(
  object({
    name: text,
    value: text,
    valueFrom: object({
      fieldRef: object({ apiVersion: text, fieldPath: text }),
      resourceFieldRef: object({ containerName: text, resource: text, divisor: quantity }),
      secretKeyRef: object({ name: secretName, key: text, optional: flag }),
      configMapKeyRef: object({ name: configMapName, key: text, optional: flag }),
    }),
  }),
);

const envFrom: Shape = listOf(
  object({
    prefix: text,
    secretRef: object({ name: secretName, optional: flag }),
    configMapRef: object({ name: configMapName, optional: flag }),
  }),
);

const hostPort: Shape = (value, check) => {
  if (value !== 0 && !check.rules.allows('hostPorts')) deny(check, 'hostPorts', 'Pods may not take ports of the node.');
};

const ports: Shape = listOf(
  object({
    name: text,
    containerPort: integer,
    protocol: oneOf('TCP', 'UDP', 'SCTP'),
    hostPort,
    hostIP: hostPort,
  }),
);

const fields = object({
  name: text,
  image,
  imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  command: listOf(text),
  args: listOf(text),
  workingDir: text,
  env,
  envFrom,
  ports,
  resources,
  volumeMounts,
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle,
  restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
  securityContext: containerSecurity,
  stdin: flag,
  stdinOnce: flag,
  tty: flag,
  terminationMessagePath: text,
  terminationMessagePolicy: oneOf('File', 'FallbackToLogsOnError'),
});

/** One container of a pod, and what its settings mean together with the pod's. */
export function containerOf(podContext: JsonMap): Shape {
  return (value: Json, check: Check) => {
    check.container = textAt(value, 'name') ?? '';
    fields(value, check);
    if (!isMap(value)) return;
    holdToCeiling(value, check);
    holdToUser(mapAt(value, 'securityContext'), podContext, check);
  };
}

/** What the policy demands of every container: it must be said, since the defaults of Kubernetes are the other way. */
function holdToUser(own: JsonMap, ofPod: JsonMap, check: Check): void {
  const { rules } = check;
  const at = 'securityContext';
  if (!rules.allows('allowPrivilegeEscalation') && own['allowPrivilegeEscalation'] == null)
    deny(check, 'allowPrivilegeEscalation', 'A container must say "allowPrivilegeEscalation: false" here.', at);
  const user = effective(own, ofPod, 'runAsUser');
  const isOther =
    (typeof user === 'number' && user > 0) || (user === null && effective(own, ofPod, 'runAsNonRoot') === true);
  if (!rules.allows('runAsRoot') && !isOther)
    deny(check, 'runAsRoot', 'A container must run as another user than root here.', at);
  if (rules.demands('requireSeccomp') && effective(own, ofPod, 'seccompProfile') === null)
    deny(check, 'requireSeccomp', 'A container or its pod must say the seccomp profile RuntimeDefault here.', at);
}
