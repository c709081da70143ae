import { type SourceLimits, sourceLimits } from '../source/limits.ts';

/** Bounds of one submission, which a benchmark lifts (decisions.md 33). */
export interface Limits extends SourceLimits {
  /** Of a dag, with those of the dags inside it: a component that is used ten times counts ten times. */
  readonly operations: number;
  /** Values of the components and presets of all operations, again for each operation that has them. */
  readonly unfolded: number;
}

/** The bounds of everything that a user gives us. */
export const submissionLimits: Limits = { ...sourceLimits, operations: 10_000, unfolded: 3_000_000 };

/** How often something in a dag may wait for something else, over all dags of a submission (decisions.md 33). */
export const mostEdges = 500_000;
