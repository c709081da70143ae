import { compactJson, type Value, type ValueMap } from '@tandem/shared/values';
import type { RunFacts } from '@tandem/shared/wire';
import type { Connection, Resource } from './catalogue.ts';
import type { FilledIo } from './connections.ts';
import { envText } from './container.ts';
import type { EnvPlan, PluginsPlan, RunPaths } from './pod-plan.ts';

export interface BaseEnvFacts {
  readonly run: RunFacts;
  /** Address of the control plane for runs; null: none was configured. */
  readonly host: string | null;
  readonly paths: RunPaths;
  readonly plugins: PluginsPlan;
  readonly storeName: string | null;
  /** Also the variables that tracking clients of the peer read (rest-api-and-clients.md 4.1). */
  readonly compat: boolean;
}

/** Variables that every run gets: who it is, where the control plane is, where its results go. */
export function baseEnv(facts: BaseEnvFacts): readonly EnvPlan[] {
  const { run, host, paths, plugins, storeName } = facts;
  const instance = `${run.owner}.${run.project}.runs.${run.uuid}`;
  const own: Record<string, string | null> = {
    TANDEM_RUN_UUID: run.uuid,
    TANDEM_RUN_INSTANCE: instance,
    TANDEM_HOST: host,
    TANDEM_OUTPUTS_FILE: `${paths.runArtifactsPath}/outputs.json`,
    TANDEM_OUTPUTS_PATH: paths.runOutputsPath,
    TANDEM_LOG_LEVEL: plugins.logLevel,
  };
  const compat: Record<string, string | null> = {
    POLYAXON_HOST: host,
    POLYAXON_IS_MANAGED: 'true',
    POLYAXON_API_VERSION: 'v1',
    POLYAXON_RUN_INSTANCE: instance,
    POLYAXON_K8S_NAMESPACE: run.namespace,
    POLYAXON_HEADER: 'X-POLYAXON-SERVICE',
    POLYAXON_HEADER_SERVICE: 'runner',
    POLYAXON_CONTEXT_ROOT: paths.contextPath,
    POLYAXON_LOG_LEVEL: plugins.logLevel,
    POLYAXON_COLLECT_ARTIFACTS: plugins.collectArtifacts ? 'true' : null,
    POLYAXON_COLLECT_RESOURCES: plugins.collectResources ? 'true' : null,
    POLYAXON_ARTIFACTS_STORE_NAME: storeName,
  };
  const values = Object.entries(facts.compat ? { ...own, ...compat } : own).flatMap(([name, value]) =>
    value === null ? [] : [{ kind: 'value' as const, name, value }],
  );
  return facts.compat ? [...podFields, ...values] : values;
}

/** Where the pod is; an executor without pods leaves them out. */
const podFields: readonly EnvPlan[] = [
  { kind: 'field', name: 'POLYAXON_K8S_NODE_NAME', fieldPath: 'spec.nodeName' },
  { kind: 'field', name: 'POLYAXON_K8S_POD_ID', fieldPath: 'metadata.name' },
];

/**
 * Connections as a storage client inside reads them: names and mount paths of secrets, never a value
 * (agent-and-kubernetes.md 1.2). Null where there are none.
 */
export function catalogueText(connections: readonly Connection[]): string | null {
  if (connections.length === 0) return null;
  return compactJson(new Map([['connections', connections.map(toEntry)]]));
}

/** The variables that hold the catalogue. */
export function catalogueEnv(text: string | null, compat: boolean): readonly EnvPlan[] {
  if (text === null) return [];
  const names = compat ? ['TANDEM_CONNECTIONS', 'POLYAXON_CONNECTIONS_CATALOG'] : ['TANDEM_CONNECTIONS'];
  return names.map((name) => ({ kind: 'value', name, value: text }));
}

function toEntry(connection: Connection): ValueMap {
  const { name, kind, description, tags, secret, configMap, annotations } = connection;
  const entry = new Map<string, Value>([
    ['name', name],
    ['kind', kind],
  ]);
  const schema = new Map([...connection.schema].filter(([, value]) => value !== null));
  if (description !== '') entry.set('description', description);
  if (tags.length > 0) entry.set('tags', tags);
  if (schema.size > 0) entry.set('schema', schema);
  if (secret !== null) entry.set('secret', resourceEntry(secret));
  if (configMap !== null) entry.set('configMap', resourceEntry(configMap));
  const env = envEntry(connection);
  if (env !== null) entry.set('env', env);
  if (Object.keys(annotations).length > 0) entry.set('annotations', new Map(Object.entries(annotations)));
  return entry;
}

/** The forms that clients of the peer accept: one variable as `{name, value}`, several as a mapping (agent-and-kubernetes.md 8, row 1). */
function envEntry({ env }: Connection): ValueMap | null {
  const [first, ...more] = env;
  if (first === undefined) return null;
  return more.length === 0
    ? new Map<string, Value>(Object.entries(first))
    : new Map(env.map(({ name, value }) => [name, value]));
}

function resourceEntry(resource: Resource): ValueMap {
  const entry = new Map<string, Value>([['name', resource.name]]);
  if (resource.mountPath !== null) entry.set('mountPath', resource.mountPath);
  if (resource.items !== null) entry.set('items', resource.items);
  if (resource.defaultMode !== null) entry.set('defaultMode', BigInt(resource.defaultMode));
  return entry;
}

/** Variables of inputs and outputs that declare `toEnv`. */
export function ioEnv(ios: readonly FilledIo[]): readonly EnvPlan[] {
  return ios.flatMap(({ toEnv, value }) =>
    toEnv === null || value === null ? [] : [{ kind: 'value' as const, name: toEnv, value: envText(value) }],
  );
}
