import { AgentOwned, AgentText, type Sealed } from './sealed-spec.ts';

/** About how many characters a value has when it is sealed; counting ends where there are more than `most`. */
export function sealedSize(value: Sealed, most: number): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 8;
  if (value instanceof AgentOwned) return value.template.length + sum(value.known.entries(), most);
  if (value instanceof AgentText) return sum(value.parts, most);
  return value instanceof Map ? sum(value.entries(), most) : sum(value as readonly Sealed[], most);
}

/** Of items, or of names with values. */
function sum(items: Iterable<Sealed | readonly [string, Sealed]>, most: number): number {
  let size = 2;
  for (const item of items) {
    size += sealedSize(item, most - size) + 1;
    if (size > most) return size;
  }
  return size;
}
