import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, isCode } from './api-problem.ts';

export interface LeaseOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** Who we are: one for each process. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The lease was read, and another process has it. */
  readonly onHeldByOther?: () => void;
}

/** Seconds, as everybody who elects by Lease has them (agent-and-kubernetes.md 4.3). */
const leaseSeconds = 15;
const renewMs = 2_000;
/** Not renewed for so long, and we may be no leader any more: earlier than anybody else may become it. */
const doubtMs = 10_000;
/** An answer that comes later is none: a call that hangs must not hide that the time is over. */
const answerLimitMs = 5_000;

interface LeaseObject {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number;
  };
}

export interface Leadership {
  /** Resolves when another process leads, or the lease was taken away; never before that. */
  readonly lost: Promise<void>;
  /**
   * Whether nobody else can lead now. False after an outage of the API server, until the lease is renewed: then nothing may
   * be changed, and when the server is back it says whether somebody has led meanwhile.
   */
  holds(): boolean;
  /** Lets the next one lead at once. */
  release(): Promise<void>;
}

/**
 * Waits until this process is the leader. A lease counts as free when its record has not changed for its whole time on
 * *our* clock, so clocks that differ between nodes do no harm. Null: `signal` aborted first.
 */
export async function becomeLeader(options: LeaseOptions, signal: AbortSignal): Promise<Leadership | null> {
  const { clock, log } = options;
  let seenVersion: string | null = null;
  let seenAtMs = 0;
  while (!signal.aborted) {
    try {
      const lease = await readLease(options);
      const version = lease?.metadata.resourceVersion ?? '';
      if (seenVersion !== version) {
        seenVersion = version;
        seenAtMs = clock.monotonicMs();
      }
      const holder = lease?.spec?.holderIdentity ?? '';
      const isFree =
        lease === null ||
        holder === '' ||
        holder === options.holder ||
        clock.monotonicMs() - seenAtMs > leaseSeconds * 1000;
      const askedAtMs = clock.monotonicMs();
      if (isFree && (await take(options, lease))) return lead(options, askedAtMs);
      options.onHeldByOther?.();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      log.warn({ lease: options.name, problem: error.message }, 'the lease cannot be read or taken; trying again');
    }
    await pause(clock, renewMs, signal);
  }
  return null;
}

/**
 * Keeps the lease for as long as it can. An API server that does not answer takes it from nobody, so the process lives on
 * and changes nothing (agent-and-kubernetes.md 7, row 3).
 */
function lead(options: LeaseOptions, takenAtMs: number): Leadership {
  const { clock, log } = options;
  const over = new AbortController();
  let renewedAtMs = takenAtMs;
  const holds = (): boolean => clock.monotonicMs() - renewedAtMs < doubtMs;
  const lost = (async () => {
    for (;;) {
      await pause(clock, renewMs, over.signal);
      if (over.signal.aborted) return new Promise<void>(() => undefined); // Let go on purpose: nothing was lost.
      try {
        const askedAtMs = clock.monotonicMs();
        const lease = await readLease(options);
        if (lease?.spec?.holderIdentity !== options.holder) return;
        if (await take(options, lease)) renewedAtMs = askedAtMs;
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        log.warn({ lease: options.name, problem: error.message, holds: holds() }, 'the lease could not be renewed');
      }
    }
  })();
  return {
    lost,
    holds,
    release: async () => {
      over.abort();
      try {
        const lease = await readLease(options);
        if (lease?.spec?.holderIdentity === options.holder) await take({ ...options, holder: '' }, lease);
      } catch (error) {
        // Then it runs out by itself.
        log.warn({ lease: options.name, problem: String(error) }, 'the lease could not be given back');
      }
    },
  };
}

const pathOf = ({ namespace, name }: LeaseOptions): string =>
  `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${encodeURIComponent(name)}`;

const inTime = () => ({ lane: 'urgent', signal: AbortSignal.timeout(answerLimitMs) }) as const;

async function readLease(options: LeaseOptions): Promise<LeaseObject | null> {
  try {
    return await options.client.call<LeaseObject>({ path: pathOf(options), ...inTime() });
  } catch (error) {
    if (isCode(error, 404)) return null;
    throw error;
  }
}

/** Writes ourselves into it; false: somebody was faster. */
async function take(options: LeaseOptions, lease: LeaseObject | null): Promise<boolean> {
  const { holder, name, namespace, client, clock } = options;
  const now = new Date(clock.nowMs()).toISOString().replace('Z', '000Z');
  const isChange = lease?.spec?.holderIdentity !== holder;
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...(lease?.metadata ?? {}), name, namespace },
    spec: {
      ...lease?.spec,
      holderIdentity: holder,
      leaseDurationSeconds: leaseSeconds,
      renewTime: now,
      ...(isChange ? { acquireTime: now, leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + 1 } : {}),
    },
  };
  try {
    const path = pathOf(options);
    await (lease === null
      ? client.call({ method: 'POST', path: path.slice(0, path.lastIndexOf('/')), body, ...inTime() })
      : client.call({ method: 'PUT', path, body, ...inTime() }));
    return true;
  } catch (error) {
    if (isCode(error, 409)) return false;
    throw error;
  }
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(ms, done);
    function done(): void {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
