import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean, suggest } from '../diagnostics/suggest.ts';
import { type MapEntry, type MapNode, member, type Node, type ScalarNode } from '../source/tree.ts';
import { compactJson } from '../values/print.ts';
import { describeNode, isTemplateNode } from './describe.ts';
import { belowHint, fieldsHint, listHint, mappingHint } from './hints.ts';
import { ioSection, paramSection } from './io.ts';
import { readArgument, readScalar, readText } from './read-scalar.ts';
import { capital, emptyItem, isNull, type Reading, wrong } from './reading.ts';
import type { Section, Shape } from './shape.ts';
import { wordsIn } from './words-in.ts';

/**
 * Reads a mapping by its section: keys in camelCase, scalars strictly of their kind, unknown keys refused with the nearest
 * known one (compiler.md 1.1). Gives the canonical mapping; nulls stay, since in a preset they clear a field.
 */
export function readSection(node: Node, section: Section, reading: Reading): Node {
  if (node.kind !== 'map') {
    const field = section.required[0] ?? [...section.fields.keys()][0];
    return wrong(node, reading, `a mapping for "${section.name}"`, mappingHint(node, field));
  }
  // Fields that a mistyped name stands for, so that they are not missing as well.
  const meant = new Set<string>();
  const entries = new Map<string, MapEntry>();
  for (const entry of node.entries) {
    const field = section.spellings.get(entry.key);
    const shape = field === undefined ? undefined : section.fields.get(field);
    if (field === undefined || shape === undefined) {
      const near = suggest(entry.key, section.fields.keys());
      if (near !== undefined) meant.add(near);
      reading.problems.push(unknownField(entry, section, near));
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
  checkRules(node, entries, section, meant, reading);
  for (const rule of section.rules) rule(node, entries, reading);
  const read: MapNode = { kind: 'map', entries: [...entries.values()], span: node.span };
  return section.canonical === undefined ? read : section.canonical(read);
}

function checkRules(
  node: MapNode,
  entries: ReadonlyMap<string, MapEntry>,
  section: Section,
  meant: ReadonlySet<string>,
  reading: Reading,
): void {
  for (const field of section.required) {
    if (isGiven(entries.get(field)) || meant.has(field)) continue;
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
  return entry !== undefined && !isNull(entry.value);
}

function unknownField(entry: MapEntry, section: Section, near: string | undefined): Diagnostic {
  const isTop = section.name === 'file';
  const hint =
    belowHint(entry.key, section) ??
    (near === undefined ? fieldsHint([...section.fields.keys()]) : `Did you mean "${near}"?`);
  return isTop
    ? error('sanitize/unknown-section', entry.keySpan, `There is no section "${entry.key}".`, { hint })
    : error('sanitize/unknown-field', entry.keySpan, `"${section.name}" has no field "${entry.key}".`, { hint });
}

/** Reads one field by its shape. */
export function readShape(node: Node, shape: Shape, field: string, reading: Reading): Node {
  if (isNull(node) && shape.kind !== 'label') return node;
  if (isTemplateNode(node) && takesTemplate(shape)) return node;
  switch (shape.kind) {
    case 'layer':
    case 'layers':
      return node;
    case 'free':
      return shape.isFull === true && node.kind === 'list'
        ? { ...node, items: node.items.map((item) => readItem(item, shape, field, reading)) }
        : node;
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
        : wrong(node, reading, `a list for "${field}"`, listHint(node));
    case 'list':
      return node.kind === 'list'
        ? { ...node, items: node.items.map((item) => readItem(item, shape.of, field, reading)) }
        : wrong(node, reading, `a list for "${field}"`, listHint(node));
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

/** An item of a list. Null is a value among others only where anything may stand. */
function readItem(node: Node, of: Shape, field: string, reading: Reading): Node {
  if (!isNull(node) || (of.kind === 'free' && of.isFull !== true)) return readShape(node, of, field, reading);
  return emptyItem(node, field, reading);
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
    case 'kubernetes':
      return shape.orRef === true;
    case 'text':
    case 'label':
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

function readWords(node: Node, field: string, reading: Reading): Node {
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const items = wordsIn(node.value).map((value): Node => ({ kind: 'scalar', value, span: node.span }));
    return { kind: 'list', items, span: node.span };
  }
  return node.kind === 'list'
    ? { ...node, items: node.items.map((item) => readItem(item, { kind: 'text' }, field, reading)) }
    : wrong(node, reading, `a list of texts for "${field}"`);
}

function readMap(node: Node, of: Shape, field: string, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, `a mapping for "${field}"`, mappingHint(node, 'name'));
  return {
    ...node,
    entries: node.entries.map((entry) => ({ ...entry, value: readMember(entry, of, reading) })),
  };
}

/** A value of a mapping, which has no field of its own that null could clear. */
function readMember({ key, value }: MapEntry, of: Shape, reading: Reading): Node {
  if (!isNull(value) || of.kind === 'free' || of.kind === 'label') return readShape(value, of, key, reading);
  const isText = of.kind === 'text';
  const hint = isText ? `Write an empty text as ${key}: "".` : 'Give it a value, or take it out.';
  return wrong(value, reading, `${isText ? 'a text' : 'a value'} for "${key}"`, hint);
}

/** Brings every param to its full form; a mapping is one if it has at least one of the form's keys (compiler.md 1.4). */
function readParams(node: Node, reading: Reading): Node {
  if (node.kind !== 'map') return wrong(node, reading, 'a mapping for "params"', mappingHint(node, 'name'));
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
