/** A container of our pods as the README of the cases describes it: without product names and names of volumes. */
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { type JsonObject, listAt, objectAt, parsed, saying, textAt, without } from './json.ts';
import { taskView } from './task-view.ts';
import { helperImages } from './world.ts';

/** The parts of a pod that its containers refer to. */
export interface PodParts {
  readonly mainName: string;
  /** Sources by the name of their volume. */
  readonly volumes: ReadonlyMap<string, JsonObject>;
}

/** Variables that our product passes its own facts in. Others with the peer's prefix are keys of secrets. */
const injectedNames: ReadonlySet<string> = new Set(
  [
    'K8S_NODE_NAME',
    'K8S_NAMESPACE',
    'K8S_POD_ID',
    'HOST',
    'IS_MANAGED',
    'API_VERSION',
    'RUN_INSTANCE',
    'HEADER',
    'HEADER_SERVICE',
    'CONTEXT_ROOT',
    'LOG_LEVEL',
    'COLLECT_ARTIFACTS',
    'COLLECT_RESOURCES',
    'ARTIFACTS_STORE_NAME',
    'CONNECTIONS_CATALOG',
  ].map((name) => `POLYAXON_${name}`),
);

const ownFields = ['name', 'image', 'env', 'envFrom', 'volumeMounts'];
/** Of helpers, what our product adds to them, which the cases do not compare. */
const helperFields = [
  'command',
  'args',
  'securityContext',
  'terminationMessagePolicy',
  'restartPolicy',
  'imagePullPolicy',
];

/** The main container. */
export function mainView(container: JsonObject, pod: PodParts): JsonObject {
  return { ...common(container, pod), role: 'main', injected: mainInjected(container) };
}

/** A sidecar that the user wrote. */
export function sidecarView(container: JsonObject, pod: PodParts): JsonObject {
  const injected = mainInjected(container);
  return saying({ ...common(container, pod), role: 'user', name: shownName(container), injected });
}

/** An init container, the collector among them. */
export function initView(container: JsonObject, pod: PodParts): JsonObject {
  const task = variable(container, 'TANDEM_TASK');
  if (task === null) return userInitView(container, pod);
  const told = parsed(unescaped(task));
  const { role, of, view, injected } = taskView(told, pod);
  return saying({
    ...without(common(container, pod), ...helperFields),
    role,
    of,
    task: view,
    injected: saying({ ...helperInjected(container), ...injected }),
  });
}

function userInitView(container: JsonObject, pod: PodParts): JsonObject {
  const catalog = catalogOf(container);
  const isOurs = textAt(container, 'name')?.startsWith('tandem-') === true;
  const [first] = catalog;
  return saying({
    ...common(container, pod),
    role: first !== undefined && !isOurs ? 'connection' : 'user',
    of: first !== undefined && !isOurs ? textAt(first, 'name') : null,
    name: isOurs ? '@generated-init' : shownName(container),
    injected: helperInjected(container),
  });
}

function common(container: JsonObject, pod: PodParts): JsonObject {
  const image = textAt(container, 'image');
  return saying({
    ...without(container, ...ownFields),
    image: image === helperImages.init ? '@init-image' : image === helperImages.collector ? '@sidecar-image' : image,
    env: listAt(container, 'env').filter((entry) => !isInjected(textAt(entry, 'name') ?? '')),
    envFrom: listAt(container, 'envFrom'),
    mounts: mountsView(container, pod),
  });
}

function mountsView(container: JsonObject, pod: PodParts): readonly Json[] {
  return listAt(container, 'volumeMounts')
    .map((mount) => {
      const { name, ...fields } = objectAt({ mount }, 'mount');
      return { ...fields, source: pod.volumes.get(String(name)) ?? null };
    })
    .sort((left, right) => (String(textAt(left, 'mountPath')) < String(textAt(right, 'mountPath')) ? -1 : 1));
}

const isInjected = (name: string): boolean => name.startsWith('TANDEM_') || injectedNames.has(name);

function mainInjected(container: JsonObject): JsonObject {
  return saying({
    artifactsStoreName: variable(container, 'POLYAXON_ARTIFACTS_STORE_NAME'),
    catalog: catalogOf(container),
    collectArtifacts: variable(container, 'POLYAXON_COLLECT_ARTIFACTS') === 'true' ? true : null,
    collectResources: variable(container, 'POLYAXON_COLLECT_RESOURCES') === 'true' ? true : null,
    logLevel: variable(container, 'POLYAXON_LOG_LEVEL'),
    runInstance: variable(container, 'POLYAXON_RUN_INSTANCE'),
  });
}

function helperInjected(container: JsonObject): JsonObject {
  return saying({
    catalog: catalogOf(container),
    logLevel: variable(container, 'TANDEM_LOG_LEVEL'),
    runInstance: variable(container, 'TANDEM_RUN_INSTANCE'),
  });
}

function catalogOf(container: JsonObject): readonly Json[] {
  const text = variable(container, 'TANDEM_CONNECTIONS');
  return text === null ? [] : listAt(parsed(unescaped(text)), 'connections');
}

function variable(container: JsonObject, name: string): string | null {
  const found = listAt(container, 'env').find((entry) => textAt(entry, 'name') === name);
  return found === undefined ? null : textAt(found, 'value');
}

/** As Kubernetes gives it to the container. */
const unescaped = (text: string): string => text.replaceAll('$$', () => '$');

function shownName(container: JsonObject): string {
  const name = textAt(container, 'name') ?? '';
  if (/^init-\d+$/.test(name)) return '@generated-init';
  return /^sidecar-\d+$/.test(name) ? '@generated-sidecar' : name;
}
