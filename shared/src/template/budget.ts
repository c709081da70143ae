import { pythonText } from '../values/print.ts';
import { isMap, type Value } from '../values/value.ts';
import { Fault, type Offsets } from './fault.ts';

/**
 * What one template may cost. A unit is one evaluated node, one produced item, or 64 characters of produced text;
 * 200 000 units take about 20 ms (measured 2026-11-25), while real templates need less than a thousand.
 */
export interface Budget {
  left: number;
  /** Sizes of composites that were weighed before: sharing must not hide how large a value is when written out. */
  sizes: Map<object, Size> | undefined;
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
  return { left: templateLimits.work, sizes: undefined };
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

/** A text that is about to be read character by character, paid for before the work is done: eight characters a unit. */
export function readable(budget: Budget, text: string, place: Offsets): string | Fault {
  return checkLength(text.length, place) ?? spend(budget, text.length >> 3, place) ?? text;
}

/** A value as Python prints it (compiler.md 3.6). What a composite costs is known before its text is made. */
export function printed(budget: Budget, value: Value, place: Offsets): string | Fault {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object') return checkWeight(budget, value, place) ?? pythonText(value);
  const text = pythonText(value);
  return text.length < 64 ? text : (spend(budget, text.length >> 3, place) ?? text);
}

/** Refuses a composite that is too large or too deep to be written out, and takes what that costs. */
export function checkWeight(budget: Budget, value: Value, place: Offsets): Fault | undefined {
  const size = measure(budget, value, 0);
  return tooLarge(size, place) ?? spend(budget, size.weight, place);
}

/** Accepts a composite that an operation made, or refuses one that is too large or too deep when written out. */
export function weighed<V extends Value>(budget: Budget, value: V, place: Offsets): V | Fault {
  const refused = tooLarge(measure(budget, value, 0), place);
  if (refused !== undefined) return refused;
  const size = value !== null && typeof value === 'object' ? (isMap(value) ? value.size : value.length) : 1;
  return spend(budget, 1 + size, place) ?? value;
}

function tooLarge({ weight, depth }: Size, place: Offsets): Fault | undefined {
  if (weight <= templateLimits.weight && depth <= templateLimits.depth) return undefined;
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

interface Size {
  readonly weight: number;
  readonly depth: number;
}

/** Stops as soon as the value is known to be too large, since a value of the context may be as large as a submission. */
function measure(budget: Budget, value: Value, level: number): Size {
  if (typeof value === 'string') return { weight: 1 + (value.length >> 6), depth: 0 };
  if (typeof value === 'bigint') return { weight: isShort(value) ? 1 : 20, depth: 0 };
  if (value === null || typeof value !== 'object') return { weight: 1, depth: 0 };
  const known = budget.sizes?.get(value);
  if (known !== undefined) return known;
  let weight = 1;
  let depth = 0;
  if (level <= templateLimits.depth) {
    for (const each of isMap(value) ? value.values() : value) {
      const inner = measure(budget, each, level + 1);
      weight += inner.weight;
      if (inner.depth > depth) depth = inner.depth;
      if (weight > templateLimits.weight || depth > templateLimits.depth) break;
    }
    if (isMap(value)) for (const key of value.keys()) weight += key.length >> 6;
  }
  const size = { weight, depth: depth + 1 };
  budget.sizes ??= new Map();
  budget.sizes.set(value, size);
  return size;
}

/** Whether an integer has at most 64 bits: arithmetic and printing of longer ones is paid for. */
export function isShort(value: bigint): boolean {
  return value <= 0xffff_ffff_ffff_ffffn && value >= -0xffff_ffff_ffff_ffffn;
}
