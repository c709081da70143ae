import type { Span } from '../source/span.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { RunFacts } from '../wire/sealed-spec.ts';

/** What compilation needs to know beside the operation. A loader asks for exactly what `asks` names; stages fetch nothing. */
export interface Facts {
  readonly run: RunFacts;
  /** Facts of the run that most runs do not have. */
  readonly origin?: RunOrigin;
  /** Runs that params refer to, by uuid; one that is not here does not exist or is not allowed. */
  readonly runs?: ReadonlyMap<string, RunEntity>;
  /** The dag that the run belongs to, for an operation of one. */
  readonly pipeline?: PipelineFacts;
  /** The runs that each join found, in the order of the joins; each list in the order of its query (`joinQueries`). */
  readonly joins?: readonly (readonly RunEntity[])[];
  /** The name of the store that the agent keeps artifacts in: what an init entry means that names no connection (compiler.md 3.7). */
  readonly artifactsStore?: string;
  /** What is known of a schedule's former children. */
  readonly schedule?: ScheduleFacts;
  /** Suggestions for the next children of a matrix that learns from the former ones. */
  readonly suggestions?: readonly ValueMap[];
  /** What a value that looks like a secret is: a warning (when left out), or an error (trust.md 2.3). */
  readonly secretLike?: 'warn' | 'refuse';
}

/** Where a run comes from, as far as it does (decisions.md 27). Times are ISO 8601. */
export interface RunOrigin {
  readonly iteration?: number;
  readonly scheduleAt?: string;
  readonly pipelineUuid?: string;
  readonly pipelineName?: string;
  readonly controllerUuid?: string;
  readonly cloningKind?: string;
  readonly originalUuid?: string;
}

/** Another run, as far as params may ask for it (compiler.md 3.2). Times are ISO 8601, null when they have not come. */
export interface RunEntity {
  readonly uuid: string;
  readonly name: string | null;
  readonly owner: string;
  readonly project: string;
  readonly projectUuid: string;
  readonly kind: string;
  readonly runtime: string | null;
  readonly status: string;
  /** The last condition, as text. */
  readonly condition: string | null;
  readonly namespace: string | null;
  readonly inputs: ValueMap;
  readonly outputs: ValueMap;
  readonly artifacts: readonly RunArtifact[];
  readonly iteration: number | null;
  readonly createdAt: string | null;
  readonly compiledAt: string | null;
  readonly scheduleAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly cloningKind: string | null;
  readonly originalUuid: string | null;
}

export interface RunArtifact {
  readonly name: string;
  readonly kind: string;
  /** Below the run's folder. */
  readonly path: string | null;
}

export interface PipelineFacts {
  readonly dag: RunEntity;
  /** Runs of the dag's operations, by name. */
  readonly ops: ReadonlyMap<string, RunEntity>;
}

/** Children of a schedule so far. */
export interface ScheduleFacts {
  readonly lastAt: string | null;
  readonly runsSoFar: number;
}

/** A name that an operation asks for, with its place. */
export interface Asked {
  readonly name: string;
  readonly span: Span;
}

/** What an operation asks of others, as plain data: for access checks and for loading facts (decisions.md 31). */
export interface Questions {
  readonly connections: readonly string[];
  readonly queue: string | null;
  /** The operation's own queue, and those of its dag's operations. */
  readonly queues: readonly string[];
  /** Run kinds that an agent has to run for it: the operation's own, or those of its dag's operations. */
  readonly kinds: readonly string[];
  readonly namespace: string | null;
  readonly presets: readonly string[];
  /** Other runs, by uuid. */
  readonly runs: readonly Asked[];
  /** How many joins have to be looked up. */
  readonly joins: number;
  /** Names among the above that are templates, so that they are known only after `compile`. */
  readonly isPartial: boolean;
}

/** A query over runs of the same project, rendered (compiler.md 3.3). */
export interface JoinQuery {
  readonly query: string;
  /** Empty: in the order of creation (decisions.md 52). */
  readonly sort: string;
  readonly limit: number;
  readonly offset: number;
}

/** An edge between runs that stage 1 found: from `upstream` to the run that is compiled. */
export interface RunEdge {
  readonly kind: 'run' | 'join';
  /** The uuid of the other run. */
  readonly upstream: string;
  /** What each param takes from it. */
  readonly values: ReadonlyMap<string, Value>;
}
