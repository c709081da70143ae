import type { ValueMap } from '../values/value.ts';
import type { Budget } from './budget.ts';
import type { Locals } from './locals.ts';

/** What an expression is evaluated in. Names of loops and `{% set %}` hide those of the context. */
export interface Environment {
  readonly names: ValueMap;
  readonly locals: Locals;
  readonly budget: Budget;
  /** The template, for hints about the text around a place. */
  readonly text: string;
}
