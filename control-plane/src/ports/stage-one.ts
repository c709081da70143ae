import type { RunEntity } from '@tandem/shared/compile';
import type { Outcome } from '@tandem/shared/outcome';
import type { Questions } from '../compile/questions.ts';

/** A checked operation: what the rules of submission need to know of it. Plain data; its text is its identity. */
export interface CheckedRun {
  /** As submitted. */
  readonly text: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly kind: string;
  readonly runtime: string | null;
  /** False: the run waits until somebody approves it. */
  readonly isApproved: boolean;
  /** The assembled operation as wire JSON (decisions.md 34). */
  readonly content: string;
  /** Names that need leave, with the places where they stand. */
  readonly asks: Questions;
  /** Queue or namespace are templates: they are known only after `compile`. */
  readonly isPlacedLate: boolean;
}

/** Facts of the run that only the control plane knows. Times are ISO-8601 by the database's clock. */
export interface CompileFacts {
  readonly uuid: string;
  readonly name: string | null;
  readonly owner: string;
  readonly project: string;
  readonly projectUuid: string;
  readonly username: string;
  readonly userEmail: string;
  readonly namespace: string;
  readonly queue: string;
  readonly createdAt: string;
  readonly compiledAt: string;
  readonly secretLike: 'warn' | 'refuse';
  /** The runs that params refer to, by uuid; one that is not here is not found or not allowed. */
  readonly runs: ReadonlyMap<string, RunEntity>;
}

/** What stage 1 made of an operation, with the sections that it decided. */
export interface CompiledRun {
  /** The condition was false: the run does not take place. */
  readonly isSkipped: boolean;
  readonly sealed: Uint8Array;
  readonly sha256: Uint8Array;
  readonly stage1Edition: number;
  /** Wire JSON of maps. */
  readonly inputs: string;
  readonly outputs: string;
  /** What lists and clients show of it, such as the ports of a service; wire JSON of a map. */
  readonly metaInfo: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly queue: string | null;
  readonly namespace: string | null;
  /** All connections that the run needs, each once. */
  readonly connections: readonly string[];
}

/** Stage 1 of the compilation: pure, but a large text is worked on by another thread (decisions.md 33). */
export interface StageOne {
  /** What the operation is and asks for, or everything that is wrong with it. */
  check(text: string): Promise<Outcome<CheckedRun>>;
  /** Compiles what `check` gave. */
  compile(checked: CheckedRun, facts: CompileFacts): Promise<Outcome<CompiledRun>>;
}
