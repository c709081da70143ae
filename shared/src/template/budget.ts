import { isMap, type Value } from '../values/value.ts';
import { Fault, type Offsets } from './fault.ts';

/**
 * What one template may cost. A unit is one evaluated node, one produced item, or 64 characters of produced text;
 * 200 000 units take about 20 ms (measured 2026-11-23), while real templates need less than a thousand.
 */
export interface Budget {
  left: number;
  /** Sizes of composites that were weighed before: sharing must not hide how large a value is when written out. */
  readonly sizes: Map<object, Size>;
}

export const templateLimits = {
  work: 200_000,
  /** Characters of one text. */
  text: 1024 * 1024,
  /** Items and characters/64 of one value, written out. */
  weight: 100_000,
  /** Lists and maps inside each other. */
  depth: 110,
  /** Bits of one integer. */
  bits: 4096,
} as const;

export function newBudget(): Budget {
  return { left: templateLimits.work, sizes: new Map() };
}

/** Takes units from the budget; gives a fault once it is used up. */
export function spend(budget: Budget, units: number, place: Offsets): Fault | undefined {
  budget.left -= units;
  if (budget.left >= 0) return undefined;
  return new Fault(
    'template/too-much-work',
    'The template needs more steps than a template may take.',
    place,
    'Loop over less, or compute this inside the run.',
  );
}

/** Accepts a text that an operation made, or refuses one that is too long. */
export function bounded(budget: Budget, text: string, place: Offsets): string | Fault {
  return checkLength(text.length, place) ?? spend(budget, 1 + (text.length >> 6), place) ?? text;
}

/** Refuses a text before it is made. */
export function checkLength(length: number, place: Offsets): Fault | undefined {
  if (length <= templateLimits.text) return undefined;
  return new Fault(
    'template/too-much-work',
    `A text would have more than ${templateLimits.text} characters.`,
    place,
    'Make it shorter, or read it from a file inside the run.',
  );
}

/** Accepts a composite that an operation made, or refuses one that is too large or too deep when written out. */
export function weighed<V extends Value>(budget: Budget, value: V, place: Offsets): V | Fault {
  const { weight, depth } = measure(budget, value);
  if (weight > templateLimits.weight || depth > templateLimits.depth) {
    const what =
      depth > templateLimits.depth
        ? `be nested more than ${templateLimits.depth} deep`
        : `hold more than ${templateLimits.weight} items`;
    return new Fault(
      'template/too-much-work',
      `A value would ${what}.`,
      place,
      'Make it smaller, or compute it inside the run.',
    );
  }
  const size = value !== null && typeof value === 'object' ? (isMap(value) ? value.size : value.length) : 1;
  return spend(budget, 1 + size, place) ?? value;
}

interface Size {
  readonly weight: number;
  readonly depth: number;
}

function measure(budget: Budget, value: Value): Size {
  if (typeof value === 'string') return { weight: 1 + (value.length >> 6), depth: 0 };
  if (value === null || typeof value !== 'object') return { weight: 1, depth: 0 };
  const known = budget.sizes.get(value);
  if (known !== undefined) return known;
  let weight = 1;
  let depth = 0;
  for (const each of isMap(value) ? value.values() : value) {
    const inner = measure(budget, each);
    weight += inner.weight;
    depth = Math.max(depth, inner.depth);
  }
  const size = { weight, depth: depth + 1 };
  budget.sizes.set(value, size);
  return size;
}
