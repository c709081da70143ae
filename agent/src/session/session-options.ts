import type { ConnectionName, StartRun } from '@tandem/proto';
import type { PodPlan, RunKey } from '../compile/pod-plan.ts';
import type { Staged } from '../compile/staged.ts';
import type { Masker } from '../mask/masker.ts';
import type { Chance, Clock } from '../ports/clock.ts';
import type { ControlPlane } from '../ports/control-plane.ts';
import type { Executor } from '../ports/executor.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { SessionMemory } from '../ports/session-memory.ts';
import type { Cleaner } from './to-report.ts';

/** Everything that the session core needs; all of it can be stood in for by a test. */
export interface SessionOptions {
  readonly controlPlane: ControlPlane;
  readonly executor: Executor;
  readonly memory: SessionMemory;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly compile: (start: StartRun, run: RunKey) => Staged<PodPlan>;
  readonly clean: Cleaner;
  /** The masker for a log stream that is opened now. */
  readonly masker: () => Promise<Masker>;
  readonly facts: AgentFacts;
  readonly onState?: (state: SessionState) => void;
}

/** What an agent says about itself in Hello. */
export interface AgentFacts {
  readonly agentId: string;
  /** Random for each process. */
  readonly instanceId: string;
  readonly version: string;
  readonly bootTimeMs: number;
  readonly clusterUid: string;
  /** The first is the default one. */
  readonly namespaces: readonly string[];
  readonly connections: readonly ConnectionName[];
  /** Name of the store; empty: there is none. */
  readonly artifactsStore: string;
  /** Most runs at once. */
  readonly capacity: number;
  readonly maxInFlight: number;
  readonly keyThumbprint: string;
  /** sha256 of the policy of the cluster; empty: there is none. */
  readonly policySha256: string;
}

/** The life of an agent's connection. */
export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'dialling' }
  | { readonly kind: 'live'; readonly sessionId: string; readonly epoch: bigint }
  | { readonly kind: 'waiting'; readonly delayMs: number; readonly because: string }
  /** The control plane does not want this agent: a person has to act. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }
  | { readonly kind: 'ended' };

/** What the wire is spoken in. */
export const protocol = { min: 1, max: 1 } as const;
/** What this agent can do beside the protocol that it speaks: connections to ports of runs. */
export const features: readonly string[] = ['forward'];
/** Editions of stage 1 that this agent can open. */
export const stage1Editions: readonly number[] = [1];
/** How long the other side may be silent before Welcome says its own number. */
export const welcomeLimitMs = 30_000;
/** A report without an acknowledgement is sent again after so long. */
export const resendMs = 5_000;
/** How long an end waits for what is under way. */
export const drainLimitMs = 10_000;
