import { done, type Outcome } from '../outcome/index.ts';
import type { WithJoins, WithParams } from './drafts.ts';

/** Results of queries over runs as params. `sanitize` refuses `joins` until they are supported, so the context stays as it is. */
export function resolveJoins(draft: WithParams): Outcome<WithJoins> {
  return done({ ...draft, stage: 'joins' });
}
