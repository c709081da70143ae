import type { Status } from '@tandem/shared/lifecycle';
import type { RunHead } from './move.ts';

export type ManagedBy = 'agent' | 'user' | 'cli';

/** What the rules about actions need of a run. */
export interface RunState extends RunHead {
  readonly managedBy: ManagedBy;
  /** Bitmap of closed gates. */
  readonly gates: number;
  /** 1 live, 0 archived, -1 being deleted. */
  readonly liveState: number;
  /** It was handed to an agent in some attempt, so the agent may hold objects and logs of it. */
  readonly wasSent: boolean;
}

/** A run as clients see it. Times are ISO-8601 with microseconds; json fields are wire text. */
export interface Run extends RunState {
  readonly name: string | null;
  readonly description: string | null;
  readonly readme: string | null;
  readonly tags: readonly string[];
  readonly kind: string;
  readonly runtime: string | null;
  readonly owner: string;
  readonly project: string;
  readonly username: string | null;
  readonly reason: string;
  readonly message: string;
  readonly namespace: string | null;
  readonly agent: { readonly uuid: string; readonly name: string; readonly version: string | null } | null;
  readonly queue: { readonly uuid: string; readonly name: string } | null;
  readonly artifactsStore: string | null;
  readonly scheduleAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly inputs: string;
  readonly outputs: string;
  readonly metaInfo: string;
  readonly original: { readonly uuid: string; readonly name: string | null; readonly kind: string } | null;
  readonly pipeline: { readonly uuid: string; readonly name: string | null; readonly kind: string } | null;
}

/** A run with its texts: what a list leaves out. */
export interface RunDetail extends Run {
  readonly rawContent: string | null;
  readonly content: string | null;
}

/** An entry of the history that clients see as a condition. */
export interface Condition {
  readonly pos: number;
  readonly at: string;
  readonly status: Status;
  readonly reason: string;
  readonly message: string;
  readonly writer: string;
  readonly attempt: number;
}
