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
    POLYAXON_COLLECT_ARTIFACTS: plugins.collectArtifacts ? 'true' : null,
    POLYAXON_COLLECT_RESOURCES: plugins.collectResources ? 'true' : null,
    POLYAXON_ARTIFACTS_STORE_NAME: storeName,
  };
  return Object.entries(facts.compat ? { ...own, ...compat } : own).flatMap(([name, value]) =>
    value === null ? [] : [{ kind: 'value' as const, name, value }],
  );
}

/** The catalogue as a storage client inside reads it: names and mount paths of secrets, never a value (agent-and-kubernetes.md 1.2). */
export function catalogueEnv(connections: readonly Connection[], compat: boolean): readonly EnvPlan[] {
  if (connections.length === 0) return [];
  const value = compactJson(new Map([['connections', connections.map(toEntry)]]));
  const names = compat ? ['TANDEM_CONNECTIONS', 'POLYAXON_CONNECTIONS_CATALOG'] : ['TANDEM_CONNECTIONS'];
  return names.map((name) => ({ kind: 'value', name, value }));
}

function toEntry(connection: Connection): ValueMap {
  const entry = new Map<string, Value>([
    ['name', connection.name],
    ['kind', connection.kind],
  ]);
  const schema = new Map([...connection.schema].filter(([, value]) => value !== null));
  if (schema.size > 0) entry.set('schema', schema);
  if (connection.secret !== null) entry.set('secret', resourceEntry(connection.secret));
  if (connection.configMap !== null) entry.set('configMap', resourceEntry(connection.configMap));
  return entry;
}

function resourceEntry(resource: Resource): ValueMap {
  const entry = new Map<string, Value>([['name', resource.name]]);
  if (resource.mountPath !== null) entry.set('mountPath', resource.mountPath);
  if (resource.items !== null) entry.set('items', resource.items);
  return entry;
}

/** Variables of inputs and outputs that declare `toEnv`. */
export function ioEnv(ios: readonly FilledIo[]): readonly EnvPlan[] {
  return ios.flatMap(({ toEnv, value }) =>
    toEnv === null || value === null ? [] : [{ kind: 'value' as const, name: toEnv, value: envText(value) }],
  );
}
