import type { Value } from '../values/value.ts';

/**
 * What crosses the wire: the operation with everything resolved but the names that only the agent knows
 * (trust.md 2.2, decisions.md 15 to 17). It holds no secret, and no text in it is rendered again:
 * open places are nodes, not braces.
 */
export interface SealedSpec {
  /** Edition of stage 1: any change of output bytes is a new edition (trust.md 3.4). */
  readonly stage1: 1;
  readonly run: RunFacts;
  readonly inputs: readonly SealedIo[];
  readonly outputs: readonly SealedIo[];
  readonly contexts: readonly SealedIo[];
  readonly termination: Termination;
  /** Names of requested connections, the main container's and the init entries', each once, sorted. */
  readonly connections: readonly string[];
  readonly plugins: Sealed;
  /** The run section: `kind`, `container`, `init`, `environment` and so on, with canonical camelCase keys. */
  readonly body: SealedMap;
}

/** A tree whose leaves are known, or owned by the agent. */
export type Sealed = null | boolean | bigint | number | string | AgentOwned | AgentText | readonly Sealed[] | SealedMap;

export type SealedMap = ReadonlyMap<string, Sealed>;

/** One placeholder that mentions an agent name. It stays whole and carries the values of its other names (decisions.md 15). */
export class AgentOwned {
  /** The expression without braces, such as `connections.data.mountPath`, or a whole `{% if %}` block. */
  readonly template: string;
  /** Values of the names in it that stage 1 knows, by top-level name. */
  readonly known: ReadonlyMap<string, Value>;
  constructor(template: string, known: ReadonlyMap<string, Value>) {
    this.template = template;
    this.known = known;
  }
}

/** Text with open places: parts are literal text or open placeholders. */
export class AgentText {
  readonly parts: readonly (string | AgentOwned)[];
  constructor(parts: readonly (string | AgentOwned)[]) {
    this.parts = parts;
  }
}

/** Facts of the run that both sides may know; the source of `globals.*` (compiler.md 3.5). Times are ISO-8601 in UTC. */
export interface RunFacts {
  readonly uuid: string;
  readonly name: string | null;
  readonly owner: string;
  readonly project: string;
  readonly projectUuid: string;
  readonly username: string | null;
  readonly userEmail: string | null;
  readonly kind: string;
  readonly runtime: string | null;
  readonly namespace: string;
  readonly queue: string;
  readonly createdAt: string;
  readonly compiledAt: string;
}

export interface SealedIo {
  readonly name: string;
  readonly type: string | null;
  readonly isList: boolean;
  readonly isFlag: boolean;
  readonly argFormat: string | null;
  readonly connection: string | null;
  readonly toEnv: string | null;
  readonly value: Sealed;
}

/** Seconds where a unit is not said. Null: no limit, or nothing to do (compiler.md 1.2). */
export interface Termination {
  readonly maxRetries: number;
  readonly timeoutSeconds: number | null;
  readonly ttlSeconds: number | null;
  /** Rules for failed pods, as the author wrote them for Kubernetes; null: none. */
  readonly podFailurePolicy: Sealed;
  /** For services; null: none is stopped for being idle. */
  readonly culling: Culling | null;
}

/** After how long a service that nobody uses is stopped, and where it says when it was last used (agent-and-kubernetes.md 2.8). */
export interface Culling {
  readonly timeoutSeconds: number;
  readonly path: string;
  /** Null: the first port of the service. */
  readonly port: number | null;
}
