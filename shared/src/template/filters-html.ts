import { isMap, type Value } from '../values/value.ts';
import { bounded, checkWeight, printed } from './budget.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { flagArg, ofText, wholeArg, wrongKind } from './filters-text.ts';
import { spacedJson } from './spaced-json.ts';
import { wordsOf } from './text-units.ts';

/** Filters for texts of other languages: HTML, URLs, JSON. */
export const htmlFilters: readonly FilterEntry[] = [
  ...['e', 'escape', 'forceescape'].map((name) =>
    filter(name, [], 'The characters & < > " and \' as HTML writes them.', (value, call) =>
      ofText(value, call, escapeHtml),
    ),
  ),
  filter('striptags', [], 'Text of HTML without its tags and comments.', (value, call) =>
    ofText(value, call, stripTags),
  ),
  filter('tojson', ['indent?'], 'The value as JSON.', toJson),
  filter('urlencode', [], 'Text as it stands in a URL, or a mapping as a query.', urlencode),
  filter('xmlattr', ['autospace?'], 'A mapping as attributes of an XML tag.', xmlAttributes),
];

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (unit) => entities.get(unit) ?? unit);
}

function stripTags(text: string): string {
  const inner = withoutParts(withoutParts(text, '<!--', '-->'), '<', '>');
  return unescapeHtml(wordsOf(inner).join(' '));
}

/** A text without the parts from an opening to the next closing; one that is not closed ends the search. */
function withoutParts(text: string, open: string, close: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(open, from);
    const end = start < 0 ? -1 : text.indexOf(close, start);
    pieces.push(text.slice(from, end < 0 ? undefined : start));
    if (end < 0) return pieces.join('');
    from = end + close.length;
  }
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
]);

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named.get(name) ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

function toJson(value: Value, call: FilterCall): Value | Fault {
  const refused = checkWeight(call.budget, value, call.place);
  if (refused !== undefined) return refused;
  const indent = call.arg('indent');
  const width =
    indent === undefined || indent === null ? undefined : Math.min(Math.max(0, wholeArg(call, 'indent', 0)), 16);
  return bounded(call.budget, spacedJson(value, width, 0), call.place);
}

function quoted(text: string, keepSlash: boolean): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
}

function urlencode(value: Value, call: FilterCall): Value | Fault {
  if (value === null || typeof value !== 'object') return ofText(value, call, (text) => quoted(text, true));
  const refused = checkWeight(call.budget, value, call.place);
  if (refused !== undefined) return refused;
  const pieces: string[] = [];
  for (const pair of isMap(value) ? value : value) {
    if (typeof pair === 'string' || !Array.isArray(pair) || pair.length !== 2)
      return wrongKind(call, value, 'text, a mapping or a list of pairs');
    const [key, each] = [query(pair[0], call), query(pair[1], call)];
    if (key instanceof Fault) return key;
    if (each instanceof Fault) return each;
    pieces.push(`${key}=${each}`);
  }
  return bounded(call.budget, pieces.join('&'), call.place);
}

/** A part of a query, where a blank is `+` and a slash is escaped. */
function query(value: Value | undefined, call: FilterCall): string | Fault {
  const text = ofText(value ?? null, call, (each) => quoted(each, false).replaceAll('%20', '+'));
  return typeof text === 'string' || text instanceof Fault ? text : '';
}

function xmlAttributes(value: Value, call: FilterCall): Value | Fault {
  if (value === null || !isMap(value)) return wrongKind(call, value, 'a mapping');
  const pieces: string[] = [];
  for (const [key, each] of value) {
    if (each === null) continue;
    if (/[\s/>=]/.test(key))
      return new Fault('template/wrong-type', 'The name of an attribute has no blank and none of / > =.', call.place);
    const text = printed(call.budget, each, call.place);
    if (text instanceof Fault) return text;
    pieces.push(`${escapeHtml(key)}="${escapeHtml(text)}"`);
  }
  const spaced = call.arg('autospace') === undefined || flagArg(call, 'autospace');
  const text = pieces.join(' ');
  return bounded(call.budget, spaced && text !== '' ? ` ${text}` : text, call.place);
}
