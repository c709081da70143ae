import { pythonText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { type Budget, bounded, checkLength, spend, weighed } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { equals, kindOf } from './operators.ts';

/** A call of one of the pure methods that decisions.md 22 lists; there are no others. */
export function callMethod(
  budget: Budget,
  target: Value,
  method: string,
  args: readonly Value[],
  place: Offsets,
): Value | Fault {
  if (typeof target === 'string') return textMethod(budget, target, method, args, place);
  if (target !== null && isMap(target)) {
    switch (method) {
      case 'items':
        return weighed(
          budget,
          [...target].map(([key, value]): Value => [key, value]),
          place,
        );
      case 'keys':
        return weighed(budget, [...target.keys()], place);
      case 'values':
        return weighed(budget, [...target.values()], place);
      case 'get':
        return target.get(pythonText(args[0] ?? null)) ?? args[1] ?? null;
    }
  }
  if (target !== null && isList(target) && (method === 'index' || method === 'count'))
    return listMethod(budget, target, method, args[0] ?? null, place);
  return noMethod(target, method, place);
}

function noMethod(target: Value, method: string, place: Offsets): Fault {
  return new Fault(
    'template/not-allowed',
    `${kindOf(target) === 'text' ? 'Text' : kindOf(target).replace(/^a/, 'A')} has no method "${method}" here.`,
    place,
    'Use a filter: {{ value | name }}.',
  );
}

function textMethod(
  budget: Budget,
  target: string,
  method: string,
  args: readonly Value[],
  place: Offsets,
): Value | Fault {
  const [first = null, second = null] = args;
  switch (method) {
    case 'upper':
      return bounded(budget, target.toUpperCase(), place);
    case 'lower':
      return bounded(budget, target.toLowerCase(), place);
    case 'strip':
      return bounded(budget, strip(target, typeof first === 'string' ? first : undefined), place);
    case 'split':
      return split(budget, target, first, second, place);
    case 'replace':
      return typeof first === 'string' && typeof second === 'string'
        ? replaceText(budget, target, first, second, Infinity, place)
        : textsNeeded(method, place);
    case 'startswith':
      return typeof first === 'string' ? target.startsWith(first) : textsNeeded(method, place);
    case 'endswith':
      return typeof first === 'string' ? target.endsWith(first) : textsNeeded(method, place);
    case 'join':
      return first !== null && isList(first)
        ? joinTexts(budget, first, target, place)
        : new Fault('template/wrong-type', 'The method "join" takes a list.', place);
    default:
      return noMethod(target, method, place);
  }
}

function textsNeeded(method: string, place: Offsets): Fault {
  return new Fault('template/wrong-type', `The method "${method}" takes text.`, place);
}

/** Removes blanks, or the given characters, from both ends. */
export function strip(text: string, characters: string | undefined): string {
  if (characters === undefined) return text.trim();
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text[start] ?? '')) start += 1;
  while (end > start && characters.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}

function split(budget: Budget, target: string, separator: Value, most: Value, place: Offsets): Value | Fault {
  const limit = typeof most === 'bigint' && most >= 0n ? Number(most) : Number.POSITIVE_INFINITY;
  const cost = spend(budget, target.length >> 3, place);
  if (cost !== undefined) return cost;
  if (separator === '') return new Fault('template/wrong-type', 'Text cannot be split at an empty text.', place);
  const pieces =
    typeof separator === 'string' ? target.split(separator) : target.trim() === '' ? [] : target.trim().split(/\s+/);
  if (pieces.length <= limit + 1) return weighed(budget, pieces, place);
  const joiner = typeof separator === 'string' ? separator : ' ';
  return weighed(budget, [...pieces.slice(0, limit), pieces.slice(limit).join(joiner)], place);
}

/** Replaces at most `most` occurrences; the length is known before the text is made. */
export function replaceText(
  budget: Budget,
  text: string,
  from: string,
  to: string,
  most: number,
  place: Offsets,
): string | Fault {
  const pieces = from === '' ? ['', ...text, ''] : text.split(from);
  const count = Math.min(most, pieces.length - 1);
  const length = text.length + count * (to.length - from.length);
  const refused = checkLength(length, place) ?? spend(budget, pieces.length >> 2, place);
  if (refused !== undefined) return refused;
  const changed = pieces.slice(0, count + 1).join(to);
  return bounded(
    budget,
    count === pieces.length - 1 ? changed : changed + from + pieces.slice(count + 1).join(from),
    place,
  );
}

/** Joins the texts of a list; the length is checked before the text is made. */
export function joinTexts(budget: Budget, items: readonly Value[], joiner: string, place: Offsets): string | Fault {
  const cost = spend(budget, items.length, place);
  if (cost !== undefined) return cost;
  const texts = items.map(pythonText);
  const length = texts.reduce((sum, each) => sum + each.length, joiner.length * Math.max(0, texts.length - 1));
  return checkLength(length, place) ?? bounded(budget, texts.join(joiner), place);
}

function listMethod(
  budget: Budget,
  list: readonly Value[],
  method: 'index' | 'count',
  item: Value,
  place: Offsets,
): Value | Fault {
  let count = 0n;
  for (const [at, each] of list.entries()) {
    const same = equals(budget, each, item, place);
    if (same instanceof Fault) return same;
    if (same && method === 'index') return BigInt(at);
    if (same) count += 1n;
  }
  return method === 'count'
    ? count
    : new Fault('template/wrong-type', `The list does not hold ${pythonText(item).slice(0, 40)}.`, place);
}
