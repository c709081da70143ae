import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { serialByKey } from '../../commands/serial-by-key.ts';
import type { PodPlan, RunKey } from '../../compile/pod-plan.ts';
import { servedPorts } from '../../compile/served-ports.ts';
import type {
  ApplyExtra,
  ApplyResult,
  Executor,
  Forwarded,
  LogChunk,
  LogQuery,
  Observed,
  RemoveResult,
  StopResult,
} from '../../ports/executor.ts';
import { Outage } from '../../ports/outage.ts';
import { forwardTo, noSuchRun, runEnded, undeclared } from '../forward-to.ts';
import { attemptFolder, runFolder } from './layout.ts';
import { followLogs } from './log-reader.ts';
import { readPlan } from './plan-file.ts';
import { prepareRun } from './prepare-run.ts';
import { newRecord, type RunRecord, toObserved, writeRecord } from './record.ts';
import { type DriverContext, RunDriver } from './run-driver.ts';
import { readAllRecords } from './run-index.ts';

/** The process executor, and how to let go of it: runs go on. */
export interface ProcessExecutor extends Executor {
  close(): void;
}

export type ProcessExecutorOptions = Omit<DriverContext, 'onChange'>;

/**
 * Runs as processes of this machine, each in a folder of its own (agent-and-kubernetes.md 6). Opening it takes up every
 * run that has not ended: one that lives is watched, one that was meant to start is started, one that is gone is ended.
 * One data folder has one executor at a time; the agent's lock sees to that.
 */
export async function openProcessExecutor(options: ProcessExecutorOptions): Promise<ProcessExecutor> {
  const { data, clock, log } = options;
  const listeners = new Set<(record: RunRecord) => void>();
  const records = new Map<string, RunRecord>();
  const drivers = new Map<string, RunDriver>();
  const inOrder = serialByKey();
  let closed = false;

  const onChange = (record: RunRecord): void => {
    records.set(record.run.uuid, record);
    if (record.ended !== null) drivers.delete(record.run.uuid);
    for (const listener of listeners) listener(record);
  };

  const drive = (record: RunRecord, plan: PodPlan): void => {
    const driver = new RunDriver({ ...options, onChange }, record, plan);
    drivers.set(record.run.uuid, driver);
    driver.poke();
  };

  const keep = async (record: RunRecord): Promise<void> => {
    await writeRecord(runFolder(data, record.run.uuid).record, record);
    onChange(record);
  };

  const current = (uuid: string): RunRecord | null => drivers.get(uuid)?.record ?? records.get(uuid) ?? null;

  const standing = (run: RunKey): ApplyResult | null => {
    const known = current(run.uuid);
    return known === null ? null : compare(known, run);
  };

  const apply = async (plan: PodPlan, extra: ApplyExtra): Promise<ApplyResult> => {
    const refused = refusal(plan);
    if (refused !== null) return refused;
    const answer = standing(plan.run);
    if (answer !== null) return answer;
    try {
      await prepareRun(data, plan, extra.runToken);
      const nowMs = clock.nowMs();
      const record = newRecord(plan.run, {
        specSha256: plan.specSha256,
        made: true,
        nowMs,
        status: 'starting',
        reason: 'Accepted',
        message: '',
      });
      // From here on the run happens, once, even if this process is killed at the next instruction.
      await keep(record);
      if (!closed) drive(record, plan);
      return { kind: 'accepted' };
    } catch (error) {
      return { kind: 'retry', reason: 'StartNotMade', message: machineProblem(error).message, afterMs: 5_000 };
    }
  };

  const stop = async (run: RunKey, graceSeconds: number): Promise<StopResult> => {
    const known = current(run.uuid);
    const driver = drivers.get(run.uuid);
    try {
      if (driver !== undefined && known !== null && known.run.attempt === run.attempt) {
        await driver.stop(graceSeconds, run.generation);
        return { kind: 'stopping' };
      }
      if (known === null || known.run.attempt < run.attempt) {
        if (driver !== undefined) await driver.stop(graceSeconds, run.generation);
        else await rememberStop(run);
        return driver === undefined ? { kind: 'gone' } : { kind: 'stopping' };
      }
      if (known.run.attempt === run.attempt && known.run.generation < run.generation) await keep({ ...known, run });
      return { kind: 'gone' };
    } catch (error) {
      throw machineProblem(error);
    }
  };

  const rememberStop = async (run: RunKey): Promise<void> => {
    const nowMs = clock.nowMs();
    const record = newRecord(run, {
      specSha256: '',
      made: false,
      nowMs,
      status: 'stopped',
      reason: 'UserStop',
      message: 'The run was stopped before it started.',
    });
    await keep({ ...record, ended: { finishedAtMs: nowMs, exitCode: null, outputs: null, artifacts: [] } });
  };

  const remove = async (uuid: string, { artifacts }: { readonly artifacts: boolean }): Promise<RemoveResult> => {
    if (drivers.has(uuid)) return { kind: 'active' };
    const { root, artifacts: kept } = runFolder(data, uuid);
    // The record goes last: a removal that was cut off is done again.
    for (const name of await readdir(root).catch(() => [])) {
      const path = join(root, name);
      if (name !== 'record.json' && (artifacts || path !== kept)) await rm(path, { recursive: true, force: true });
    }
    await rm(artifacts ? root : join(root, 'record.json'), { recursive: true, force: true });
    records.delete(uuid);
    return { kind: 'removed' };
  };

  async function* list(): AsyncIterable<Observed> {
    for (const uuid of [...records.keys()]) {
      const record = current(uuid);
      if (record !== null) yield toObserved(record);
    }
  }

  const watch = async (onObserved: (observed: Observed) => void, signal: AbortSignal): Promise<void> => {
    const listener = (record: RunRecord): void => onObserved(toObserved(record));
    for (const record of [...records.values()]) listener(record);
    listeners.add(listener);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    listeners.delete(listener);
  };

  const logs = async function* logs(uuid: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogChunk> {
    let known = current(uuid);
    for (let from = query; known !== null; from = { ...query, cursor: '', tail: 0 }) {
      const { attempt } = known.run;
      const isOver = (): boolean => {
        const now = current(uuid);
        return now === null || now.run.attempt !== attempt || now.ended !== null;
      };
      yield* followLogs({
        attempt: attemptFolder(data, uuid, attempt),
        attemptNumber: attempt,
        query: from,
        signal,
        clock,
        isOver,
      });
      known = current(uuid);
      // Started once more while somebody followed: that is shown, too, from its beginning.
      if (!query.follow || signal.aborted || known?.run.attempt === attempt) return;
    }
  };

  const forward = async (uuid: string, port: number, signal: AbortSignal): Promise<Forwarded> => {
    const known = current(uuid);
    if (known?.made !== true) return noSuchRun;
    if (known.ended !== null) return runEnded;
    const plan = await readPlan(attemptFolder(data, uuid, known.run.attempt).plan);
    if (plan === null) return noSuchRun;
    // Processes share the machine: a port of it that the run did not declare is none of the run's.
    return undeclared(servedPorts(plan), port) ?? forwardTo({ host: '127.0.0.1', port }, signal);
  };

  for (const record of await readAllRecords(data, log)) {
    records.set(record.run.uuid, record);
    if (record.ended !== null) continue;
    const plan = await readPlan(attemptFolder(data, record.run.uuid, record.run.attempt).plan);
    if (plan !== null) drive(record, plan);
    else log.error({ run: record.run.uuid }, 'the plan of a live run is missing; the run is left as it is');
  }

  return {
    kinds: ['job', 'service'],
    standing: (run) => Promise.resolve(standing(run)),
    apply: (plan, extra) => inOrder(plan.run.uuid, () => apply(plan, extra)),
    stop: (run, graceSeconds) => inOrder(run.uuid, () => stop(run, graceSeconds)),
    remove: (uuid, removal) => inOrder(uuid, () => remove(uuid, removal)),
    find: (uuid) => {
      const record = current(uuid);
      return Promise.resolve(record === null ? null : toObserved(record));
    },
    list,
    watch,
    logs,
    forward,
    close: () => {
      closed = true;
      for (const driver of drivers.values()) driver.close();
      drivers.clear();
    },
  };
}

const ofOnePod: ReadonlySet<string> = new Set(['job', 'service', 'notifier', 'cleaner', 'tuner']);

/** What this executor cannot do, said before anything is made. */
function refusal(plan: PodPlan): ApplyResult | null {
  const no = (message: string): ApplyResult => ({ kind: 'rejected', reason: 'Unsupported', message });
  if (!ofOnePod.has(plan.kind))
    return no(`The process executor runs jobs and services; "${plan.kind}" needs a cluster.`);
  const [replica, ...more] = plan.replicas;
  if (replica === undefined || more.length > 0 || replica.count !== 1)
    return no('The process executor runs one replica; this run asks for several.');
  if (replica.sidecars.length > 0)
    return no('The process executor has no sidecars: there is no pod that they could share.');
  const unreadable = replica.main.env.find((each) => each.kind === 'from' || each.kind === 'all-from');
  if (unreadable !== undefined)
    return no('The process executor reads variables from whole secrets and config maps, or from named keys of them.');
  return null;
}

/** How a start relates to what is there; null: it is to be made (agent-and-kubernetes.md 4.3). */
function compare(known: RunRecord, run: RunKey): ApplyResult | null {
  const { attempt, generation } = known.run;
  if (run.attempt < attempt) return { kind: 'superseded' };
  if (run.attempt > attempt) {
    return known.ended !== null
      ? null
      : { kind: 'retry', reason: 'StartNotMade', message: 'The attempt before has not ended yet.', afterMs: 2_000 };
  }
  const wasStopped = known.stop?.why === 'UserStop' || !known.made;
  if (run.generation < generation || (wasStopped && run.generation <= generation)) return { kind: 'superseded' };
  // Made once for an attempt, whatever the generation; only a stop that came first leaves room for a newer start.
  return known.made ? { kind: 'already' } : null;
}

function machineProblem(error: unknown): Outage {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? "The disk of the agent's machine is full."
      : "The agent's machine could not do it.";
  if (code === 'unknown') throw error; // Not the machine: a bug, for the command loop to count.
  return new Outage(code, `${what} (${code})`, 5_000, error);
}
