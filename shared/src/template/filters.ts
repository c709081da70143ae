import { parseFloatText } from '../values/numbers.ts';
import { compactJson, pythonText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { bounded, checkLength, spend, weighed } from './budget.ts';
import { Fault } from './fault.ts';
import type { FilterCall, FilterFunction } from './filter-call.ts';
import { sequenceFilters } from './filters-sequences.ts';
import { joinTexts, replaceText, strip } from './methods.ts';
import { capital, isTruthy, kindOf, numeric } from './operators.ts';
import { percentFormat } from './percent-format.ts';

/** Every filter by name. `default` is not here: it answers for missing names, so the evaluator has it. */
export const filters: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ['abs', (value, call) => ofNumber(value, call, (number) => (number < 0 ? -number : number))],
  ['capitalize', (value, call) => ofText(value, call, (text) => capital(text.toLowerCase()))],
  ['center', (value, call) => center(pythonText(value), wholeArg(call, 0, 'width', 80), call)],
  ['e', escapeHtml],
  ['escape', escapeHtml],
  ['forceescape', escapeHtml],
  ['float', (value, call) => toFloat(value, call)],
  ['format', (value, call) => percentFormat(call.budget, pythonText(value), [...call.args], call.place)],
  ['indent', (value, call) => indent(pythonText(value), call)],
  ['int', (value, call) => toInt(value, call)],
  ['join', (value, call) => join(value, call)],
  ['lower', (value, call) => ofText(value, call, (text) => text.toLowerCase())],
  ['pprint', (value, call) => bounded(call.budget, pythonText(value), call.place)],
  ['replace', (value, call) => replace(value, call)],
  ['round', (value, call) => round(value, call)],
  ['safe', (value) => value],
  ['string', (value, call) => bounded(call.budget, pythonText(value), call.place)],
  [
    'striptags',
    (value, call) =>
      ofText(value, call, (text) =>
        text
          .replace(/<!--[\s\S]*?-->|<[^>]*>/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
      ),
  ],
  [
    'title',
    (value, call) =>
      ofText(value, call, (text) =>
        text
          .toLowerCase()
          .replace(/(^|[^\p{L}\p{N}'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
      ),
  ],
  ['tojson', (value, call) => bounded(call.budget, spacedJson(value), call.place)],
  ['trim', (value, call) => ofText(value, call, (text) => strip(text, textArg(call, 0, 'chars')))],
  ['truncate', (value, call) => truncate(pythonText(value), call)],
  ['upper', (value, call) => ofText(value, call, (text) => text.toUpperCase())],
  ['urlencode', (value, call) => urlencode(value, call)],
  ['wordcount', (value) => BigInt(pythonText(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)],
  ['filesizeformat', (value, call) => ofNumber(value, call, (number) => fileSize(Number(number)))],
  ['map_format', (value, call) => mapFormat(value, call)],
  ...sequenceFilters,
]);

export function wrongKind(call: FilterCall, value: Value, wanted: string): Fault {
  return new Fault('template/wrong-type', `The filter takes ${wanted}, not ${kindOf(value)}.`, call.place);
}

/** A whole-number argument, or its default. */
export function wholeArg(call: FilterCall, at: number, name: string, otherwise: number): number {
  const value = call.arg(at, name);
  const number = value === undefined ? undefined : numeric(value);
  return number === undefined ? otherwise : Math.trunc(Number(number));
}

export function textArg(call: FilterCall, at: number, name: string): string | undefined {
  const value = call.arg(at, name);
  return typeof value === 'string' ? value : undefined;
}

function ofText(value: Value, call: FilterCall, change: (text: string) => string): Value | Fault {
  return bounded(call.budget, change(pythonText(value)), call.place);
}

function ofNumber(value: Value, call: FilterCall, change: (number: bigint | number) => Value): Value | Fault {
  const number = numeric(value);
  return number === undefined ? wrongKind(call, value, 'a number') : change(number);
}

function escapeHtml(value: Value, call: FilterCall): Value | Fault {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return ofText(value, call, (text) => text.replace(/[&<>"']/g, (unit) => entities[unit] ?? unit));
}

function center(text: string, width: number, call: FilterCall): string | Fault {
  const missing = width - text.length;
  if (missing <= 0) return text;
  const refused = checkLength(width, call.place);
  if (refused !== undefined) return refused;
  // Python puts the odd blank to the left when the width is odd.
  const left = Math.floor(missing / 2) + (missing % 2 === 1 && width % 2 === 1 ? 1 : 0);
  return bounded(call.budget, ' '.repeat(left) + text + ' '.repeat(missing - left), call.place);
}

function toFloat(value: Value, call: FilterCall): Value {
  const number = typeof value === 'string' ? parseFloatText(value) : numeric(value);
  if (number !== undefined && Number.isFinite(Number(number))) return Number(number);
  return call.arg(0, 'default') ?? 0;
}

function toInt(value: Value, call: FilterCall): Value {
  const base = wholeArg(call, 1, 'base', 10);
  if (typeof value === 'string') {
    const text = value.trim().replaceAll('_', '');
    if (base === 10 && /^[-+]?[0-9]{1,300}$/.test(text)) return BigInt(text.replace(/^\+/, ''));
    const prefixed =
      base === 16 && /^(?:0[xX])?[0-9a-fA-F]{1,250}$/.test(text)
        ? `0x${text.replace(/^0x/i, '')}`
        : base === 8 && /^(?:0[oO])?[0-7]{1,300}$/.test(text)
          ? `0o${text.replace(/^0o/i, '')}`
          : base === 2 && /^(?:0[bB])?[01]{1,1000}$/.test(text)
            ? `0b${text.replace(/^0b/i, '')}`
            : undefined;
    if (prefixed !== undefined) return BigInt(prefixed);
    const float = base === 10 ? parseFloatText(value) : undefined;
    if (float !== undefined && Number.isFinite(float)) return BigInt(Math.trunc(float));
  }
  const number = numeric(value);
  if (number !== undefined) return typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  return call.arg(0, 'default') ?? 0n;
}

function indent(text: string, call: FilterCall): Value | Fault {
  const width = call.arg(0, 'width');
  const prefix =
    typeof width === 'string' ? width : ' '.repeat(Math.min(Math.max(0, wholeArg(call, 0, 'width', 4)), 1000));
  const first = isTruthy(call.arg(1, 'first') ?? false);
  const blank = isTruthy(call.arg(2, 'blank') ?? false);
  const lines = text.split('\n');
  const refused = checkLength(text.length + lines.length * prefix.length, call.place);
  if (refused !== undefined) return refused;
  const changed = lines.map((line, at) => ((at === 0 ? !first : line === '' && !blank) ? line : prefix + line));
  return bounded(call.budget, changed.join('\n'), call.place);
}

function join(value: Value, call: FilterCall): Value | Fault {
  const joiner = pythonText(call.arg(0, 'd') ?? '');
  const attribute = textArg(call, 1, 'attribute');
  const items =
    value !== null && isList(value)
      ? value
      : typeof value === 'string'
        ? [...value]
        : value !== null && isMap(value)
          ? [...value.keys()]
          : undefined;
  if (items === undefined) return wrongKind(call, value, 'a list');
  const picked =
    attribute === undefined
      ? items
      : items.map((item) => (item !== null && isMap(item) ? (item.get(attribute) ?? null) : null));
  return joinTexts(call.budget, picked, joiner, call.place);
}

function replace(value: Value, call: FilterCall): Value | Fault {
  const most = call.arg(2, 'count');
  return replaceText(
    call.budget,
    pythonText(value),
    pythonText(call.arg(0, 'old') ?? ''),
    pythonText(call.arg(1, 'new') ?? ''),
    typeof most === 'bigint' && most >= 0n ? Number(most) : Number.POSITIVE_INFINITY,
    call.place,
  );
}

function round(value: Value, call: FilterCall): Value | Fault {
  const digits = wholeArg(call, 0, 'precision', 0);
  const method = textArg(call, 1, 'method') ?? 'common';
  if (!['common', 'ceil', 'floor'].includes(method))
    return new Fault('template/wrong-type', 'The method of "round" is "common", "ceil" or "floor".', call.place);
  const number = numeric(value);
  if (number === undefined) return wrongKind(call, value, 'a number');
  if (Math.abs(digits) > 300) return Number(number);
  const exact = Number(number);
  if (method === 'common') return halfToEven(exact, digits);
  const factor = 10 ** digits;
  const scaled = exact * factor;
  return (method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) / factor;
}

/** Python rounds the exact binary value; ties go to the even digit. */
function halfToEven(value: number, digits: number): number {
  const factor = 10 ** digits;
  const scaled = value * factor;
  if (!Number.isFinite(scaled) || digits > 15) return value;
  if (Math.abs(scaled % 1) === 0.5) return (2 * Math.round(scaled / 2)) / factor;
  return digits > 0 && Math.abs(value) < 1e21 ? Number(value.toFixed(digits)) : Math.round(scaled) / factor;
}

/** JSON with a blank after `:` and `,`, as Jinja's `tojson` writes it, with HTML's special characters escaped and keys sorted. */
function spacedJson(value: Value): string {
  if (value !== null && typeof value === 'object') {
    if (isMap(value))
      return `{${[...value.keys()]
        .sort()
        .map((key) => `${spacedJson(key)}: ${spacedJson(value.get(key) ?? null)}`)
        .join(', ')}}`;
    return `[${value.map(spacedJson).join(', ')}]`;
  }
  return typeof value === 'string'
    ? JSON.stringify(value).replace(
        /[<>&'\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : compactJson(value);
}

function truncate(text: string, call: FilterCall): Value | Fault {
  const length = wholeArg(call, 0, 'length', 255);
  const end = textArg(call, 2, 'end') ?? '...';
  if (text.length <= length + wholeArg(call, 3, 'leeway', 5)) return text;
  const cut = text.slice(0, Math.max(0, length - end.length));
  const kept =
    isTruthy(call.arg(1, 'killwords') ?? false) || !cut.includes(' ') ? cut : cut.slice(0, cut.lastIndexOf(' '));
  return bounded(call.budget, kept + end, call.place);
}

function urlencode(value: Value, call: FilterCall): Value | Fault {
  const quoted = (text: string, keepSlash: boolean): string =>
    encodeURIComponent(text.toWellFormed())
      .replace(/[!'()*]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', keepSlash ? '/' : '%2F');
  if (value !== null && isMap(value))
    return bounded(
      call.budget,
      [...value].map(([key, each]) => `${quoted(key, false)}=${quoted(pythonText(each), false)}`).join('&'),
      call.place,
    );
  return ofText(value, call, (text) => quoted(text, true));
}

function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} Bytes`.replace(/^1 Bytes/, '1 Byte');
  const units = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** step).toFixed(1)} ${units[step - 1] ?? 'kB'}`;
}

/** The product's own filter: every item put into a printf pattern, `[1, 2] | map_format('n=%s')` (compiler.md 3.6). */
function mapFormat(value: Value, call: FilterCall): Value | Fault {
  const pattern = textArg(call, 0, 'pattern');
  const name = textArg(call, 1, 'name');
  if (pattern === undefined)
    return new Fault('template/wrong-type', 'The filter "map_format" takes a pattern such as "n=%s".', call.place);
  if (value === null || !isList(value)) return wrongKind(call, value, 'a list');
  const items: Value[] = [];
  for (const item of value) {
    const picked = name !== undefined && item !== null && isMap(item) ? (item.get(name) ?? null) : item;
    const text = spend(call.budget, 1, call.place) ?? percentFormat(call.budget, pattern, picked, call.place);
    if (text instanceof Fault) return text;
    items.push(text);
  }
  return weighed(call.budget, items, call.place);
}
