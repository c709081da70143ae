/**
 * Both sides of a comparison in one form: what the README of the cases says is not compared is taken out, and what means the
 * same to Kubernetes is written the same.
 */
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { isObject, type JsonObject, listAt, objectAt, saying, textAt, without } from './json.ts';

/** Resources that the reference gives to its helpers when nobody says any. */
const referenceResources = '{"limits":{"cpu":"1","memory":"500Mi"},"requests":{"cpu":"0.1","memory":"60Mi"}}';

const ourFailurePolicy =
  '{"rules":[{"action":"Ignore","onPodConditions":[{"status":"True","type":"DisruptionTarget"}]}]}';

const defaultRestart: Readonly<Record<string, string>> = { job: 'Never', service: 'Always' };

/** An essence in its canonical form. */
export function canonical(essence: Json): Json {
  if (!isObject(essence)) return essence;
  const kind = textAt(essence, 'kind') ?? '';
  const replicas = objectAt(essence, 'replicas');
  const { podFailurePolicy, ...termination } = objectAt(essence, 'termination');
  const isOurs = sorted(podFailurePolicy ?? null) === ourFailurePolicy;
  return saying({
    ...essence,
    replicas: Object.fromEntries(
      Object.entries(replicas).map(([role, replica]): [string, Json] => [role, replicaForm(replica, kind)]),
    ),
    spec: specForm(objectAt(essence, 'spec')),
    termination: saying({ ...termination, podFailurePolicy: isOurs ? null : podFailurePolicy }),
  });
}

/** One pod template. Volumes that nobody mounts are allowed, not required; so are restart policies that are the default. */
function replicaForm(replica: Json, kind: string): JsonObject {
  const given = isObject(replica) ? replica : {};
  const pod = objectAt(given, 'pod');
  const policy = textAt(given, 'restartPolicy') ?? defaultRestart[kind] ?? null;
  const helpers = listAt(given, 'init').filter((each) => textAt(each, 'role') !== 'auth');
  return saying({
    ...counted(without(given, 'unmountedVolumes')),
    pod: textAt(pod, 'restartPolicy') === policy ? without(pod, 'restartPolicy') : pod,
    main: containerForm(objectAt(given, 'main')),
    init: helpers.filter(isObject).map(containerForm),
    sidecars: listAt(given, 'sidecars').filter(isObject).map(containerForm),
  });
}

/** What Kubernetes and the operators assume where nothing was said: one replica, none as the least, `false` for switches. */
function counted(given: JsonObject): JsonObject {
  const isAssumed = ([key, value]: readonly [string, Json]): boolean =>
    (key === 'replicas' && value === 1) || (key === 'minReplicas' && value === 0) || value === false;
  return Object.fromEntries(Object.entries(given).filter((entry) => !isAssumed(entry)));
}

/** The metrics of an elastic policy are spelled as the operator has them. */
function specForm(spec: JsonObject): JsonObject {
  const { Metrics: metrics, ...elastic } = objectAt(spec, 'elasticPolicy');
  return saying({ ...counted(spec), elasticPolicy: counted(saying({ metrics, ...elastic })) });
}

function containerForm(container: JsonObject): JsonObject {
  const role = textAt(container, 'role');
  const isHelper = role !== 'main' && role !== 'user' && role !== 'connection' && 'task' in container;
  const hasReferenceResources = sorted(container['resources'] ?? null) === referenceResources;
  return saying({
    ...without(
      container,
      ...(isHelper ? ['imagePullPolicy'] : []),
      ...(isHelper && hasReferenceResources ? ['resources'] : []),
    ),
    ...nameless(container, isHelper),
    // Ours makes a failed container say why.
    terminationMessagePolicy:
      container['terminationMessagePolicy'] === 'FallbackToLogsOnError' ? null : container['terminationMessagePolicy'],
    env: listAt(container, 'env').map(variableForm),
    injected: injectedForm(objectAt(container, 'injected'), isHelper),
    mounts: listAt(container, 'mounts').filter(isObject).map(mountForm),
    task: taskForm(objectAt(container, 'task')),
  });
}

/**
 * "A helper that the user gave a command is not a helper any more": what it was called before is no part of what it is, nor
 * is the name of a container that prepares a connection.
 */
function nameless(container: JsonObject, isHelper: boolean): Readonly<Record<string, Json>> {
  const role = textAt(container, 'role');
  if (isHelper || role === 'main') return {};
  if (role === 'user' && !textAt(container, 'name')?.startsWith('@generated')) return {};
  return { role: 'user', of: null, name: null };
}

/** Helpers must be given at least their connections; whether they have a credential, their mounts say. */
function injectedForm(injected: JsonObject, isHelper: boolean): JsonObject {
  const catalog = listAt(injected, 'catalog').filter(isObject).map(connectionForm);
  return saying({
    ...without(injected, 'authTokenFrom'),
    catalog: isHelper ? catalog.flatMap((each) => textAt(each, 'name') ?? []) : catalog,
  });
}

/** Modes of files are numbers here and octal text there. */
function connectionForm(connection: JsonObject): JsonObject {
  return saying({
    ...connection,
    secret: modeForm(objectAt(connection, 'secret')),
    configMap: modeForm(objectAt(connection, 'configMap')),
  });
}

function modeForm(resource: JsonObject): JsonObject {
  const mode = resource['defaultMode'];
  return typeof mode === 'string' ? { ...resource, defaultMode: Number.parseInt(mode, 8) } : resource;
}

/** A variable without a value is an empty one. */
function variableForm(variable: Json): Json {
  return isObject(variable) && variable['value'] === '' ? without(variable, 'value') : variable;
}

/** Only whether the credential is there counts, not how; and the size of shared memory is ours to choose. */
function mountForm(mount: JsonObject): JsonObject {
  const path = textAt(mount, 'mountPath');
  if (path === '/plx-context/.configs') return { ...mount, source: '@credential' };
  const source = objectAt(mount, 'source');
  if (path === '/dev/shm' && 'emptyDir' in source)
    return { ...mount, source: { emptyDir: without(objectAt(source, 'emptyDir'), 'sizeLimit') } };
  return { ...mount, source: readOnlyForm(source) };
}

function readOnlyForm(source: JsonObject): JsonObject {
  const claim = objectAt(source, 'persistentVolumeClaim');
  return claim['readOnly'] === false ? { persistentVolumeClaim: without(claim, 'readOnly') } : source;
}

/** A place is the same with a slash behind it. */
function taskForm(task: JsonObject): JsonObject {
  const cut = (value: Json | undefined): Json =>
    typeof value === 'string' && value.length > 1 ? value.replace(/\/+$/, '') : (value ?? null);
  const copies = listAt(task, 'copies')
    .filter(isObject)
    .map((copy) => saying({ ...copy, from: cut(copy['from']), to: cut(copy['to']) }));
  const places = Object.keys(task)
    .filter((key) => ['repoPath', 'filepath', 'destination', 'contextFrom', 'contextTo'].includes(key))
    .map((key): [string, Json] => [key, cut(task[key])]);
  return saying({
    ...task,
    ...Object.fromEntries(places),
    copies,
    ensureDirs: listAt(task, 'ensureDirs').map(cut),
  });
}

/** JSON with sorted keys, for looking up whole values. */
function sorted(json: Json): string {
  return JSON.stringify(json, (_key, value: Json) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
}
