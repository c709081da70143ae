import type { Value } from '../values/value.ts';
import { bounded, checkLength, printed, readable } from './budget.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { isTruthy, itemsOf, kindOf, numeric } from './kinds.ts';
import { percentFormat } from './percent-format.ts';
import { attributeOf, itemOf } from './pick.ts';
import { centered, joinTexts, replaceText, timesOf } from './text-methods.ts';
import { cutText, lengthOf, linesOf, strip } from './text-units.ts';

/** Filters that read and give text; other values are printed first. */
export const textFilters: readonly FilterEntry[] = [
  filter('capitalize', [], 'The first letter large, the others small.', (value, call) =>
    ofText(value, call, capitalize),
  ),
  filter('center', ['width?'], 'Blanks on both sides, up to a width (80).', (value, call) => {
    const text = printed(call.budget, value, call.place);
    return text instanceof Fault ? text : centered(call.budget, text, wholeArg(call, 'width', 80), call.place);
  }),
  filter('format', 'any', 'Text with printf places, filled: "%s-%d" | format(name, 3).', format),
  filter('indent', ['width?', 'first?', 'blank?'], 'Each line but the first moved right (4).', indent),
  filter('join', ['d?', 'attribute?'], 'The items as one text, with another text between.', join),
  filter('lower', [], 'Small letters.', (value, call) => ofText(value, call, (text) => text.toLowerCase())),
  filter('replace', ['old', 'new', 'count?'], 'A part of the text replaced by another one.', replace),
  filter('safe', [], 'The value as it is: nothing is escaped by itself.', (value) => value),
  filter('string', [], 'The value as text, as Python prints it.', (value, call) => ofText(value, call, (text) => text)),
  filter('title', [], 'The first letter of each word large.', (value, call) => ofText(value, call, title)),
  filter('trim', ['chars?'], 'Without blanks, or these characters, on both sides.', (value, call) =>
    ofText(value, call, (text) => strip(text, textArg(call, 'chars'))),
  ),
  filter(
    'truncate',
    ['length?', 'killwords?', 'end?', 'leeway?'],
    'Cut to a length (255), with "..." behind.',
    truncate,
  ),
  filter('upper', [], 'Large letters.', (value, call) => ofText(value, call, (text) => text.toUpperCase())),
  filter('wordcount', [], 'How many words the text has.', (value, call) => {
    const text = readText(value, call);
    return text instanceof Fault ? text : BigInt(text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);
  }),
];

/** A whole-number argument, or its default. */
export function wholeArg(call: FilterCall, name: string, otherwise: number): number {
  const value = call.arg(name);
  const number = value === undefined ? undefined : numeric(value);
  return number === undefined ? otherwise : Math.trunc(Number(number));
}

/** A text argument; undefined when it is not given or is no text. */
export function textArg(call: FilterCall, name: string): string | undefined {
  const value = call.arg(name);
  return typeof value === 'string' ? value : undefined;
}

/** Whether an argument is given and true. */
export function flagArg(call: FilterCall, name: string): boolean {
  return isTruthy(call.arg(name) ?? false);
}

/** The fault for a value that a filter cannot take. */
export function wrongKind(call: FilterCall, value: Value, wanted: string): Fault {
  return new Fault('template/wrong-type', `The filter takes ${wanted}, not ${kindOf(value)}.`, call.place);
}

/** The printed value, paid for as something that is read character by character. */
export function readText(value: Value, call: FilterCall): string | Fault {
  const text = printed(call.budget, value, call.place);
  return text instanceof Fault ? text : readable(call.budget, text, call.place);
}

/** A change of the printed value. */
export function ofText(value: Value, call: FilterCall, change: (text: string) => string): Value | Fault {
  const text = readText(value, call);
  return text instanceof Fault ? text : bounded(call.budget, change(text), call.place);
}

function capitalize(text: string): string {
  const first = cutText(text, 0, 1);
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** A word begins behind a blank, a dash or an opening bracket, as Jinja has it. */
function title(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[-\s({[<])([^-\s({[<])/gu, (_, before: string, first: string) => before + first.toUpperCase());
}

function format(value: Value, call: FilterCall): Value | Fault {
  const text = readText(value, call);
  if (text instanceof Fault) return text;
  if (call.args.length > 0 && call.named.size > 0)
    return new Fault('template/wrong-type', 'A format takes its values by place or by name, not both.', call.place);
  return percentFormat(call.budget, text, [...call.args], call.named.size > 0 ? call.named : null, call.place);
}

function indent(value: Value, call: FilterCall): Value | Fault {
  const text = readText(value, call);
  if (text instanceof Fault) return text;
  const prefix = textArg(call, 'width') ?? ' '.repeat(Math.min(Math.max(0, wholeArg(call, 'width', 4)), 1000));
  const [first = '', ...rest] = linesOf(`${text}\n`);
  const refused = checkLength(text.length + (rest.length + 1) * prefix.length, call.place);
  if (refused !== undefined) return refused;
  const blank = flagArg(call, 'blank');
  const lines = rest.map((line) => (line === '' && !blank ? line : prefix + line));
  const head = flagArg(call, 'first') ? prefix + first : first;
  return bounded(call.budget, [head, ...lines].join('\n'), call.place);
}

function join(value: Value, call: FilterCall): Value | Fault {
  const joiner = printed(call.budget, call.arg('d') ?? '', call.place);
  if (joiner instanceof Fault) return joiner;
  const items = typeof value === 'string' ? charactersOf(value, call) : itemsOf(value);
  if (items === undefined) return wrongKind(call, value, 'a list');
  if (items instanceof Fault) return items;
  const pick = attributeOf(call.arg('attribute'));
  const picked: Value[] = [];
  for (const item of items) {
    const each = itemOf(pick, item, call);
    if (each instanceof Fault) return each;
    picked.push(each);
  }
  return joinTexts(call.budget, picked, joiner, call.place);
}

function charactersOf(text: string, call: FilterCall): readonly string[] | Fault {
  const read = readable(call.budget, text, call.place);
  return read instanceof Fault ? read : [...read];
}

function replace(value: Value, call: FilterCall): Value | Fault {
  const text = readText(value, call);
  const old = printed(call.budget, call.arg('old') ?? null, call.place);
  const by = printed(call.budget, call.arg('new') ?? null, call.place);
  if (text instanceof Fault) return text;
  if (old instanceof Fault) return old;
  if (by instanceof Fault) return by;
  return replaceText(call.budget, text, old, by, timesOf(call.arg('count')), call.place);
}

function truncate(value: Value, call: FilterCall): Value | Fault {
  const text = readText(value, call);
  if (text instanceof Fault) return text;
  const length = wholeArg(call, 'length', 255);
  const end = textArg(call, 'end') ?? '...';
  const leeway = wholeArg(call, 'leeway', 5);
  if (length < lengthOf(end) || leeway < 0)
    return new Fault('template/wrong-type', 'The length is shorter than what stands at the end.', call.place);
  if (lengthOf(text) <= length + leeway) return text;
  const cut = cutText(text, 0, length - lengthOf(end));
  const kept = flagArg(call, 'killwords') || !cut.includes(' ') ? cut : cut.slice(0, cut.lastIndexOf(' '));
  return bounded(call.budget, kept + end, call.place);
}
