import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import type { PodPlan } from '../../compile/pod-plan.ts';
import type { Log } from '../../ports/log.ts';
import type { SecretSource } from '../../ports/secret-source.ts';
import { type BaseEnvironment, deliverMounts, environmentOf, Undeliverable } from './deliver.ts';
import { InitProblem, runInitFunction } from './init-functions.ts';
import { attemptFolder, runFolder } from './layout.ts';
import type { StateChange } from './record.ts';
import { startProcess, Unstartable } from './start-process.ts';
import type { Step } from './steps.ts';

export interface BeginContext {
  readonly data: string;
  readonly log: Log;
  readonly source: SecretSource;
  readonly base: BaseEnvironment;
  /** Folder of an artifact connection on this machine; null: it has none. */
  readonly storeRoot: (connection: string) => string | null;
}

/** What became of beginning a step. */
export type Begun =
  | { readonly kind: 'started'; readonly child: ChildProcess }
  /** A built-in step is over, and its exit file says so. */
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted' }
  /** Its owner can mend it: the run ends so. */
  | { readonly kind: 'failed'; readonly state: StateChange };

/**
 * Begins one step: a process is started, a built-in step is done. Safe to do again for the same step: the claim lets one
 * process run, and built-in steps write anew. Throws what the machine is to blame for.
 */
export async function beginStep(step: Step, plan: PodPlan, context: BeginContext, signal: AbortSignal): Promise<Begun> {
  try {
    return step.form === 'function' ? await doFunction(step, plan, context, signal) : await start(step, plan, context);
  } catch (error) {
    const state = problemOf(error, step, plan, context);
    if (state === null) throw error;
    return { kind: 'failed', state };
  }
}

async function start(step: Extract<Step, { form: 'process' }>, plan: PodPlan, context: BeginContext): Promise<Begun> {
  const { uuid, attempt: number } = plan.run;
  const attempt = attemptFolder(context.data, uuid, number);
  await deliverMounts(plan, runFolder(context.data, uuid), context.source);
  const env = await environmentOf(step.container, context.base, context.source);
  const workFolder = step.container.workingDir ?? plan.paths.artifactsPath;
  return {
    kind: 'started',
    child: await startProcess({ container: step.container, attempt, step: attempt.step(step.name), workFolder, env }),
  };
}

async function doFunction(
  step: Extract<Step, { form: 'function' }>,
  plan: PodPlan,
  context: BeginContext,
  signal: AbortSignal,
): Promise<Begun> {
  if (signal.aborted) return { kind: 'interrupted' };
  const folder = attemptFolder(context.data, plan.run.uuid, plan.run.attempt).step(step.name);
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  try {
    await runInitFunction(step.init, {
      folder: runFolder(context.data, plan.run.uuid),
      step: folder,
      storeRoot: context.storeRoot,
      env: { ...context.base },
      signal,
    });
  } catch (error) {
    if (signal.aborted) return { kind: 'interrupted' };
    throw error;
  }
  await writeFile(folder.exit, '0\n', { mode: 0o600 });
  return { kind: 'done' };
}

/** Null: not the owner's to mend. Names of secrets go to the agent's log only (decisions.md 60). */
function problemOf(error: unknown, step: Step, plan: PodPlan, context: BeginContext): StateChange | null {
  if (error instanceof Unstartable) return { status: 'failed', reason: 'StartFailed', message: error.message };
  if (error instanceof InitProblem)
    return { status: 'failed', reason: 'InitFailed', message: `Init step "${step.name}" failed: ${error.message}` };
  if (!(error instanceof Undeliverable)) return null;
  context.log.warn(
    { run: plan.run.uuid, problem: error.message },
    'a run needs a secret or config map that is not there',
  );
  return {
    status: 'failed',
    reason: 'ConnectionError',
    message: 'A secret or config map that the run needs is not in the folder of the agent.',
  };
}
