import type { Reason } from '@tandem/shared/lifecycle';
import type { Approval, RunChange } from '../domain/runs/actions.ts';
import type { RunHead } from '../domain/runs/move.ts';
import type { Condition, ManagedBy, Run, RunDetail, RunState } from '../domain/runs/run.ts';
import type { RunFilter, RunSort } from '../domain/runs/run-query.ts';
import type { WaitingFacts } from '../domain/runs/waiting.ts';
import type { Listed, Page } from './project-store.ts';

/** Where a submission would go: a queue with what its agent last reported. */
export interface Target {
  readonly queueId: number;
  readonly queue: string;
  /** `priority` of the queue: a higher one leaves first. */
  readonly priority: number;
  readonly agentId: number;
  readonly agent: string;
  readonly namespaces: readonly string[];
  readonly kinds: readonly string[];
  readonly connections: readonly string[];
  /** False: it never connected, so nothing is known about it (decisions.md 32). */
  readonly hasConnected: boolean;
}

/** The text of a run, and what stage 1 made of it. */
export interface CompiledText {
  /** Canonical wire JSON of the sealed spec, with its sha256. */
  readonly sealed: Uint8Array;
  readonly sha256: Uint8Array;
  readonly stage1Edition: number;
  /** Wire JSON of maps. */
  readonly inputs: string;
  readonly outputs: string;
  /** What lists and clients show of it, such as the ports of a service; wire JSON of a map. */
  readonly metaInfo: string;
}

/** An entry of a new run's log; the last one is the status that the run has. */
export interface FirstCondition {
  readonly status: 'created' | 'compiled' | 'queued' | 'skipped';
  readonly reason: Reason;
  readonly message: string;
}

export interface NewRun {
  /** 32 hex digits. */
  readonly uuid: string;
  readonly organisationId: number;
  readonly projectId: number;
  readonly userId: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly kind: string;
  readonly runtime: string | null;
  readonly managedBy: ManagedBy;
  readonly gates: number;
  readonly queueId: number | null;
  readonly agentId: number | null;
  readonly priority: number;
  readonly namespace: string | null;
  readonly metaInfo: string;
  readonly traceparent: string | null;
  readonly createdAt: string;
  readonly rawContent: string | null;
  readonly content: string | null;
  readonly compiled: CompiledText | null;
  readonly conditions: readonly FirstCondition[];
  readonly writer: string;
  /** Stored with the run, so that a repeated request gives the same answer. */
  readonly once: OnceAnswer | null;
}

/** The answer to a request with an idempotency key. */
export interface OnceAnswer {
  readonly key: string;
  readonly route: string;
  readonly bodySha256: Uint8Array;
  readonly status: number;
  readonly answer: string;
}

export type Inserted = { readonly kind: 'done' } | { readonly kind: 'uuid-taken' } | { readonly kind: 'key-taken' };

export interface RunPatch {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly readme?: string | null;
  readonly tags?: readonly string[];
  /** Wire JSON of maps. */
  readonly inputs?: string;
  readonly outputs?: string;
  readonly metaInfo?: string;
  /** Adds keys and tags instead of replacing all of them. */
  readonly isMerge: boolean;
}

export interface RunArtifact {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly isInput: boolean;
}

/** What an action did: how the run stands now and whom to wake. */
export interface Changed {
  readonly run: RunHead;
  readonly hasMoved: boolean;
}

/** Runs of a project. A uuid is 32 hex digits; every lookup is bounded by the project, so no id reaches another tenant. */
export interface RunStore {
  /** The queue of an organisation: by agent and queue, by queue, or the default one. With the database's time. */
  target(organisationId: number, agent: string | null, queue: string): Promise<{ target: Target | null; now: string }>;
  /** One statement: the run, its texts, its first log entries and the idempotency key, or nothing of all that. */
  insert(run: NewRun): Promise<Inserted>;
  /** The stored answer of a key that is younger than 24 hours. */
  onceAnswer(userId: number, key: string): Promise<OnceAnswer | null>;
  find(projectId: number, uuid: string): Promise<RunDetail | null>;
  list(projectId: number, filter: RunFilter, sort: readonly RunSort[], page: Page): Promise<Listed<Run>>;
  /** Entries that are conditions, behind `afterPos`, in order. */
  conditions(runId: number, afterPos: number): Promise<readonly Condition[]>;
  /**
   * Reads the run, asks what to do and writes it with the agent's command in one transaction. When somebody else moved
   * the run meanwhile, it reads and asks again. Null: there is no such run.
   */
  change(projectId: number, uuid: string, decide: (run: RunState) => RunChange): Promise<Changed | null>;
  /**
   * Opens a gate that is not the last one, or notes an approval. False: the run changed meanwhile, decide again.
   */
  openGate(run: RunState, approval: Approval & { kind: 'open' }, writer: string): Promise<boolean>;
  /** Opens the last gate: stores what stage 1 made and moves on. False: the run changed meanwhile. */
  release(run: RunState, outcome: Released, writer: string): Promise<boolean>;
  /** Null: there is no such run. */
  patch(projectId: number, uuid: string, patch: RunPatch): Promise<boolean>;
  /** Marks a run as going; it must be done or stopping. False: it was marked before. */
  markDeleted(runId: number, writer: string): Promise<boolean>;
  /**
   * Carries deletions on: tells agents to forget ended runs, and purges those that nobody holds.
   * Gives the ids of agents with a new command.
   */
  finishDeletions(limit: number): Promise<readonly number[]>;
  artifacts(runId: number, page: Page): Promise<Listed<RunArtifact>>;
  /** Adds or replaces by (name, is input). */
  putArtifacts(runId: number, artifacts: readonly RunArtifact[]): Promise<void>;
  waiting(runId: number): Promise<WaitingFacts>;
  /** The state that decides whether a run token is still good; null when there is no such run. */
  tokenState(uuid: string): Promise<RunTokenState | null>;
}

export interface RunTokenState {
  readonly attempt: number;
  readonly organisation: string;
  readonly project: string;
  readonly projectId: number;
  /** Seconds since the run ended; null while it has not. */
  readonly endedSeconds: number | null;
}

/** What stage 1 said when the last gate opened. */
export type Released =
  | { readonly kind: 'queued'; readonly compiled: CompiledText }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly message: string };
