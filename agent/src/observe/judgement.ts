import type { Reason, Status } from '@tandem/shared/lifecycle';

/** What the cluster's objects say about a run (agent-and-kubernetes.md 3.3). */
export interface Judgement {
  readonly status: Status;
  readonly reason: Reason;
  readonly message: string;
  /** When it became so, by the objects' own times; null: they do not say. */
  readonly atMs: number | null;
  /** Set once the run has ended. */
  readonly end: { readonly exitCode: number | null; readonly finishedAtMs: number | null } | null;
  /** Nothing has to change for the judgement to become another one: look again after so many ms; null: no need. */
  readonly againMs: number | null;
  /** It is stuck, and the events of the cluster may say why. */
  readonly wantsEvents: boolean;
}

type Parts = Pick<Judgement, 'status' | 'reason'> & Partial<Judgement>;

/** A judgement with the usual rest. */
export function judged(parts: Parts): Judgement {
  return { message: '', atMs: null, end: null, againMs: null, wantsEvents: false, ...parts };
}

/** How long something may be as it is before it is called trouble, and before it ends the run; ms (agent-and-kubernetes.md 3.3). */
export const graces = {
  unschedulable: 30_000,
  imagePull: 10 * 60_000,
  config: 5 * 60_000,
  mountWarning: 60_000,
  mount: 15 * 60_000,
  noPod: 60_000,
  /** A pod without the object that made it. */
  noLead: 30_000,
  silentNode: 60_000,
  /** The main container of a job has ended, and others of its pod that are none of ours go on. */
  beside: 10_000,
  /** Stuck for so long, and events are looked up. */
  events: 30_000,
} as const;

/** By how much the cluster's time as the agent knows it, and the clocks of the nodes, may be off; ms (ClusterClock). */
export const clockErrorMs = 2_000;

export type Graces = { readonly [grace in keyof typeof graces]: number };
