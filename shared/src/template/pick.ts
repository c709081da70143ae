import { isList, isMap, type Value } from '../values/value.ts';
import { Fault } from './fault.ts';
import type { FilterCall } from './filter-call.ts';

/** How a filter looks at an item; undefined when the item lacks the attribute. */
export type Pick = (item: Value) => Value | undefined;

/** The item itself, or the attribute that an argument names: `"a.b.0"` goes deeper. */
export function attributeOf(attribute: Value | undefined): Pick {
  if (attribute === undefined || attribute === null) return (item) => item;
  const steps = typeof attribute === 'string' ? attribute.split('.') : [String(attribute)];
  return (item) => {
    let current: Value | undefined = item;
    for (const step of steps) current = current === undefined ? undefined : stepInto(current, step);
    return current;
  };
}

function stepInto(value: Value, step: string): Value | undefined {
  if (value !== null && isMap(value)) return value.get(step);
  return value !== null && isList(value) && /^[0-9]{1,9}$/.test(step) ? value[Number(step)] : undefined;
}

/** What a filter looks at; an item that lacks the attribute is a fault, like any unknown key (decisions.md 21). */
export function itemOf(pick: Pick, item: Value, call: FilterCall): Value | Fault {
  const picked = pick(item);
  return picked === undefined
    ? new Fault(
        'template/unknown-name',
        'An item does not have this attribute.',
        call.place,
        'Leave such items out with selectattr("name", "defined").',
      )
    : picked;
}
