import type { Outcome } from '@tandem/shared/outcome';
import type { Questions } from '../compile/questions.ts';

/** A checked operation: what the rules of submission need to know of it, and its own form, which only stage 1 reads. */
export interface CheckedRun {
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly kind: string;
  readonly runtime: string | null;
  /** `queue` or `agent/queue`; null for the default one. */
  readonly queue: string | null;
  readonly namespace: string | null;
  readonly isApproved: boolean;
  /** The assembled operation as wire JSON (decisions.md 34). */
  readonly content: string;
  /** Names that need leave, with the places where they stand. */
  readonly asks: Questions;
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
}

export type CompiledRun =
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'sealed';
      readonly sealed: Uint8Array;
      readonly sha256: Uint8Array;
      readonly stage1Edition: number;
      /** Wire JSON of maps. */
      readonly inputs: string;
      readonly outputs: string;
    };

/** Stage 1 of the compilation: pure, but a large text is read on another thread (decisions.md 33). */
export interface StageOne {
  /** What the operation is and asks for, or everything that is wrong with it. */
  check(text: string): Promise<Outcome<CheckedRun>>;
  /** Compiles what `check` of this same object gave. */
  compile(checked: CheckedRun, facts: CompileFacts): Promise<Outcome<CompiledRun>>;
}
