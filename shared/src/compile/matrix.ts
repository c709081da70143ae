import { done, type Outcome } from '../outcome/index.ts';
import type { WithJoins, WithMatrix } from './drafts.ts';

/** One operation or many children. `sanitize` refuses `matrix` until it is supported, so there is always the one operation. */
export function expandMatrix(draft: WithJoins): Outcome<WithMatrix> {
  return done({ ...draft, stage: 'matrix' });
}
