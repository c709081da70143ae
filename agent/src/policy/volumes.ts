import type { Json } from '../compile/kubernetes/manifest.ts';
import { type Check, deny } from './check.ts';
import { flag, integer, isMap, listOf, object, oneOf, quantity, type Shape, text, textAt, textThat } from './shape.ts';
import {
  isRuntimeSocket,
  mayClaim,
  mayConfigMap,
  mayHostPath,
  maySecret,
  readVolume,
  type Volume,
} from './volume-source.ts';

const any = 'any container';
const normalPath = /^\/$|^(\/(?!\.{1,2}(\/|$))[^/]+)+$/;

const secretName: Shape = textThat((name, check) => {
  if (!maySecret(name, any, check)) deny(check, 'secrets', `The secret "${name}" is not of a connection of this run.`);
});
const configMapName: Shape = textThat((name, check) => {
  if (!mayConfigMap(name, any, check))
    deny(check, 'configMaps', `The config map "${name}" is not of a connection of this run.`);
});
const items: Shape = listOf(object({ key: text, path: text, mode: integer }));

const downwardItems: Shape = listOf(
  object({
    path: text,
    mode: integer,
    fieldRef: object({ apiVersion: text, fieldPath: text }),
    resourceFieldRef: object({ containerName: text, resource: text, divisor: quantity }),
  }),
);

const tokenOfAccount: Shape = (_, check) => {
  if (!check.rules.allows('automountServiceAccountToken'))
    deny(check, 'automountServiceAccountToken', 'Pods may not have a token of their service account.');
};

/** Kinds of volumes; every other kind is on no list: network file systems, inline drivers, claims that a pod makes, images. */
export const volumes: Shape = listOf(
  object({
    name: text,
    emptyDir: object({ medium: oneOf('', 'Memory'), sizeLimit: quantity }),
    secret: object({ secretName, items, defaultMode: integer, optional: flag }),
    configMap: object({ name: configMapName, items, defaultMode: integer, optional: flag }),
    downwardAPI: object({ items: downwardItems, defaultMode: integer }),
    projected: object({
      defaultMode: integer,
      sources: listOf(
        object({
          secret: object({ name: secretName, items, optional: flag }),
          configMap: object({ name: configMapName, items, optional: flag }),
          downwardAPI: object({ items: downwardItems }),
          serviceAccountToken: (value, check) => {
            tokenOfAccount(value, check);
            projectedToken(value, check);
          },
        }),
      ),
    }),
    persistentVolumeClaim: object({
      claimName: textThat((name, check) => {
        if (mayClaim(name, any, check) === 'no')
          deny(check, 'claims', `The claim "${name}" is not of a connection of this run.`);
      }),
      readOnly: flag,
    }),
    hostPath: object({
      path: textThat((path, check) => {
        if (!normalPath.test(path)) deny(check, 'hostPath', `"${path}" is not a plain path from the root of the node.`);
        else if (mayHostPath(path, any, check) === 'no')
          deny(check, isRuntimeSocket(path) ? 'dockerSocket' : 'hostPath', `Pods may not use "${path}" of the node.`);
      }),
      type: oneOf('', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket'),
    }),
  }),
);

const projectedToken = object({ audience: text, expirationSeconds: integer, path: text });

/** Mounts of one container: it must be one that may have what the volume shows. */
export const volumeMounts: Shape = listOf(
  object(
    {
      name: text,
      mountPath: text,
      subPath: text,
      subPathExpr: text,
      readOnly: flag,
      recursiveReadOnly: oneOf('Disabled', 'IfPossible', 'Enabled'),
      mountPropagation: oneOf('None'),
    },
    (mount, check) => {
      const volume = check.volumes.get(textAt(mount, 'name') ?? '');
      if (volume !== undefined) mayMount(volume, mount['readOnly'] === true, check);
    },
  ),
);

/** The volumes of a pod by name, for the rules of its mounts. */
export function volumesByName(list: readonly Json[]): ReadonlyMap<string, Volume> {
  return new Map(list.filter(isMap).map((volume) => [textAt(volume, 'name') ?? '', readVolume(volume)]));
}

/** Looks only at what the pod as a whole may have, so that nothing is reported twice. */
function mayMount(volume: Volume, isReadOnly: boolean, check: Check): void {
  const asker = { container: check.container };
  const notYours = (what: string, name: string): string =>
    `The ${what} "${name}" is there for a helper of the pod, not for the container "${check.container}".`;
  const mustRead = (what: string, name: string): string =>
    `The connection gives the ${what} "${name}" for reading only.`;
  for (const name of volume.secrets)
    if (maySecret(name, any, check) && !maySecret(name, asker, check))
      deny(check, 'secrets', notYours('secret', name), 'name');
  for (const name of volume.configMaps)
    if (mayConfigMap(name, any, check) && !mayConfigMap(name, asker, check))
      deny(check, 'configMaps', notYours('config map', name), 'name');
  if (volume.claim !== null && mayClaim(volume.claim.name, any, check) !== 'no') {
    const reach = mayClaim(volume.claim.name, asker, check);
    if (reach === 'no') deny(check, 'claims', notYours('claim', volume.claim.name), 'name');
    else if (reach === 'read' && !isReadOnly && !volume.claim.isReadOnly)
      deny(check, 'claims', mustRead('claim', volume.claim.name), 'readOnly');
  }
  if (volume.hostPath !== null && mayHostPath(volume.hostPath, any, check) !== 'no') {
    const reach = mayHostPath(volume.hostPath, asker, check);
    if (reach === 'no') deny(check, 'hostPath', notYours('path', volume.hostPath), 'name');
    else if (reach === 'read' && !isReadOnly) deny(check, 'hostPath', mustRead('path', volume.hostPath), 'readOnly');
  }
}
