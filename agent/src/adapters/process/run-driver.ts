import type { ChildProcess } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { PodPlan } from '../../compile/pod-plan.ts';
import type { Chance, Clock, Timer } from '../../ports/clock.ts';
import { isCode } from '../files/durable-file.ts';
import { type BeginContext, beginStep } from './begin-step.ts';
import { collect } from './collect.ts';
import { type Action, decide } from './decide.ts';
import { attemptFolder, runFolder, type StepFolder } from './layout.ts';
import { lastLines, noteLogTime } from './log-times.ts';
import { signalGroup } from './process-identity.ts';
import { type RunRecord, type StateChange, withState, writeRecord } from './record.ts';
import { cannotClaim } from './shim.ts';
import { forbidStep, readStep, type StepState } from './step-state.ts';
import { initSteps, mainStep, type Step } from './steps.ts';

/** What every run of the process executor shares. */
export interface DriverContext extends BeginContext {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Called after every change of the record, when the change is on disk. */
  readonly onChange: (record: RunRecord) => void;
}

/** The net under `fs.watch`, which may lose events on some file systems. Only while a run is live. */
const netMs = 1_000;
/** Between a SIGKILL and the next look. */
const afterKillMs = 50;
const longestBackoffMs = 30_000;
/** A start that fails in a way that we did not foresee is a bug; after so many the run is failed. */
const mostFaults = 3;
const mostVainStarts = 5;

/**
 * Takes one live run through its steps. It holds timers and a watcher, nothing that may not be lost: all it knows it
 * reads from the run's folder and the process table, so it may be made anew at any moment, also after a kill.
 */
export class RunDriver {
  readonly #context: DriverContext;
  readonly #plan: PodPlan;
  readonly #inits: readonly Step[];
  #record: RunRecord;
  #initsDone = 0;
  #busy = false;
  #again = false;
  #closed = false;
  #timer: Timer | null = null;
  #watcher: { readonly step: string; readonly handle: FSWatcher } | null = null;
  #claiming: { readonly step: string; readonly child: ChildProcess } | null = null;
  /** Starts of one step that came to no claim: a shell that dies each time must not be started for ever. */
  #vain = { step: '', count: 0 };
  #shimFailed = false;
  #interrupt: AbortController | null = null;
  #faults = 0;
  #logSize = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(context: DriverContext, record: RunRecord, plan: PodPlan) {
    this.#context = context;
    this.#record = record;
    this.#plan = plan;
    this.#inits = initSteps(plan);
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** Something may have changed. Cheap, and safe at any time: looks are made one after another, never two at once. */
  poke(): void {
    if (this.#closed || this.#record.ended !== null) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    void this.#look().finally(() => {
      this.#busy = false;
      if (this.#again) {
        this.#again = false;
        this.poke();
      }
    });
  }

  /** Ends the run: durable when the promise resolves; the end itself comes later. A second stop may only shorten the grace. */
  async stop(graceSeconds: number, generation: number): Promise<void> {
    const fresh = { atMs: this.#context.clock.nowMs(), graceSeconds, why: 'UserStop' as const, signalledAtMs: null };
    await this.#update((record) => {
      if (record.ended !== null) return record;
      const stop =
        record.stop === null
          ? fresh
          : { ...record.stop, graceSeconds: Math.min(record.stop.graceSeconds, graceSeconds) };
      return { ...record, run: { ...record.run, generation: Math.max(record.run.generation, generation) }, stop };
    });
    this.#interrupt?.abort();
    this.poke();
  }

  /** The agent ends; the run goes on. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#watcher?.handle.close();
    this.#interrupt?.abort();
  }

  /** Never rejects: what goes wrong is tried again, later and later. */
  async #look(): Promise<void> {
    this.#timer?.cancel();
    try {
      while (!this.#closed && this.#record.ended === null) {
        const pauseMs = await this.#advance();
        if (pauseMs === null) continue;
        if (this.#record.ended === null) this.#wakeAfter(pauseMs);
        break;
      }
      this.#faults = 0;
    } catch (error) {
      await this.#afterFault(error);
    }
    if (this.#record.ended !== null) this.close();
  }

  /** One step of the life of the run. Null: look again at once; otherwise how long nothing is to be done. */
  async #advance(): Promise<number | null> {
    const { clock } = this.#context;
    const step = this.#currentStep();
    const folder = this.#folderOf(step);
    const state = await readStep(folder);
    if (state.kind !== 'unclaimed') this.#claiming = null;
    await this.#noteProgress(step, folder, state);
    if (state.kind === 'unclaimed' && this.#record.stop === null) {
      if (this.#shimFailed) {
        return this.#endUnstarted(
          'The data folder of the agent does not allow hard links, which starting a run once needs.',
        );
      }
      if (this.#vain.step === step.name && this.#vain.count >= mostVainStarts && this.#claiming === null) {
        return this.#endUnstarted('The shell that starts the run ended each time before it could.');
      }
    }

    const action = decide({
      nowMs: clock.nowMs(),
      createdAtMs: this.#record.createdAtMs,
      timeoutSeconds: this.#plan.termination.timeoutSeconds,
      maxRetries: this.#plan.termination.maxRetries,
      tryNumber: this.#record.tryNumber,
      stop: this.#record.stop,
      step,
      state,
      claiming: this.#claiming?.step === step.name,
    });
    if (action.kind === 'wait') {
      this.#watch(step, folder);
      return action.untilMs === null ? netMs : Math.min(netMs, Math.max(1, action.untilMs - clock.nowMs()));
    }
    return this.#perform(action, step, folder, state);
  }

  async #perform(
    action: Exclude<Action, { kind: 'wait' }>,
    step: Step,
    folder: StepFolder,
    state: StepState,
  ): Promise<number | null> {
    const nowMs = this.#context.clock.nowMs();
    switch (action.kind) {
      case 'start':
        await this.#start(step, folder);
        return step.form === 'process' ? netMs : null;
      case 'forbid':
        await mkdir(folder.root, { recursive: true, mode: 0o700 });
        await forbidStep(folder);
        return null;
      case 'signal': {
        if (action.signal === 'SIGTERM')
          await this.#update((record) => ({
            ...record,
            stop: record.stop === null ? null : { ...record.stop, signalledAtMs: nowMs },
          }));
        if (state.kind === 'running') signalGroup(state.leader, action.signal);
        return action.signal === 'SIGKILL' ? afterKillMs : null;
      }
      case 'give-up':
        await this.#update((record) => ({
          ...record,
          stop: record.stop ?? {
            atMs: nowMs,
            graceSeconds: this.#plan.termination.graceSeconds,
            why: action.why,
            signalledAtMs: null,
          },
        }));
        return null;
      case 'next-step':
        this.#initsDone += 1;
        return null;
      case 'retry':
        reap(state);
        await this.#update((record) => ({
          ...withState(
            record,
            {
              status: 'retrying',
              reason: 'Retrying',
              message: `Try ${record.tryNumber} ended with exit code ${action.exitCode}.`,
            },
            nowMs,
          ),
          tryNumber: record.tryNumber + 1,
        }));
        return null;
      case 'succeed':
        reap(state);
        return this.#finish({ status: 'succeeded', reason: 'Completed', message: '' }, action);
      case 'end': {
        reap(state);
        const tail =
          action.reason === 'ContainerFailed' || action.reason === 'InitFailed'
            ? await lastLines(folder.log, 2_048)
            : '';
        const message = tail === '' ? action.message : `${action.message}\n${tail}`;
        return this.#finish({ status: action.status, reason: action.reason, message }, action);
      }
    }
  }

  async #start(step: Step, folder: StepFolder): Promise<void> {
    const isNews = step.role === 'main' || this.#record.current.reason !== 'Initializing';
    const reason = step.role === 'init' ? 'Initializing' : 'Started';
    // The claim makes the start happen once, not the record: the start need not wait until the disk has the news.
    const told = isNews ? this.#change({ status: 'starting', reason, message: '' }) : null;
    const interrupt = new AbortController();
    this.#interrupt = interrupt;
    if (this.#record.stop !== null) interrupt.abort(); // One that comes from here on aborts it itself.
    const { timeoutSeconds } = this.#plan.termination;
    const leftMs =
      timeoutSeconds === null ? null : this.#record.createdAtMs + timeoutSeconds * 1000 - this.#context.clock.nowMs();
    const deadline = leftMs === null ? null : this.#context.clock.after(Math.max(0, leftMs), () => interrupt.abort());
    try {
      const begun = await beginStep(step, this.#plan, this.#context, interrupt.signal);
      if (begun.kind === 'started') this.#awaitClaim(step, folder, begun.child);
      await told;
      if (begun.kind === 'failed') await this.#finishNow(begun.state);
    } finally {
      deadline?.cancel();
      this.#interrupt = null;
    }
  }

  #awaitClaim(step: Step, folder: StepFolder, child: ChildProcess): void {
    this.#claiming = { step: step.name, child };
    this.#vain = { step: step.name, count: this.#vain.step === step.name ? this.#vain.count + 1 : 1 };
    child.once('exit', (code) => {
      if (this.#claiming?.child === child) this.#claiming = null;
      if (code === cannotClaim) this.#shimFailed = true;
      this.poke();
    });
    this.#watch(step, folder);
    this.#again = true; // The claim may have come before the watcher.
  }

  /** A running main step shows as running, and its log's growth gets a time. */
  async #noteProgress(step: Step, folder: StepFolder, state: StepState): Promise<void> {
    if (state.kind !== 'running' && state.kind !== 'exited') return;
    this.#logSize = await noteLogTime(folder, this.#logSize, this.#context.clock.nowMs());
    const { status } = this.#record.current;
    if (step.role === 'main' && (status === 'starting' || status === 'retrying'))
      await this.#change({ status: 'running', reason: 'Running', message: '' });
  }

  async #finish(
    state: StateChange,
    end: { readonly exitCode: number | null; readonly finishedAtMs: number },
  ): Promise<null> {
    const collects = this.#plan.plugins.collectArtifacts && this.#record.made;
    if (collects && this.#record.current.status === 'running')
      await this.#change({ status: 'processing', reason: 'Collecting', message: '' });
    const found = await collect(runFolder(this.#context.data, this.#record.run.uuid), this.#plan.outputs);
    const message = [state.message, found.warning].filter((text) => text !== null && text !== '').join(' ');
    await this.#update((record) => ({
      ...withState(record, { ...state, message }, this.#context.clock.nowMs()),
      ended: {
        finishedAtMs: end.finishedAtMs,
        exitCode: end.exitCode,
        outputs: found.outputs,
        artifacts: collects ? found.artifacts : [],
      },
    }));
    return null;
  }

  #finishNow(state: StateChange): Promise<null> {
    return this.#finish(state, { exitCode: null, finishedAtMs: this.#context.clock.nowMs() });
  }

  #endUnstarted(message: string): Promise<null> {
    return this.#finishNow({ status: 'failed', reason: 'StartFailed', message });
  }

  #change(state: StateChange): Promise<void> {
    return this.#update((record) => withState(record, state, this.#context.clock.nowMs()));
  }

  /** Changes the record durably. One change after another: a stop may come while a step is being started. */
  #update(change: (record: RunRecord) => RunRecord): Promise<void> {
    const updated = this.#writing.then(() => this.#replace(change));
    this.#writing = updated.catch(() => undefined); // Whoever asked for the change is told; the next one is still made.
    return updated;
  }

  async #replace(change: (record: RunRecord) => RunRecord): Promise<void> {
    const before = this.#record;
    const next = change(before);
    if (next === before) return;
    await writeRecord(runFolder(this.#context.data, next.run.uuid).record, next);
    this.#record = next;
    if (next.current.seq !== before.current.seq) this.#context.onChange(next);
  }

  #currentStep(): Step {
    return this.#inits[this.#initsDone] ?? mainStep(this.#plan, this.#record.tryNumber);
  }

  #folderOf(step: Step): StepFolder {
    return attemptFolder(this.#context.data, this.#record.run.uuid, this.#record.run.attempt).step(step.name);
  }

  #watch(step: Step, folder: StepFolder): void {
    if (this.#watcher?.step === step.name) return;
    this.#watcher?.handle.close();
    this.#logSize = 0;
    try {
      const handle = watch(folder.root, { persistent: false }, () => this.poke());
      handle.on('error', () => handle.close()); // The net still looks every second.
      this.#watcher = { step: step.name, handle };
    } catch (error) {
      // Out of inotify watches, or the folder is not there yet: the net still looks every second.
      this.#context.log.warn({ run: this.#record.run.uuid, problem: String(error) }, 'a run folder cannot be watched');
    }
  }

  #wakeAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.after(ms, () => this.poke());
  }

  async #afterFault(error: unknown): Promise<void> {
    const { log, chance } = this.#context;
    this.#faults += 1;
    const isWorld = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'EIO', 'EROFS'].some((code) =>
      isCode(error, code),
    );
    const incident = chance.id();
    log.error(
      { run: this.#record.run.uuid, incident, problem: String(error) },
      isWorld ? 'a run waits for the machine' : 'a run could not be taken further',
    );
    if (!isWorld && this.#faults >= mostFaults) {
      try {
        await this.#finishNow({
          status: 'failed',
          reason: 'Internal',
          message: `A fault of the agent; incident ${incident}.`,
        });
        return;
      } catch (second) {
        log.error(
          { run: this.#record.run.uuid, incident, problem: String(second) },
          'and its end could not be written',
        );
      }
    }
    this.#wakeAfter(Math.min(longestBackoffMs, 1_000 * 2 ** Math.min(this.#faults, 10)));
  }
}

/** What a step left running in its group goes with it, as in a container. */
function reap(state: StepState): void {
  if ((state.kind === 'exited' || state.kind === 'lost') && state.leader !== null) signalGroup(state.leader, 'SIGKILL');
}
