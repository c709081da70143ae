import type { Span } from '@tandem/shared/source';

/** A name that the author wrote and that needs leave, with its place. */
export interface AskedName {
  readonly name: string;
  readonly span: Span;
}

/** Everything that an operation asks for by name (decisions.md 31), as far as the names are no templates. */
export interface Questions {
  readonly connections: readonly AskedName[];
  readonly presets: readonly AskedName[];
  /** Other runs, by uuid. */
  readonly runs: readonly AskedName[];
  readonly queue: AskedName | null;
  readonly namespace: AskedName | null;
  /** Run kinds that the agent has to run. */
  readonly kinds: readonly string[];
  /** The place of the operation as a whole, for problems that have no better one. */
  readonly whole: Span;
}
