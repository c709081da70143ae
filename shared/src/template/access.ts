import { didYouMean } from '../diagnostics/suggest.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import type { Attribute, Index, Name, Slice } from './ast.ts';
import { type Budget, spend, weighed } from './budget.ts';
import type { Environment } from './environment.ts';
import { Fault, type Hint, type Offsets } from './fault.ts';
import { groupMember } from './groups.ts';
import { capital, kindOf } from './kinds.ts';
import { localNames, readLocal } from './locals.ts';
import { cutText, lengthOf } from './text-units.ts';

/** The value of a name; one that is not there is a fault (README 2 of the specification). */
export function lookUp(expr: Name, env: Environment): Value | Fault {
  const local = readLocal(env.locals, expr.name);
  const value = local === undefined ? env.names.get(expr.name) : local;
  if (value !== undefined) return value;
  const known = (): readonly string[] => [...localNames(env.locals), ...env.names.keys()];
  return new Fault(
    'template/unknown-name',
    `There is no name "${expr.name}" here.`,
    expr,
    dashHint(env.text, expr.at) ?? (() => didYouMean(expr.name, known())),
  );
}

/** A name right behind `-` is most likely half of a name with a dash in it (decisions.md 24). */
export function dashHint(text: string, at: number): string | undefined {
  return text.charAt(at - 1) === '-' ? `Write name['with-dash'] when "-" belongs to a name.` : undefined;
}

/** `value.name`: a key of a mapping. */
export function attribute(target: Value, expr: Attribute): Value | Fault {
  const place = { at: expr.end - expr.name.length, end: expr.end };
  if (target !== null && isList(target)) {
    const member = groupMember(target, expr.name);
    if (member !== undefined) return member;
  }
  return readKey(target, expr.name, place);
}

/** `value[key]`: a key of a mapping, or an item by its number. */
export function index(budget: Budget, target: Value, key: Value, expr: Index): Value | Fault {
  if (typeof key === 'string') return readKey(target, key, expr.key);
  const number = typeof key === 'boolean' ? BigInt(key) : key;
  if (typeof number !== 'bigint')
    return new Fault('template/wrong-type', `An index is a whole number or text, not ${kindOf(key)}.`, expr.key);
  if (typeof target === 'string') {
    const cost = spend(budget, target.length >> 6, expr);
    if (cost !== undefined) return cost;
    const size = lengthOf(target);
    const at = Number(number < 0n ? number + BigInt(size) : number);
    return at >= 0 && at < size ? cutText(target, at, at + 1) : outside(number, 'text', size, expr.key);
  }
  if (target === null || !isList(target))
    return new Fault('template/wrong-type', `${capital(kindOf(target))} has no items by number.`, expr.key);
  const item = target[Number(number < 0n ? number + BigInt(target.length) : number)];
  return item === undefined ? outside(number, 'list', target.length, expr.key) : item;
}

function outside(key: bigint, what: string, size: number, place: Offsets): Fault {
  return new Fault(
    'template/unknown-name',
    `The index ${String(key).slice(0, 20)} is outside of the ${what}, which has ${size} items.`,
    place,
  );
}

function readKey(target: Value, key: string, place: Offsets): Value | Fault {
  if (target === null || !isMap(target)) {
    const hint = target === null ? 'Guard it with "if" or "default".' : undefined;
    return noKey(`${capital(kindOf(target))} has no "${shown(key)}".`, place, hint);
  }
  const value = target.get(key);
  return value === undefined
    ? noKey(`There is no "${shown(key)}" in this mapping.`, place, () => didYouMean(key, target.keys()))
    : value;
}

function noKey(message: string, place: Offsets, hint: Hint): Fault {
  return new Fault('template/unknown-name', message, place, hint);
}

/** As much of a computed key as fits into a message. */
function shown(key: string): string {
  return key.length <= 80 ? key : `${key.slice(0, 80)}…`;
}

/** `value[start:stop:step]`; `bounds` are those three, null where none is written. */
export function slice(budget: Budget, target: Value, bounds: readonly Value[], expr: Slice): Value | Fault {
  if (target === null || (typeof target !== 'string' && !isList(target)))
    return new Fault('template/wrong-type', `${capital(kindOf(target))} cannot be cut.`, expr);
  const numbers: (number | undefined)[] = [];
  for (const [at, bound] of bounds.entries()) {
    if (bound !== null && typeof bound !== 'bigint')
      return new Fault(
        'template/wrong-type',
        `A bound is a whole number, not ${kindOf(bound)}.`,
        [expr.start, expr.stop, expr.step][at] ?? expr,
      );
    numbers.push(bound === null ? undefined : Number(bound));
  }
  const [start, stop, step = 1] = numbers;
  const cost = spend(budget, target.length >> 2, expr);
  if (cost !== undefined) return cost;
  if (step === 0) return new Fault('template/wrong-type', 'The step of a slice is not zero.', expr.step ?? expr);
  if (typeof target !== 'string') return weighed(budget, cutItems(target, start, stop, step), expr);
  return step === 1 ? cutText(target, start ?? 0, stop) : cutItems([...target], start, stop, step).join('');
}

function cutItems<T>(
  items: readonly T[],
  start: number | undefined,
  stop: number | undefined,
  step: number,
): readonly T[] {
  if (step === 1) return items.slice(start, stop);
  const size = items.length;
  const clamp = (bound: number): number =>
    Math.min(Math.max(bound < 0 ? bound + size : bound, step < 0 ? -1 : 0), step < 0 ? size - 1 : size);
  const from = start === undefined ? (step < 0 ? size - 1 : 0) : clamp(start);
  const to = stop === undefined ? (step < 0 ? -1 : size) : clamp(stop);
  const cut: T[] = [];
  for (let at = from; step < 0 ? at > to : at < to; at += step) {
    const item = items[at];
    if (item !== undefined) cut.push(item);
  }
  return cut;
}
