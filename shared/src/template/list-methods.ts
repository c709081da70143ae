import type { Value } from '../values/value.ts';
import type { Budget } from './budget.ts';
import { equals } from './comparison.ts';
import { Fault, type Offsets } from './fault.ts';

/** The methods of lists: `index` and `count` (decisions.md 22); undefined for all others. */
export function listMethod(
  budget: Budget,
  list: readonly Value[],
  method: string,
  args: readonly Value[],
  place: Offsets,
): Value | undefined | Fault {
  const [item] = args;
  if ((method !== 'index' && method !== 'count') || item === undefined || args.length > 1) return undefined;
  let count = 0n;
  for (const [at, each] of list.entries()) {
    const same = equals(budget, each, item, place);
    if (same instanceof Fault) return same;
    if (same && method === 'index') return BigInt(at);
    if (same) count += 1n;
  }
  return method === 'count' ? count : new Fault('template/wrong-type', 'The list does not hold this value.', place);
}
