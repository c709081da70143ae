import type { RunSettings } from '../compile/kubernetes/names.ts';
import type { RunKey } from '../compile/pod-plan.ts';
import type { Judgement } from './judgement.ts';

/**
 * What the cluster shows of one attempt of a run, reduced to the fields that its status depends on: pods of ten thousand
 * runs must fit into memory (agent-and-kubernetes.md 4.10). Times are ms since 1970, by the cluster's clocks.
 */
export interface RunView {
  readonly run: RunKey;
  readonly namespace: string;
  readonly settings: RunSettings;
  /** The object that was made first; null: it is not there any more. */
  readonly lead: LeadView | null;
  /** It was there before. A pod may be heard of before the object that made it. */
  readonly isLeadGone: boolean;
  /** Objects that make pods of their own: the lead too, where it is a Job. */
  readonly jobs: readonly JobView[];
  readonly pods: readonly PodView[];
  /** Looked up on demand for what is stuck; empty before. */
  readonly events: readonly EventView[];
  readonly stop: StopView | null;
  /** An end that was decided while something of the run was still there; it stands, whatever the objects do after it. */
  readonly recordedEnd: Judgement | null;
  /** Nodes that do not answer, by name, with the time since when. */
  readonly silentNodes: ReadonlyMap<string, number>;
  readonly isNamespaceGone: boolean;
}

export interface StopView {
  readonly generation: number;
  /** `MainEnded`: the main container had done its work at `atMs`, and others of the pod went on beside it. */
  readonly why: 'UserStop' | 'TimeoutExceeded' | 'MainEnded' | 'IdleCulled';
  readonly atMs: number;
  readonly graceSeconds: number;
}

export interface LeadView {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly version: bigint;
  readonly createdAtMs: number;
  readonly specSha256: string;
  /** All objects of the attempt are there. */
  readonly isComplete: boolean;
  readonly isAcknowledged: boolean;
  /** Its log is in the store, as was noted on it. */
  readonly isLogKept: boolean;
  readonly isDeleting: boolean;
  /** Made only to remember a stop that came before its start. */
  readonly isTombstone: boolean;
  readonly conditions: readonly ConditionView[];
  /** Of a Deployment; null for other kinds. */
  readonly availableReplicas: number | null;
  /** Of operators' objects: the word in which they say how it is, such as `SUCCEEDED`. */
  readonly phase: string | null;
  readonly phaseMessage: string;
}

export interface JobView {
  readonly name: string;
  readonly uid: string;
  readonly role: string;
  readonly version: bigint;
  readonly createdAtMs: number;
  readonly conditions: readonly ConditionView[];
  readonly failed: number;
  readonly active: number;
  readonly isSuspended: boolean;
  /** The author gave failure rules of their own: only the Job itself knows what counts. */
  readonly hasOwnFailurePolicy: boolean;
}

export interface ConditionView {
  readonly type: string;
  readonly isTrue: boolean;
  /** `Unknown` is neither true nor false. */
  readonly isUnknown: boolean;
  readonly reason: string;
  readonly message: string;
  readonly atMs: number;
}

export interface PodView {
  readonly name: string;
  readonly uid: string;
  readonly role: string;
  /** The Job that made it, by uid, and its index there: at most one pod at a time may run in a place. Empty: no Job made it. */
  readonly place: string;
  /** It waits until we let it start. */
  readonly isHeld: boolean;
  readonly version: bigint;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly node: string;
  readonly ip: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly isDeleting: boolean;
  readonly conditions: readonly ConditionView[];
  readonly init: readonly ContainerView[];
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly name: string;
  /** An init container that goes on beside the main ones. */
  readonly isSidecar: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How it ended the last time, where it was started again. */
  readonly before: Terminated | null;
}

export type ContainerState =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly startedAtMs: number }
  | Terminated;

export interface Terminated {
  readonly kind: 'terminated';
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** Null: nobody saw it end. */
  readonly finishedAtMs: number | null;
}

export interface EventView {
  readonly reason: string;
  readonly message: string;
  /** Uid of what it is about. */
  readonly about: string;
  readonly atMs: number;
}
