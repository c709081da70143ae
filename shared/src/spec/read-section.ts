import type { Code } from '../diagnostics/codes.ts';
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type MapEntry, type MapNode, member, type Node, type Scalar, type ScalarNode } from '../source/tree.ts';
import { parseFloatText } from '../values/numbers.ts';
import { compactJson } from '../values/print.ts';
import { booleanWord } from '../values/words.ts';
import { describeNode, isTemplateNode } from './describe.ts';
import { ioSection, paramSection } from './io.ts';
import type { Section, Shape } from './shape.ts';

/** What reading collects and needs to know. */
export interface Reading {
  readonly problems: Diagnostic[];
  /** Fields of the run kind that `run` and `runPatch` are read by; null while no kind is known. */
  readonly run: Section | null;
  /** Fields of `runPatch` where they are more than those of `run`, as for distributed kinds. */
  readonly runPatch?: Section | null;
}

/**
 * Reads a mapping by its section: keys in camelCase, scalars strictly of their kind, unknown keys refused with the nearest
 * known one (compiler.md 1.1). Gives the canonical mapping; nulls stay, since in a preset they clear a field.
 */
export function readSection(node: Node, section: Section, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, `a mapping for "${section.name}"`);
  const entries = new Map<string, MapEntry>();
  for (const entry of node.entries) {
    const field = section.spellings.get(entry.key);
    const shape = field === undefined ? undefined : section.fields.get(field);
    if (field === undefined || shape === undefined) {
      reading.problems.push(unknownField(entry, section));
      continue;
    }
    const former = entries.get(field);
    if (former !== undefined)
      reading.problems.push(
        error('sanitize/two-spellings', entry.keySpan, `"${entry.key}" and "${former.key}" are the same field.`, {
          related: [{ message: 'The other one is here.', span: former.keySpan }],
        }),
      );
    entries.set(field, {
      key: field,
      keySpan: entry.keySpan,
      value: readShape(entry.value, shape, field, reading),
    });
  }
  checkRules(node, entries, section, reading);
  for (const rule of section.rules) rule(node, entries, reading);
  const read: MapNode = { kind: 'map', entries: [...entries.values()], span: node.span };
  return section.canonical === undefined ? read : section.canonical(read);
}

function checkRules(node: MapNode, entries: ReadonlyMap<string, MapEntry>, section: Section, reading: Reading): void {
  for (const field of section.required) {
    if (isGiven(entries.get(field))) continue;
    reading.problems.push(
      error(
        'sanitize/missing-field',
        { ...node.span, end: node.span.start + 1 },
        `"${section.name}" needs the field "${field}".`,
        { hint: `Add "${field}: …".` },
      ),
    );
  }
  const given = section.exclusive.filter((field) => isGiven(entries.get(field)));
  const second = given[1] === undefined ? undefined : entries.get(given[1]);
  if (second !== undefined) {
    reading.problems.push(
      error(
        'sanitize/exclusive-fields',
        second.keySpan,
        `Only one of ${given.map((field) => `"${field}"`).join(' and ')} can be in one "${section.name}".`,
        { hint: section.name === 'file' ? 'Take one of them out.' : 'Make it two entries.' },
      ),
    );
  }
}

function isGiven(entry: MapEntry | undefined): boolean {
  return entry !== undefined && !(entry.value.kind === 'scalar' && entry.value.value === null);
}

function unknownField(entry: MapEntry, section: Section): Diagnostic {
  const isTop = section.name === 'file';
  const known = [...section.fields.keys()];
  const hint = didYouMean(entry.key, known) ?? (known.length <= 12 ? `Known fields: ${known.join(', ')}.` : undefined);
  return isTop
    ? error('sanitize/unknown-section', entry.keySpan, `There is no section "${entry.key}".`, { hint })
    : error('sanitize/unknown-field', entry.keySpan, `"${section.name}" has no field "${entry.key}".`, { hint });
}

/** Reads one field by its shape. */
export function readShape(node: Node, shape: Shape, field: string, reading: Reading): Node {
  if (node.kind === 'scalar' && node.value === null && shape.kind !== 'label') return node;
  if (isTemplateNode(node) && takesTemplate(shape)) return node;
  switch (shape.kind) {
    case 'free':
    case 'layer':
    case 'layers':
      return node;
    case 'custom':
      return shape.read(node, field, reading);
    case 'tagged':
      return readTagged(node, shape, field, reading);
    case 'text':
      return readText(node, shape, field, reading);
    case 'int':
    case 'float':
    case 'bool':
      return readScalar(node, shape, field, reading);
    case 'label':
      return node.kind === 'scalar' && node.value !== null
        ? { ...node, value: typeof node.value === 'string' ? node.value : compactJson(node.value) }
        : wrong(node, reading, `a text for "${field}"`);
    case 'words':
      return readWords(node, field, reading);
    case 'arguments':
      if (node.kind === 'scalar' && typeof node.value === 'string') return node; // A list of one.
      return node.kind === 'list'
        ? { ...node, items: node.items.map((item) => readArgument(item, field, reading)) }
        : wrong(node, reading, `a list for "${field}"`);
    case 'list':
      return node.kind === 'list'
        ? { ...node, items: node.items.map((item) => readShape(item, shape.of, field, reading)) }
        : wrong(node, reading, `a list for "${field}"`);
    case 'map':
      return readMap(node, shape.of, field, reading);
    case 'section':
    case 'kubernetes':
      return shape.section === ioSection ? readIo(node, reading) : readSection(node, shape.section, reading);
    case 'params':
      return readParams(node, reading);
    case 'run': {
      const section = field === 'runPatch' ? (reading.runPatch ?? reading.run) : reading.run;
      return section === null ? node : readSection(node, section, reading);
    }
  }
}

function takesTemplate(shape: Shape): boolean {
  switch (shape.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'list':
    case 'section':
    case 'tagged':
      return shape.orRef;
    case 'text':
    case 'label':
    case 'words':
    case 'arguments':
    case 'free':
      return true;
    default:
      return false;
  }
}

/** Reads a section by its `kind`; a missing or unknown kind is refused with the known ones. */
function readTagged(node: Node, shape: Extract<Shape, { kind: 'tagged' }>, field: string, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, `a mapping for "${field}"`);
  const kind = member(node, 'kind');
  const name = kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
  const section = name === undefined ? undefined : shape.of.get(name);
  if (section !== undefined) return readSection(node, section, reading);
  const known = [...shape.of.keys()];
  reading.problems.push(
    error(
      'sanitize/unknown-kind',
      kind?.span ?? { ...node.span, end: node.span.start + 1 },
      name === undefined ? `"${field}" needs a "kind".` : `There is no ${shape.name} of kind "${name}".`,
      { hint: didYouMean(name ?? '', known) ?? `Use one of ${known.join(', ')}.` },
    ),
  );
  return node;
}

/** Reports a node that is not what was expected, and gives it back; for readers of single values. */
export function wrong(
  node: Node,
  reading: Reading,
  expected: string,
  hint?: string,
  code: Code = 'sanitize/wrong-type',
): Node {
  reading.problems.push(
    error(code, node.span, `${capital(describeNode(node))} stands where ${expected} was expected.`, {
      hint,
    }),
  );
  return node;
}

function readText(node: Node, shape: Extract<Shape, { kind: 'text' }>, field: string, reading: Reading): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const hint =
      node.kind === 'scalar'
        ? `Write it in quotes: ${field}: "${node.span.source.text.slice(node.span.start, node.span.end)}".`
        : undefined;
    return wrong(node, reading, `a text for "${field}"`, hint);
  }
  if (shape.oneOf !== undefined && !shape.oneOf.includes(node.value)) {
    const hint = didYouMean(node.value, shape.oneOf);
    const words = shape.oneOf.map((word) => `"${word}"`).join(', ');
    return wrong(node, reading, `one of ${words} for "${field}"`, hint, shape.code);
  }
  return shape.pattern === undefined || shape.pattern.test(node.value)
    ? node
    : wrong(node, reading, `${shape.says ?? 'another text'} for "${field}"`);
}

const scalarNames = { int: 'a whole number', float: 'a number', bool: 'true or false' } as const;

function readScalar(
  node: Node,
  shape: Extract<Shape, { kind: 'int' | 'float' | 'bool' }>,
  field: string,
  reading: Reading,
): Node {
  const { kind, orRef, least } = shape;
  const value = node.kind === 'scalar' ? strictScalar(node, kind) : undefined;
  if (value === undefined)
    return wrong(node, reading, `${scalarNames[kind]}${orRef ? ' or a template' : ''} for "${field}"`);
  if (least !== undefined && (typeof value === 'bigint' || typeof value === 'number') && value < least)
    return wrong(node, reading, `a number of at least ${least} for "${field}"`);
  return node.kind === 'scalar' && value === node.value ? node : { kind: 'scalar', value, span: node.span };
}

function strictScalar(node: ScalarNode, kind: 'int' | 'float' | 'bool'): Scalar | undefined {
  const { value } = node;
  if (kind === 'int') return typeof value === 'bigint' ? value : undefined;
  if (kind === 'float')
    return typeof value === 'bigint' || typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? parseFloatText(value)
        : undefined;
  if (typeof value === 'boolean') return value;
  if (value === 1n || value === 0n) return value === 1n;
  return typeof value === 'string' ? booleanWord(value) : undefined;
}

function readWords(node: Node, field: string, reading: Reading): Node {
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const items = node.value
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
    return {
      kind: 'list',
      items: items.map((value): Node => ({ kind: 'scalar', value, span: node.span })),
      span: node.span,
    };
  }
  return node.kind === 'list'
    ? { ...node, items: node.items.map((item) => readText(item, { kind: 'text' }, field, reading)) }
    : wrong(node, reading, `a list of texts for "${field}"`);
}

/** A text, or a number, which becomes its text when it is rendered; `true` would have several. */
function readArgument(node: Node, field: string, reading: Reading): Node {
  if (node.kind === 'scalar' && typeof node.value !== 'boolean') return node;
  const quoted =
    node.kind === 'scalar'
      ? `Write it in quotes: "${node.span.source.text.slice(node.span.start, node.span.end)}".`
      : undefined;
  return wrong(node, reading, `a text in "${field}"`, quoted);
}

function readMap(node: Node, of: Shape, field: string, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, `a mapping for "${field}"`);
  return {
    ...node,
    entries: node.entries.map((entry) => ({ ...entry, value: readShape(entry.value, of, entry.key, reading) })),
  };
}

/** Brings every param to its full form; a mapping is one if it has at least one of the form's keys (compiler.md 1.4). */
function readParams(node: Node, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, 'a mapping for "params"');
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: readParam(entry.value, reading) })) };
}

function readParam(node: Node, reading: Reading): Node {
  if (node.kind === 'map' && node.entries.length === 0)
    return fullForm({ kind: 'scalar', value: null, span: node.span });
  if (node.kind !== 'map' || !node.entries.some((entry) => paramSection.spellings.has(entry.key)))
    return fullForm(node);
  const full = readSection(node, paramSection, reading);
  if (full.kind !== 'map') return full;
  const ref = full.entries.find((entry) => entry.key === 'ref');
  const value = full.entries.find((entry) => entry.key === 'value')?.value;
  if (isGiven(ref) && value !== undefined && !isPath(value))
    reading.problems.push(
      error(
        'sanitize/ref-value',
        value.span,
        `${capital(describeNode(value))} stands beside "ref"; a path such as "outputs.loss" was expected.`,
        { hint: 'Write what to take from it, for example "value: outputs.loss".' },
      ),
    );
  return full;
}

/** What a reference may ask for: a path as text, or files and folders of the artifacts (compiler.md 3.2). */
function isPath(value: Node): boolean {
  if (value.kind === 'map')
    return value.entries.length > 0 && value.entries.every((entry) => entry.key === 'files' || entry.key === 'dirs');
  return value.kind === 'scalar' && typeof value.value === 'string';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The full form of a bare value. */
export function fullForm(value: Node): MapNode {
  return { kind: 'map', entries: [{ key: 'value', keySpan: value.span, value }], span: value.span };
}

/** An input or output; one with a value is optional, and `options` is another way to write `validation.options` (compiler.md 1.3). */
function readIo(node: Node, reading: Reading): Node {
  const read = readSection(node, ioSection, reading);
  if (read.kind !== 'map') return read;
  const io = asOptional(read);
  const options = io.entries.find((entry) => entry.key === 'options');
  if (options === undefined) return io;
  const validation = io.entries.find((entry) => entry.key === 'validation');
  const inside = validation?.value.kind === 'map' ? validation.value.entries : [];
  const merged: MapNode = { kind: 'map', entries: [...inside, options], span: options.value.span };
  const rest = io.entries.filter((entry) => entry !== options && entry !== validation);
  return { ...io, entries: [...rest, { key: 'validation', keySpan: options.keySpan, value: merged }] };
}

function asOptional(io: MapNode): MapNode {
  const value = io.entries.find((entry) => entry.key === 'value');
  if (value === undefined || isGiven(io.entries.find((entry) => entry.key === 'isOptional'))) return io;
  const others = io.entries.filter((entry) => entry.key !== 'isOptional');
  const optional: ScalarNode = { kind: 'scalar', value: true, span: value.keySpan };
  return { ...io, entries: [...others, { key: 'isOptional', keySpan: value.keySpan, value: optional }] };
}
