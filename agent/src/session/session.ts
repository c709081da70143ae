import type { ReportAck, Welcome } from '@tandem/proto';
import type { Status } from '@tandem/shared/lifecycle';
import { commandLoop } from '../commands/command-loop.ts';
import { handleCommand } from '../commands/handle-command.ts';
import type { Timer } from '../ports/clock.ts';
import type { Observed } from '../ports/executor.ts';
import type { SessionFigures } from '../ports/metrics.ts';
import { dialDelayMs, healthyAfterMs } from './backoff.ts';
import { Link, type LinkEnd } from './link.ts';
import { OpenStreams } from './open-streams.ts';
import { ReportQueue } from './report-queue.ts';
import { drainLimitMs, type SessionOptions, type SessionState } from './session-options.ts';
import { isFinal } from './to-report.ts';

/** An agent's life with its control plane. */
export interface AgentSession {
  /** Watches the executor and dials; goes on until `end` or a final refusal. */
  start(): void;
  state(): SessionState;
  figures(): SessionFigures;
  /** What the agent says about itself has changed: it says so in a new session, as soon as what is under way is answered. */
  refresh(): void;
  /** Stops dialling, waits for what is under way (at most 10 s) and closes. Runs go on. */
  end(): Promise<void>;
}

/** Changes within this time are counted once. */
const countDelayMs = 50;
/** Counting looks at every run; so many times as long as that took, nothing is counted again. */
const countRest = 20;
/** However long it took, since a first count waits until the cluster was read: after so long it is counted again, in ms. */
const longestCountDelayMs = 1_000;

/**
 * The protocol core of the agent, without gRPC, files or a clock of its own (agent-and-kubernetes.md 4.3).
 *
 * Memory here may be lost at any moment: reports are derived again from the executor, commands are delivered again until
 * they are acknowledged, and the rest is in `SessionMemory`.
 */
export function createSession(options: SessionOptions): AgentSession {
  const { clock, chance, executor, memory, log, metrics } = options;
  const reports = new ReportQueue();
  const streams = new OpenStreams(options);
  const watching = new AbortController();
  let state: SessionState = { kind: 'idle' };
  let link: Link | null = null;
  let redial: Timer | null = null;
  let counting: Timer | null = null;
  let countTookMs = 0;
  let failures = 0;
  let welcomedAtMs: number | null = null;
  let isRegressed = false;
  let serverOffsetMs = 0;
  let freeCapacity = 0; // None until the runs that are there were counted.
  let runs: ReadonlyMap<Status, number> = new Map();
  let hasDialled = false;
  let ending = false;

  const become = (next: SessionState): void => {
    state = next;
    options.onState?.(next);
  };

  const loop = commandLoop({
    chance,
    log,
    mostInFlight: options.facts.maxInFlight * 4,
    handle: (command) =>
      handleCommand(command, {
        executor,
        compile: options.compile,
        serverNowMs: () => clock.nowMs() + serverOffsetMs,
        reportAgain: (observed) => report(observed),
        isFinalAcked: (observed) => memory.isFinalAcked(observed.run.uuid, observed.run.attempt, observed.seq),
        forget: async (uuid) => {
          reports.drop(uuid);
          await memory.forget(uuid);
        },
        isRegressed: () => isRegressed,
      }),
    onAnswer: (command, answer) => {
      metrics.commandAnswered(command.kind, answer.kind);
      // On a later connection than the one it came by, it counts as well: it names its command.
      link?.answer(command, answer);
      countSoon();
    },
  });

  const report = (observed: Observed): void => {
    reports.add(observed);
    link?.flush();
  };

  /** A state that comes twice is one report; a final one that was acknowledged before a restart is none. */
  const onObserved = (observed: Observed): void => {
    countSoon();
    if (observed.ended !== null) streams.endRun(observed.run.uuid);
    if (isFinal(observed) && memory.isFinalAcked(observed.run.uuid, observed.run.attempt, observed.seq)) return;
    report(observed);
  };

  const onReportAck = (ack: ReportAck): void => {
    for (const id of ack.reportIds) {
      const observed = reports.acknowledge(id);
      if (observed === null || !isFinal(observed)) continue;
      memory.rememberFinalAck(observed.run, observed.seq).catch((error: unknown) => {
        // Then it is reported once more after a restart, which is harmless.
        log.warn({ run: observed.run.uuid, problem: String(error) }, 'an acknowledgement could not be kept');
      });
    }
  };

  const countSoon = (): void => {
    counting ??= clock.after(Math.min(longestCountDelayMs, Math.max(countDelayMs, countRest * countTookMs)), () => {
      counting = null;
      count().catch((error: unknown) => log.warn({ problem: String(error) }, 'the runs could not be counted'));
    });
  };

  /** Free capacity, from what exists; never counted up and down (agent-and-kubernetes.md 4.2). */
  const count = async (): Promise<void> => {
    const beganMs = clock.monotonicMs();
    let live = 0;
    const counted = new Map<Status, number>();
    for await (const observed of executor.list()) {
      if (observed.ended === null) live += 1;
      counted.set(observed.status, (counted.get(observed.status) ?? 0) + 1);
    }
    countTookMs = clock.monotonicMs() - beganMs;
    runs = counted;
    const now = Math.max(0, options.facts.capacity - live - loop.pendingStarts());
    if (now === freeCapacity) return;
    freeCapacity = now;
    link?.sendCredits(now);
  };

  const onWelcome = (welcome: Welcome): void => {
    welcomedAtMs = clock.monotonicMs();
    serverOffsetMs = Number(welcome.serverTimeMs) - clock.nowMs();
    isRegressed = welcome.epoch < memory.lastEpoch();
    if (isRegressed) {
      log.error(
        { epoch: welcome.epoch.toString(), known: memory.lastEpoch().toString() },
        'EpochRegression: the control plane seems to be restored from an older copy; nothing is started or removed until a person has looked',
      );
    } else {
      memory
        .rememberEpoch(welcome.epoch)
        .catch((error: unknown) => log.error({ problem: String(error) }, 'the epoch could not be kept'));
    }
    become({ kind: 'live', sessionId: welcome.sessionId, epoch: welcome.epoch });
    log.info({ session: welcome.sessionId, epoch: welcome.epoch.toString() }, 'session is up');
  };

  const dial = (): void => {
    if (ending) return;
    redial = null;
    welcomedAtMs = null;
    if (hasDialled) metrics.redialled();
    hasDialled = true;
    become({ kind: 'dialling' });
    link = new Link({
      ...options,
      reports,
      handledUpTo: loop.handledUpTo,
      freeCapacity: () => freeCapacity,
      onWelcome,
      onCommand: (command) => {
        metrics.commandReceived(command.kind);
        loop.receive(command);
      },
      onReportAck,
      onOpenStream: (order, sessionId) => streams.open(order, sessionId),
      onDrain: () => void drain(),
      onEnd,
    });
  };

  /** Acknowledges what is under way, then dials anew without waiting. A second Drain finds nothing to do. */
  const drain = async (): Promise<void> => {
    const drained = link;
    await underWay();
    if (drained === null || link !== drained || ending) return;
    drained.close();
    streams.closeLogs();
    failures = 0;
    dial();
  };

  const onEnd = (end: LinkEnd): void => {
    link = null;
    streams.closeAll();
    const because = reasonOf(end);
    // A session of ours that is up is fenced only by another process with our identity; dialling again would take turns with it.
    const isFenced = end.kind === 'rejected' && end.reject.reason === 'Fenced' && welcomedAtMs !== null;
    const isFinalRefusal =
      isFenced ||
      (end.kind === 'rejected' && end.reject.terminal) ||
      (end.kind === 'closed' && end.closed.kind === 'refused');
    if (isFinalRefusal) {
      const reason = end.kind === 'rejected' ? end.reject.reason : 'Refused';
      log.error(
        { reason },
        `the control plane refused this agent: ${because} It is not dialled again; a person has to act.`,
      );
      become({ kind: 'refused', reason, message: because });
      return;
    }
    const wasHealthy = welcomedAtMs !== null && clock.monotonicMs() - welcomedAtMs >= healthyAfterMs;
    failures = wasHealthy ? 0 : failures + 1;
    const delayMs = dialDelayMs(failures, retryAfterOf(end), chance);
    log.warn({ because, delayMs }, 'session is down; dialling again');
    become({ kind: 'waiting', delayMs, because });
    redial = clock.after(delayMs, dial);
  };

  /** Resolves when all commands are answered and sent, or after the limit. */
  const underWay = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const limit = clock.after(drainLimitMs, resolve);
      const look = (): void => {
        if (link === null || link.idle) {
          limit.cancel();
          resolve();
        } else clock.after(countDelayMs, look);
      };
      void loop.idle().then(look);
    });
  };

  return {
    start: () => {
      executor
        .watch(onObserved, watching.signal)
        .catch((error: unknown) => log.error({ problem: String(error) }, 'the executor cannot be watched'));
      countSoon();
      dial();
    },
    state: () => state,
    figures: () => ({
      freeCapacity,
      reportsWaiting: reports.size,
      reportsInFlight: state.kind === 'live' ? reports.inFlight : 0,
      runs,
    }),
    refresh: () => void drain(),
    end: async () => {
      ending = true;
      redial?.cancel();
      await underWay();
      streams.closeAll();
      link?.close();
      link = null;
      watching.abort();
      counting?.cancel();
      become({ kind: 'ended' });
    },
  };
}

function reasonOf(end: LinkEnd): string {
  if (end.kind === 'silent') return 'The control plane is silent.';
  return end.kind === 'rejected' ? `${end.reject.reason}: ${end.reject.message}` : end.closed.message;
}

function retryAfterOf(end: LinkEnd): number | null {
  if (end.kind === 'silent') return null;
  return end.kind === 'rejected' ? end.reject.retryAfterMs : end.closed.retryAfterMs;
}
