import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import type { Comparison } from './ast.ts';
import { type Budget, spend } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { capital, kindOf, numeric } from './kinds.ts';
import { compareTexts } from './text-units.ts';

/** Equality as Python has it: 1 == 1.0 == true; lists and maps by content. Costs one unit per compared node. */
export function equals(budget: Budget, left: Value, right: Value, place: Offsets): boolean | Fault {
  const cost = spend(budget, 1 + (typeof left === 'string' ? left.length >> 6 : 0), place);
  if (cost !== undefined) return cost;
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  // The order of a bigint and a number compares the exact mathematical values; `===` does not.
  if (leftNumber !== undefined && rightNumber !== undefined)
    return !(leftNumber < rightNumber || leftNumber > rightNumber);
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (isMap(left) && isMap(right)) return equalMaps(budget, left, right, place);
  if (!isList(left) || !isList(right) || left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) {
    const same = equals(budget, left[at] ?? null, right[at] ?? null, place);
    if (same !== true) return same;
  }
  return true;
}

function equalMaps(budget: Budget, left: ValueMap, right: ValueMap, place: Offsets): boolean | Fault {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined) return false;
    const same = equals(budget, value, other, place);
    if (same !== true) return same;
  }
  return true;
}

/** Order of two values: negative, zero or positive; a fault for kinds that have no order. */
export function order(budget: Budget, left: Value, right: Value, place: Offsets): number | Fault {
  const cost = spend(budget, 1 + (typeof left === 'string' ? left.length >> 6 : 0), place);
  if (cost !== undefined) return cost;
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  if (leftNumber !== undefined && rightNumber !== undefined)
    return leftNumber < rightNumber ? -1 : leftNumber > rightNumber ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (left === null || right === null || !isList(left) || !isList(right)) {
    return new Fault('template/wrong-type', `${capital(kindOf(left))} and ${kindOf(right)} have no order.`, place);
  }
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    // Python looks for the first items that differ, so items of one kind without order may stand in front when equal.
    const same = equals(budget, left[at] ?? null, right[at] ?? null, place);
    if (same instanceof Fault) return same;
    if (!same) return order(budget, left[at] ?? null, right[at] ?? null, place);
  }
  return left.length - right.length;
}

/** One comparison of a chain. */
export function compare(
  budget: Budget,
  operator: Comparison,
  left: Value,
  right: Value,
  place: Offsets,
): boolean | Fault {
  switch (operator) {
    case '==':
      return equals(budget, left, right, place);
    case '!=': {
      const same = equals(budget, left, right, place);
      return same instanceof Fault ? same : !same;
    }
    case 'in':
      return contains(budget, right, left, place);
    case 'not in': {
      const inside = contains(budget, right, left, place);
      return inside instanceof Fault ? inside : !inside;
    }
    default: {
      const sign = order(budget, left, right, place);
      if (sign instanceof Fault) return sign;
      return operator === '<' ? sign < 0 : operator === '<=' ? sign <= 0 : operator === '>' ? sign > 0 : sign >= 0;
    }
  }
}

function contains(budget: Budget, container: Value, item: Value, place: Offsets): boolean | Fault {
  if (typeof container === 'string') {
    if (typeof item !== 'string')
      return new Fault('template/wrong-type', `Only text can be "in" text, not ${kindOf(item)}.`, place);
    return spend(budget, 1 + (container.length >> 5), place) ?? container.includes(item);
  }
  if (container !== null && isMap(container)) return typeof item === 'string' && container.has(item);
  if (container === null || !isList(container))
    return new Fault('template/wrong-type', `Nothing can be "in" ${kindOf(container)}.`, place);
  for (const each of container) {
    const same = equals(budget, each, item, place);
    if (same !== false) return same;
  }
  return false;
}

/**
 * A text that two values share exactly when Python takes them for equal (1, 1.0 and true are), so that large lists can be
 * searched by it. Costs what the value weighs.
 */
export function sameKey(value: Value): string {
  if (value === null) return 'n';
  if (typeof value === 'string') return `s${value.length}:${value}`;
  const number = numeric(value);
  if (number !== undefined)
    return typeof number === 'bigint' || Number.isInteger(number) ? `i${BigInt(number)}` : `f${number}`;
  if (typeof value !== 'object') return '';
  if (isMap(value)) {
    const pairs = [...value].map(([key, each]) => `${sameKey(key)}=${sameKey(each)}`).sort();
    return `m${pairs.length}{${pairs.join()}}`;
  }
  return `l${value.length}[${value.map(sameKey).join()}]`;
}
