/**
 * Deliberate differences that hold in every case: what the specification demands of ours where the reference does something
 * else. Which of them apply and why stands in `test/conformance-k8s/divergences.json`; each changes the expectation to what
 * is demanded, as far as the expectation alone says what that is.
 */
import { dockerfileText } from '../../agent/src/compile/dockerfile.ts';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { toValueMap } from './as-value.ts';
import { isObject, type JsonObject, listAt, objectAt, saying, textAt, without } from './json.ts';

/** Changes an expected container; ours at its place may say what it was changed to. */
type Rule = (container: JsonObject, ours: JsonObject) => JsonObject;

const devices = 'NVIDIA_VISIBLE_DEVICES';
const artifacts = { mountPath: '/plx-context/artifacts', source: { emptyDir: {} } };

const rules: Readonly<Record<string, Rule>> = {
  'bucket-slash': (container) =>
    withCatalog(container, (connection) => {
      const schema = objectAt(connection, 'schema');
      const bucket = textAt(schema, 'bucket');
      return bucket === null ? connection : { ...connection, schema: { ...schema, bucket: bucket.replace(/\/$/, '') } };
    }),

  'collector-has-no-api': (container) =>
    container['role'] === 'collector'
      ? { ...container, task: without(objectAt(container, 'task'), 'monitorLogs', 'monitorSpec') }
      : container,

  'config-map-mounted-only': (container) => {
    const mounted = new Set(
      listAt(container, 'mounts').flatMap((mount) => {
        const map = objectAt(objectAt(mount, 'source'), 'configMap');
        return 'items' in map ? (textAt(map, 'name') ?? []) : [];
      }),
    );
    const isMounted = (entry: Json): boolean =>
      mounted.has(textAt(objectAt(objectAt(entry, 'valueFrom'), 'configMapKeyRef'), 'name') ?? '');
    return { ...container, env: listAt(container, 'env').filter((entry) => !isMounted(entry)) };
  },

  'secret-and-config-map': (container) => {
    const role = container['role'];
    const [connection] = listAt(objectAt(container, 'injected'), 'catalog');
    const secret = objectAt(connection, 'secret');
    const isWhole = !('items' in secret) && !('mountPath' in secret);
    const name = textAt(secret, 'name');
    const envFrom = listAt(container, 'envFrom');
    const has = envFrom.some((each) => textAt(objectAt(each, 'secretRef'), 'name') === name);
    if ((role !== 'git' && role !== 'connection') || name === null || !isWhole || has) return container;
    return { ...container, envFrom: [{ secretRef: { name } }, ...envFrom] };
  },

  'empty-arguments': (container, ours) => {
    const kept = (key: string): JsonObject => {
      const [expected, got] = [listAt(container, key), listAt(ours, key)];
      const isSame = JSON.stringify(got.filter((each) => each !== '')) === JSON.stringify(expected);
      return isSame ? saying({ [key]: got }) : {};
    };
    return { ...container, ...kept('command'), ...kept('args') };
  },

  'own-devices': (container, ours) => {
    const isOwn = (entry: Json): boolean => textAt(entry, 'name') === devices;
    const own = listAt(ours, 'env').filter((entry) => isOwn(entry) && textAt(entry, 'value') !== 'none');
    if (own.length === 0) return container;
    const others = listAt(container, 'env').filter((entry) => !isOwn(entry));
    const place = listAt(ours, 'env').findIndex(isOwn);
    return { ...container, env: others.toSpliced(place, 0, ...own) };
  },

  'copy-with-outputs': (container) => {
    const isMade = container['role'] === 'file' || container['role'] === 'dockerfile';
    const mounts = listAt(container, 'mounts');
    const has = mounts.some((mount) => textAt(mount, 'mountPath') === artifacts.mountPath);
    if (!isMade || has || textAt(objectAt(container, 'task'), 'copyPath') === null) return container;
    const byPath = (left: Json, right: Json): number =>
      String(textAt(left, 'mountPath')) < String(textAt(right, 'mountPath')) ? -1 : 1;
    return { ...container, mounts: [...mounts, artifacts].sort(byPath) };
  },

  'dockerfile-is-text': (container) => {
    const { buildContext, ...task } = objectAt(container, 'task');
    if (!isObject(buildContext)) return container;
    const filename = textAt(buildContext, 'filename') ?? 'Dockerfile';
    return { ...container, task: { ...task, filename, dockerfile: dockerfileText(toValueMap(buildContext)) } };
  },
};

export const ruleNames: ReadonlySet<string> = new Set(Object.keys(rules));

/** The expectation as the named rules demand it. The step that fetches a credential goes: ours has none (README of the cases). */
export function demanded(expected: Json, ours: Json, names: readonly string[]): Json {
  if (!isObject(expected)) return expected;
  const changed = (container: Json | undefined, own: Json | undefined): Json => {
    const given = isObject(container) ? container : {};
    return names.reduce<JsonObject>((each, name) => rules[name]?.(each, isObject(own) ? own : {}) ?? each, given);
  };
  const replicas = Object.entries(objectAt(expected, 'replicas')).map(([role, replica]): [string, Json] => {
    const own = objectAt(objectAt(ours, 'replicas'), role);
    const list = (key: string): readonly Json[] =>
      listAt(replica, key)
        .filter((each) => textAt(each, 'role') !== 'auth')
        .map((each, index) => changed(each, listAt(own, key)[index]));
    const fields = isObject(replica) ? replica : {};
    const main = changed(objectAt(replica, 'main'), objectAt(own, 'main'));
    return [role, saying({ ...fields, main, init: list('init'), sidecars: list('sidecars') })];
  });
  return { ...expected, replicas: Object.fromEntries(replicas) };
}

function withCatalog(container: JsonObject, change: (connection: JsonObject) => JsonObject): JsonObject {
  const injected = objectAt(container, 'injected');
  if (!('catalog' in injected)) return container;
  return { ...container, injected: { ...injected, catalog: listAt(injected, 'catalog').filter(isObject).map(change) } };
}
