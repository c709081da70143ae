import { isList, type Value } from '../values/value.ts';
import { type Budget, bounded, checkLength, printed, readable, spend, weighed } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import type { Given } from './filter-call.ts';
import { kindOf } from './kinds.ts';
import { firstBlank, lengthOf, strip, wordsOf } from './text-units.ts';

/** The methods of texts that decisions.md 22 lists; undefined for all others. */
export function textMethod(
  budget: Budget,
  target: string,
  method: string,
  given: Given,
  place: Offsets,
): Value | undefined | Fault {
  const most = parameters.get(method);
  if (most === undefined) return undefined;
  const { args, named } = given;
  if (args.length > most || (named.size > 0 && method !== 'split'))
    return new Fault('template/wrong-type', `The method "${method}" takes at most ${most} arguments, by place.`, place);
  const text = readable(budget, target, place);
  if (text instanceof Fault) return text;
  const [first = null, second = null, third = null] = args;
  switch (method) {
    case 'upper':
      return bounded(budget, text.toUpperCase(), place);
    case 'lower':
      return bounded(budget, text.toLowerCase(), place);
    case 'strip':
      if (first !== null && typeof first !== 'string') return textsNeeded(method, place);
      return bounded(budget, strip(text, first ?? undefined), place);
    case 'split':
      return split(budget, text, named.get('sep') ?? first, named.get('maxsplit') ?? second, place);
    case 'replace':
      if (typeof first !== 'string' || typeof second !== 'string') return textsNeeded(method, place);
      return replaceText(budget, text, first, second, timesOf(third), place);
    case 'startswith':
    case 'endswith':
      return hasEnd(text, method, first, place);
    default:
      return first !== null && (isList(first) || typeof first === 'string')
        ? joinStrictly(budget, typeof first === 'string' ? [...first] : first, text, place)
        : new Fault('template/wrong-type', 'The method "join" takes a list.', place);
  }
}

/** The most arguments that each method takes. */
const parameters: ReadonlyMap<string, number> = new Map([
  ['upper', 0],
  ['lower', 0],
  ['strip', 1],
  ['split', 2],
  ['replace', 3],
  ['startswith', 1],
  ['endswith', 1],
  ['join', 1],
]);

function textsNeeded(method: string, place: Offsets): Fault {
  return new Fault('template/wrong-type', `The method "${method}" takes text.`, place);
}

/** How often at most; none and negative numbers mean always. */
export function timesOf(value: Value | undefined): number {
  return typeof value === 'bigint' && value >= 0n ? Number(value) : Number.POSITIVE_INFINITY;
}

function hasEnd(text: string, method: 'startswith' | 'endswith', wanted: Value, place: Offsets): boolean | Fault {
  const all = wanted !== null && isList(wanted) ? wanted : [wanted];
  for (const each of all) {
    if (typeof each !== 'string') return textsNeeded(method, place);
    if (method === 'startswith' ? text.startsWith(each) : text.endsWith(each)) return true;
  }
  return false;
}

function split(budget: Budget, text: string, separator: Value, most: Value, place: Offsets): Value | Fault {
  const limit = timesOf(most);
  if (separator === '') return new Fault('template/wrong-type', 'Text cannot be split at an empty text.', place);
  if (separator !== null && typeof separator !== 'string') return textsNeeded('split', place);
  if (separator === null && limit !== Number.POSITIVE_INFINITY) return splitWords(budget, text, limit, place);
  const pieces = separator === null ? wordsOf(text) : text.split(separator);
  if (pieces.length <= limit + 1) return weighed(budget, pieces, place);
  return weighed(budget, [...pieces.slice(0, limit), pieces.slice(limit).join(separator ?? ' ')], place);
}

/** Words up to a limit; the rest keeps its blanks inside. */
function splitWords(budget: Budget, text: string, limit: number, place: Offsets): Value | Fault {
  const pieces: string[] = [];
  let rest = strip(text);
  while (rest !== '' && pieces.length < limit) {
    const blank = firstBlank.exec(rest);
    if (blank === null) break;
    const cost = spend(budget, 1 + (rest.length >> 6), place);
    if (cost !== undefined) return cost;
    pieces.push(rest.slice(0, blank.index));
    rest = strip(rest.slice(blank.index));
  }
  if (rest !== '') pieces.push(rest);
  return weighed(budget, pieces, place);
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

/** The method takes texts only, where the filter prints what it joins. */
function joinStrictly(budget: Budget, items: readonly Value[], joiner: string, place: Offsets): string | Fault {
  const other = items.find((each) => typeof each !== 'string');
  return other === undefined
    ? joinTexts(budget, items, joiner, place)
    : new Fault(
        'template/wrong-type',
        `The method "join" joins texts, and one item is ${kindOf(other)}.`,
        place,
        'Use the filter: {{ list | join(", ") }}.',
      );
}

/** Joins the printed items of a list; the length is checked before the text is made. */
export function joinTexts(budget: Budget, items: readonly Value[], joiner: string, place: Offsets): string | Fault {
  const cost = spend(budget, items.length, place);
  if (cost !== undefined) return cost;
  const texts: string[] = [];
  let length = joiner.length * Math.max(0, items.length - 1);
  for (const item of items) {
    const text = printed(budget, item, place);
    if (text instanceof Fault) return text;
    length += text.length;
    const refused = checkLength(length, place);
    if (refused !== undefined) return refused;
    texts.push(text);
  }
  return bounded(budget, texts.join(joiner), place);
}

/** Blanks on both sides up to a width; the odd one as Python places it. */
export function centered(budget: Budget, text: string, width: number, place: Offsets): string | Fault {
  const lacking = width - lengthOf(text);
  if (lacking <= 0) return text;
  const refused = checkLength(width, place);
  if (refused !== undefined) return refused;
  const left = Math.floor(lacking / 2) + (lacking % 2 === 1 && width % 2 === 1 ? 1 : 0);
  return bounded(budget, ' '.repeat(left) + text + ' '.repeat(lacking - left), place);
}
