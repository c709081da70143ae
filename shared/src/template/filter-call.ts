import type { Value } from '../values/value.ts';
import type { Budget } from './budget.ts';
import type { Fault, Offsets } from './fault.ts';

/** What a filter works with: the arguments by place and by name, and the costs. */
export interface FilterCall {
  readonly budget: Budget;
  readonly place: Offsets;
  /** The argument at a place or under a name; undefined when it was not given. */
  readonly arg: (at: number, name: string) => Value | undefined;
  readonly args: readonly Value[];
  /** Applies another filter by name, for `map`. */
  readonly apply: (name: string, value: Value, args: readonly Value[]) => Value | Fault;
}

export type FilterFunction = (value: Value, call: FilterCall) => Value | Fault;
