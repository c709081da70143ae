import type { RunFacts } from '../wire/sealed-spec.ts';

/** What compilation needs to know beside the operation. A loader asks for exactly what `asks` names; stages fetch nothing. */
export interface Facts {
  readonly run: RunFacts;
  /** Things that the operation names, by their reference. Empty until references are supported. */
  readonly entities: ReadonlyMap<string, unknown>;
  /** What a value that looks like a secret is: a warning (when left out), or an error (trust.md 2.3). */
  readonly secretLike?: 'warn' | 'refuse';
}

/** What an operation asks of others, as plain data: for access checks and for loading facts. */
export interface Questions {
  readonly connections: readonly string[];
  readonly queue: string | null;
  readonly namespace: string | null;
  readonly presets: readonly string[];
  /** Other runs, by uuid. */
  readonly runs: readonly string[];
  /** Names among the above that are templates, so that they are known only after `compile`. */
  readonly isPartial: boolean;
}
