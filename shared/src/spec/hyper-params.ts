import { error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type MapEntry, member, type Node, type ScalarNode } from '../source/tree.ts';
import { parseFloatText } from '../values/numbers.ts';
import { isoWithOffset, toDate, toDatetime } from '../values/times.ts';
import { describeNode, isTemplateNode } from './describe.ts';
import { allKinds, type Form, forms } from './hyper-param-forms.ts';
import { hyperParamSchema } from './hyper-param-schema.ts';
import { type Reading, wrong } from './reading.ts';
import type { Shape } from './shape.ts';

/** `{kind, value}`, the value brought to its mapping form; ranges of numbers as floats. */
function readHyperParam(node: Node, field: string, reading: Reading): Node {
  if (node.kind !== 'map')
    return wrong(
      node,
      reading,
      `a mapping with "kind" and "value" for "${field}"`,
      node.kind === 'list' ? 'Write it as {kind: choice, value: […]}.' : undefined,
    );
  for (const entry of node.entries)
    if (entry.key !== 'kind' && entry.key !== 'value')
      reading.problems.push(
        error('sanitize/unknown-field', entry.keySpan, `A hyper-parameter has no field "${entry.key}".`, {
          hint: didYouMean(entry.key, ['kind', 'value']) ?? 'Known fields: kind, value.',
        }),
      );
  const kind = member(node, 'kind');
  const name = kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
  if (name === undefined || !allKinds.includes(name)) {
    reading.problems.push(
      error(
        'sanitize/unknown-kind',
        kind?.span ?? { ...node.span, end: node.span.start + 1 },
        name === undefined ? `"${field}" needs a "kind".` : `There is no hyper-parameter of kind "${name}".`,
        { hint: didYouMean(name ?? '', allKinds) ?? `Use one of ${allKinds.join(', ')}.` },
      ),
    );
    return node;
  }
  const value = member(node, 'value');
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) {
    reading.problems.push(
      error(
        'sanitize/missing-field',
        { ...node.span, end: node.span.start + 1 },
        `"${field}" needs the field "value".`,
        {
          hint: 'Add "value: …".',
        },
      ),
    );
    return node;
  }
  const canonical = isTemplateNode(value) ? value : readValue(name, value, field, reading);
  return {
    ...node,
    entries: node.entries.map((entry) => (entry.key === 'value' ? { ...entry, value: canonical } : entry)),
  };
}

function readValue(kind: string, value: Node, field: string, reading: Reading): Node {
  const form = forms.get(kind);
  if (form !== undefined) return readNumbers(kind, form, value, field, reading);
  if (value.kind !== 'list') return wrong(value, reading, `a list of values for "${field}"`);
  if (value.items.length === 0)
    return bad(value, `The "${kind}" of "${field}" has no values.`, 'Add at least one.', reading);
  return kind === 'pchoice' ? readChances(value, field, reading) : value;
}

/** `[value, chance]` pairs; the chances add up to at most one (compiler.md 1.6). */
function readChances(list: Extract<Node, { kind: 'list' }>, field: string, reading: Reading): Node {
  let sum = 0;
  for (const item of list.items) {
    const chance = item.kind === 'list' && item.items.length === 2 ? numberOf(item.items[1]) : undefined;
    if (chance === undefined || chance < 0 || chance >= 1)
      return wrong(item, reading, `[value, chance] with a chance from 0 to below 1 for "${field}"`);
    sum += chance;
  }
  // Decimal fractions such as ten times 0.1 miss the whole by a few steps.
  if (sum > 1 + 1e-9)
    return bad(
      list,
      `The chances of "${field}" add up to ${sum}; at most 1 was expected.`,
      'Make them smaller.',
      reading,
    );
  return list;
}

function readNumbers(kind: string, form: Form, value: Node, field: string, reading: Reading): Node {
  const parts = partsOf(form, value);
  const needed = form.fields.length - (form.optional === undefined ? 0 : 1);
  if (parts === undefined || parts.size < needed || !form.fields.slice(0, needed).every((name) => parts.has(name)))
    return unreadable(kind, form, value, field, reading);
  const entries: MapEntry[] = [];
  const numbers = new Map<string, number>();
  for (const [name, node] of parts) {
    const read = form.of === 'number' || name === 'step' ? number(node, name) : moment(node, form.of);
    if (read === undefined) return unreadable(kind, form, node, field, reading);
    if (typeof read.value === 'number' || typeof read.value === 'bigint') numbers.set(name, Number(read.value));
    else numbers.set(name, Date.parse(isoWithOffset(String(read.value))));
    entries.push({ key: name, keySpan: node.span, value: read });
  }
  const problem = boundsProblem(kind, parts, numbers);
  if (problem !== undefined)
    return bad(
      value,
      problem.message.replace('%', () => `"${field}"`),
      problem.hint,
      reading,
    );
  return { kind: 'map', entries, span: value.span };
}

/** What is wrong between the numbers; `%` stands for the name of the hyper-parameter. */
function boundsProblem(
  kind: string,
  parts: ReadonlyMap<string, Node>,
  numbers: ReadonlyMap<string, number>,
): { readonly message: string; readonly hint: string } | undefined {
  const at = (name: string): number => numbers.get(name) ?? Number.NaN;
  const from = (low: string, high: string): string => `from ${shown(parts, low)} to ${shown(parts, high)}`;
  if (at('stop') <= at('start'))
    return {
      message: `The range of % goes ${from('start', 'stop')}; "stop" must be above "start".`,
      hint: 'Exchange them.',
    };
  if (at('high') < at('low'))
    return { message: `% goes ${from('low', 'high')}; "high" must not be below "low".`, hint: 'Exchange them.' };
  const above = ['step', 'num', 'q', ...(kind === 'geomspace' ? ['start'] : kind === 'logspace' ? ['base'] : [])];
  const low = above.find((name) => at(name) <= 0);
  if (low !== undefined)
    return {
      message: `"${low}" of % is ${shown(parts, low)}; a number above zero was expected.`,
      hint: 'Write for example 1.',
    };
  if (at('scale') < 0)
    return {
      message: `"scale" of % is ${shown(parts, 'scale')}; a number from zero on was expected.`,
      hint: 'Write for example 1.',
    };
  if (kind === 'daterange' && !Number.isInteger(at('step')))
    return {
      message: `"step" of % is ${shown(parts, 'step')}; a whole number of days was expected.`,
      hint: 'Write for example 1.',
    };
  return undefined;
}

/** The parts by name, from `[a, b, c]`, `{start, stop, step}` or `"a:b:c"`. */
function partsOf(form: Form, value: Node): ReadonlyMap<string, Node> | undefined {
  if (value.kind === 'map') {
    return value.entries.every((entry) => form.fields.includes(entry.key))
      ? new Map(form.fields.flatMap((name): [string, Node][] => withName(name, member(value, name))))
      : undefined;
  }
  const items: readonly Node[] | undefined =
    value.kind === 'list'
      ? value.items
      : form.hasText && typeof value.value === 'string'
        ? value.value.split(':').map((text): Node => ({ kind: 'scalar', value: text.trim(), span: value.span }))
        : undefined;
  if (items === undefined || items.length > form.fields.length) return undefined;
  return new Map(items.map((item, at): [string, Node] => [form.fields[at] ?? '', item]));
}

function withName(name: string, node: Node | undefined): [string, Node][] {
  return node === undefined ? [] : [[name, node]];
}

function numberOf(node: Node | undefined): number | undefined {
  if (node?.kind !== 'scalar') return undefined;
  const { value } = node;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? parseFloatText(value) : undefined;
}

/** Bounds become floats; a count and a step keep being whole where they are. */
function number(node: Node, name: string): ScalarNode | undefined {
  const value = numberOf(node);
  if (value === undefined || node.kind !== 'scalar') return undefined;
  if (name === 'num') return Number.isInteger(value) ? { ...node, value: BigInt(value) } : undefined;
  if (name === 'step' || name === 'base') return { ...node, value: Number.isInteger(value) ? BigInt(value) : value };
  return { ...node, value };
}

function moment(node: Node, of: 'date' | 'datetime'): ScalarNode | undefined {
  if (node.kind !== 'scalar') return undefined;
  const read = of === 'date' ? toDate(node.value) : toDatetime(node.value);
  return read.ok && typeof read.value === 'string' ? { ...node, value: read.value } : undefined;
}

function shown(parts: ReadonlyMap<string, Node>, name: string): string {
  const node = parts.get(name);
  return node?.kind === 'scalar' ? String(node.value) : '?';
}

function unreadable(kind: string, form: Form, value: Node, field: string, reading: Reading): Node {
  const text = form.hasText ? ` or "${form.fields.join(':')}" in quotes` : '';
  // Unquoted `1:5:2` arrives as one number, since YAML 1.1 counts it in base 60.
  const isSixties =
    value.kind === 'scalar' &&
    typeof value.value !== 'string' &&
    value.span.source.text.slice(value.span.start, value.span.end).includes(':');
  const hint = isSixties
    ? `Put it in quotes: "${value.span.source.text.slice(value.span.start, value.span.end)}".`
    : `Write [${form.fields.join(', ')}]${text}.`;
  return bad(
    value,
    `The value of "${field}" is ${describeNode(value)}; ${form.fields.map((name) => `"${name}"`).join(', ')} of "${kind}" were expected.`,
    hint,
    reading,
  );
}

function bad(node: Node, message: string, hint: string, reading: Reading): Node {
  reading.problems.push(error('sanitize/bad-range', node.span, message, { hint }));
  return node;
}

/** Hyper-parameters by name. */
export const hyperParams: Shape = {
  kind: 'map',
  isWhole: true,
  of: {
    kind: 'custom',
    name: 'hyperParam',
    read: readHyperParam,
    schema: hyperParamSchema,
    says: '`{kind, value}`, such as `{kind: choice, value: [1, 2]}`',
  },
};
