import { done, type Outcome } from '../outcome/index.ts';
import type { Checked, WithReferences } from './drafts.ts';
import type { Facts } from './facts.ts';

/**
 * Puts the things that an operation names (`runs.<uuid>`, hub components) in their place. `sanitize` refuses references
 * until they are supported, so there is nothing to look up in `facts.entities` yet.
 */
export function resolveReferences(draft: Checked, _entities: Facts['entities']): Outcome<WithReferences> {
  return done({ ...draft, stage: 'references' });
}
