import type { ValueMap } from '@tandem/shared/values';
import type { PluginsPlan } from './pod-plan.ts';
import { emptyMap, flagAt, integerAt, mapAt, textAt } from './reading.ts';

/**
 * Plugins that are read and not supported yet: a run that needs them is refused rather than started without them. `tmux` is not
 * among them: it only lays a program beside the run, which does the same without it.
 */
const unsupported = ['sandbox', 'ssh'];

/** The name of a plugin that is on and that this agent does not have; null: none. */
export function unsupportedPlugin(plugins: ValueMap): string | null {
  return unsupported.find((name) => flagAt(plugins, name, false)) ?? null;
}

/** Defaults of compiler.md 1.2: collecting, resuming, the credential and shared memory are on, the rest is off. */
export function toPlugins(plugins: ValueMap): PluginsPlan {
  const sidecar = mapAt(plugins, 'sidecar') ?? emptyMap;
  return {
    collectArtifacts: flagAt(plugins, 'collectArtifacts', true),
    collectLogs: flagAt(plugins, 'collectLogs', true),
    collectResources: flagAt(plugins, 'collectResources', true),
    syncStatuses: flagAt(plugins, 'syncStatuses', true),
    mountArtifactsStore: flagAt(plugins, 'mountArtifactsStore', false),
    autoResume: flagAt(plugins, 'autoResume', true),
    auth: flagAt(plugins, 'auth', true),
    docker: flagAt(plugins, 'docker', false),
    shm: flagAt(plugins, 'shm', true),
    logLevel: textAt(plugins, 'logLevel'),
    sidecar: {
      noConnections: flagAt(sidecar, 'noConnections', false),
      sleepSeconds: integerAt(sidecar, 'sleepInterval'),
      syncSeconds: integerAt(sidecar, 'syncInterval'),
    },
  };
}
