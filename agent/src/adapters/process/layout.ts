import { join } from 'node:path';
import type { RunPaths } from '../../compile/pod-plan.ts';

/** Where everything of one run is, below the data folder of the agent (agent-and-kubernetes.md 6). */
export interface RunFolder {
  readonly root: string;
  readonly record: string;
  readonly context: string;
  readonly authFile: string;
  readonly artifacts: string;
  readonly outputs: string;
  readonly outputsFile: string;
  readonly mounts: string;
}

const uuidShape = /^[0-9a-f]{32}$/;

/** The folder of a run. The uuid comes from outside, so anything but 32 hex digits is refused by a throw. */
export function runFolder(data: string, uuid: string): RunFolder {
  if (!uuidShape.test(uuid)) throw new Error('A run uuid must be 32 hex digits.');
  const root = join(data, 'runs', uuid);
  const artifacts = join(root, 'artifacts');
  const context = join(root, 'context');
  return {
    root,
    record: join(root, 'record.json'),
    context,
    authFile: join(context, '.configs', '.auth'),
    artifacts,
    outputs: join(artifacts, 'outputs'),
    outputsFile: join(artifacts, 'outputs.json'),
    mounts: join(root, 'mounts'),
  };
}

/** Whether a name may be a run's uuid. */
export function isRunUuid(name: string): boolean {
  return uuidShape.test(name);
}

/**
 * What `globals.*_path` mean for a run of the process executor. `context/artifacts/<uuid>` is a link to `artifacts`, so
 * that a client that only knows the context's root finds the same place.
 */
export function processPaths(data: string, uuid: string): RunPaths {
  const folder = runFolder(data, uuid);
  return {
    contextPath: folder.context,
    artifactsPath: join(folder.context, 'artifacts'),
    runArtifactsPath: folder.artifacts,
    runOutputsPath: folder.outputs,
    storePath: '',
  };
}

/** Files of one attempt. */
export interface AttemptFolder {
  readonly root: string;
  readonly plan: string;
  readonly logs: string;
  /** Folder of one step: `init-0`, `try-1`. */
  step(name: string): StepFolder;
}

export interface StepFolder {
  readonly root: string;
  /** Made exclusively by the one process that may run the step. */
  readonly claim: string;
  readonly exit: string;
  readonly log: string;
  readonly logTimes: string;
}

export function attemptFolder(data: string, uuid: string, attempt: number): AttemptFolder {
  const root = join(runFolder(data, uuid).root, `attempt-${attempt}`);
  const logs = join(root, 'logs');
  return {
    root,
    plan: join(root, 'plan.json'),
    logs,
    step: (name) => ({
      root: join(root, name),
      claim: join(root, name, 'claim'),
      exit: join(root, name, 'exit'),
      log: join(logs, `${name}.log`),
      logTimes: join(logs, `${name}.times`),
    }),
  };
}
