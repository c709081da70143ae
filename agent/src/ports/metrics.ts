import type { Status } from '@tandem/shared/lifecycle';
import type { AgentCommand, Answer } from '../commands/command.ts';

/** What the agent counts as it happens. Every label is a word of a short list: never a run, a user's name or a text. */
export interface Metrics {
  /** The control plane is dialled once more after a session, or a try, that ended. */
  redialled(): void;
  /** A command came; one that comes again counts again. */
  commandReceived(kind: AgentCommand['kind']): void;
  commandAnswered(kind: AgentCommand['kind'], outcome: Answer['kind']): void;
  /** Rules that kept one run from the cluster. */
  policyDenied(rules: readonly string[]): void;
  /** A request to the API server of the cluster. */
  apiRequest(request: ApiRequest): void;
  /** A watch of the cluster ended and is opened anew. */
  watchRestarted(why: WatchEnd): void;
}

export interface ApiRequest {
  readonly verb: 'get' | 'watch' | 'post' | 'put' | 'patch' | 'delete';
  /** HTTP status; 0: no answer came. */
  readonly code: number;
  /** From sending to the beginning of the answer. Waiting for our own turn is no part of it. */
  readonly seconds: number;
}

/** Why a watch ended: as usual, after silence, since its version is too old, or by a failure. */
export type WatchEnd = 'ended' | 'silent' | 'expired' | 'failed';

/** What is read when somebody looks, and costs nothing in between. */
export interface Gauges {
  readonly isLive: boolean;
  readonly isLeader: boolean;
  /** Most runs at once. */
  readonly capacity: number;
  readonly session: SessionFigures;
}

/** What the session has at hand now. */
export interface SessionFigures {
  /** How many more runs the agent would take. */
  readonly freeCapacity: number;
  /** Reports that the control plane has not acknowledged. */
  readonly reportsWaiting: number;
  /** Those of them that were sent in this session. */
  readonly reportsInFlight: number;
  /** Runs that are there by status, ended ones included. */
  readonly runs: ReadonlyMap<Status, number>;
}

/** Before there is a session. */
export const noFigures: SessionFigures = { freeCapacity: 0, reportsWaiting: 0, reportsInFlight: 0, runs: new Map() };

const nothing = (): void => undefined;

/** For an agent that nobody measures. */
export const noMetrics: Metrics = {
  redialled: nothing,
  commandReceived: nothing,
  commandAnswered: nothing,
  policyDenied: nothing,
  apiRequest: nothing,
  watchRestarted: nothing,
};
