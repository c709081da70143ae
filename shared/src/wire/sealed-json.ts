import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from './sealed-spec.ts';

/**
 * A sealed tree as plain values: an open place is `{"$agent": …, "with": {…}}`, text with open places `{"$text": […]}`, and a
 * key of the author's that begins with `$` gets a second one (trust.md 2.2).
 */
export function sealedToValue(sealed: Sealed): Value {
  if (sealed instanceof AgentOwned) return ownedToValue(sealed);
  if (sealed instanceof AgentText)
    return new Map<string, Value>([
      ['$text', sealed.parts.map((part) => (typeof part === 'string' ? part : ownedToValue(part)))],
    ]);
  if (sealed === null || typeof sealed !== 'object') return sealed;
  if (sealed instanceof Map)
    return new Map(
      [...sealed].map(([key, each]): [string, Value] => [key.startsWith('$') ? `$${key}` : key, sealedToValue(each)]),
    );
  return Array.isArray(sealed) ? sealed.map(sealedToValue) : null;
}

function ownedToValue(owned: AgentOwned): Value {
  // What is carried is data: it stands under one key and is not looked at for nodes.
  const node = new Map<string, Value>([['$agent', owned.template]]);
  if (owned.known.size > 0) node.set('with', new Map(owned.known));
  return node;
}

/** Why a tree is no sealed tree. */
export class Malformed {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The way back. Unknown `$` keys are refused, so that a later kind of node is never taken for data. */
export function valueToSealed(value: Value): Sealed | Malformed {
  if (value === null || typeof value !== 'object') return value;
  if (!isMap(value)) {
    const items: Sealed[] = [];
    for (const each of value) {
      const item = valueToSealed(each);
      if (item instanceof Malformed) return item;
      items.push(item);
    }
    return items;
  }
  if (value.has('$agent')) return toOwned(value);
  if (value.has('$text')) return toText(value);
  const entries = new Map<string, Sealed>();
  for (const [key, each] of value) {
    if (key.startsWith('$') && !key.startsWith('$$')) return new Malformed(`There is no node "${key}".`);
    const inner = valueToSealed(each);
    if (inner instanceof Malformed) return inner;
    entries.set(key.startsWith('$$') ? key.slice(1) : key, inner);
  }
  return entries;
}

function toOwned(node: ValueMap): AgentOwned | Malformed {
  const template = node.get('$agent');
  const known = node.get('with') ?? new Map<string, Value>();
  const others = [...node.keys()].filter((key) => key !== '$agent' && key !== 'with');
  if (typeof template !== 'string' || known === null || !isMap(known) || others.length > 0)
    return new Malformed('A "$agent" node has the wrong form.');
  return new AgentOwned(template, known);
}

function toText(node: ValueMap): AgentText | Malformed {
  const parts = node.get('$text');
  if (!Array.isArray(parts) || node.size > 1) return new Malformed('A "$text" node has the wrong form.');
  const read: (string | AgentOwned)[] = [];
  for (const part of parts) {
    const piece =
      typeof part === 'string'
        ? part
        : part !== null && typeof part === 'object' && isMap(part)
          ? toOwned(part)
          : new Malformed('A part of "$text" is neither text nor a node.');
    if (piece instanceof Malformed) return piece;
    read.push(piece);
  }
  return new AgentText(read);
}
