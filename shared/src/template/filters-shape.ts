import { pythonRepr } from '../values/print.ts';
import { isMap, type Value } from '../values/value.ts';
import { bounded, checkLength, checkWeight, spend } from './budget.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { flagArg, readText, textArg, wholeArg } from './filters-text.ts';
import { percentFormat } from './percent-format.ts';
import { compareTexts, linesOf } from './text-units.ts';
import { wrapLine } from './wrap-line.ts';

/** Filters that lay out text, and the product's own `map_format`. */
export const shapeFilters: readonly FilterEntry[] = [
  filter(
    'map_format',
    ['pattern', 'name?'],
    'A value, or each item of a list, put into a printf pattern: map_format("n=%s").',
    mapFormat,
  ),
  filter('pprint', [], 'The value as Python writes it, keys in order.', prettyPrint),
  filter(
    'wordwrap',
    ['width?', 'break_long_words?', 'wrapstring?', 'break_on_hyphens?'],
    'Lines of at most a width (79).',
    wordWrap,
  ),
];

/**
 * The product's own filter: a value put into a printf pattern, `4 | map_format('n=%s')`; with a name it is what the pattern
 * calls so. For each item of a list it is used through `map` (compiler.md 3.6).
 */
function mapFormat(value: Value, call: FilterCall): Value | Fault {
  const pattern = textArg(call, 'pattern');
  const name = textArg(call, 'name');
  if (pattern === undefined)
    return new Fault('template/wrong-type', 'The filter "map_format" takes a pattern such as "n=%s".', call.place);
  const whole = name === undefined ? value : new Map([[name, value]]);
  return (
    spend(call.budget, 1 + (pattern.length >> 4), call.place) ??
    percentFormat(call.budget, pattern, [whole], whole, call.place)
  );
}

function prettyPrint(value: Value, call: FilterCall): Value | Fault {
  const refused = checkWeight(call.budget, value, call.place);
  return refused ?? bounded(call.budget, pythonRepr(inOrder(value)), call.place);
}

function inOrder(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if (!isMap(value)) return value.map(inOrder);
  return new Map(
    [...value].sort(([left], [right]) => compareTexts(left, right)).map(([key, each]) => [key, inOrder(each)]),
  );
}

function wordWrap(value: Value, call: FilterCall): Value | Fault {
  const text = readText(value, call);
  if (text instanceof Fault) return text;
  const width = wholeArg(call, 'width', 79);
  if (width < 1) return new Fault('template/wrong-type', 'The width is at least 1.', call.place);
  const lines = linesOf(text).map((line) =>
    wrapLine(line, width, isOn(call, 'break_long_words'), isOn(call, 'break_on_hyphens')),
  );
  // A line of width 1 for each character is the longest result there is.
  const pieces = lines.flatMap((wrapped) => (wrapped.length === 0 ? [''] : wrapped));
  const breaks = textArg(call, 'wrapstring') ?? '\n';
  const refused =
    checkLength(text.length + pieces.length * breaks.length, call.place) ??
    spend(call.budget, pieces.length, call.place);
  return refused ?? bounded(call.budget, pieces.join(breaks), call.place);
}

/** A switch that is on unless the argument turns it off. */
function isOn(call: FilterCall, name: string): boolean {
  return call.arg(name) === undefined || flagArg(call, name);
}
