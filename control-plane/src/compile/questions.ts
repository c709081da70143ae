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
  readonly queue: AskedName | null;
  readonly namespace: AskedName | null;
  /** The place of the operation as a whole, for problems that have no better one. */
  readonly whole: Span;
}
