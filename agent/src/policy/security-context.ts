import { deny } from './check.ts';
import {
  flag,
  flagThat,
  integer,
  type JsonMap,
  listOf,
  never,
  object,
  oneOf,
  type Shape,
  text,
  textThat,
} from './shape.ts';

const seccompProfile: Shape = object({
  type: textThat((type, check) => {
    if (type !== 'RuntimeDefault') deny(check, 'requireSeccomp', `The seccomp profile "${type}" is not allowed.`);
  }),
});

const appArmorProfile: Shape = object({
  type: textThat((type, check) => {
    if (type !== 'RuntimeDefault') deny(check, 'fields', `The AppArmor profile "${type}" is not allowed.`);
  }),
});

const selinux = never('fields', 'Labels of SELinux may not be set.');
const windows = never('fields', 'Options of Windows may not be set.');

const capability: Shape = textThat((name, check) => {
  // Runtimes take any letter case and the prefix of the kernel's own names.
  const plain = name.toUpperCase().replace(/^CAP_/, '');
  if (!check.rules.lists('capabilities', plain))
    deny(check, 'capabilities', `The capability "${name}" may not be added.`);
});

export const containerSecurity: Shape = object({
  privileged: flagThat((isOn, check) => {
    if (isOn && !check.rules.allows('privileged')) deny(check, 'privileged', 'Containers may not be privileged.');
  }),
  allowPrivilegeEscalation: flagThat((isOn, check) => {
    if (isOn && !check.rules.allows('allowPrivilegeEscalation'))
      deny(check, 'allowPrivilegeEscalation', 'Processes may not gain more privileges than their parent.');
  }),
  capabilities: object({ add: listOf(capability), drop: listOf(text) }),
  procMount: oneOf('Default'),
  readOnlyRootFilesystem: flag,
  runAsGroup: integer,
  runAsNonRoot: flag,
  runAsUser: integer,
  seccompProfile,
  appArmorProfile,
  seLinuxOptions: selinux,
  windowsOptions: windows,
});

export const podSecurity: Shape = object({
  fsGroup: integer,
  fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always'),
  runAsGroup: integer,
  runAsNonRoot: flag,
  runAsUser: integer,
  supplementalGroups: listOf(integer),
  supplementalGroupsPolicy: oneOf('Merge', 'Strict'),
  seccompProfile,
  appArmorProfile,
  seLinuxOptions: selinux,
  windowsOptions: windows,
  sysctls: listOf(
    object({
      name: textThat((name, check) => {
        if (!check.rules.lists('sysctls', name))
          deny(check, 'sysctls', `The kernel setting "${name}" may not be changed.`);
      }),
      value: text,
    }),
  ),
});

/** Settings of a container that count: its own, else the pod's. */
export function effective(own: JsonMap, ofPod: JsonMap, field: string): unknown {
  return own[field] ?? ofPod[field] ?? null;
}
