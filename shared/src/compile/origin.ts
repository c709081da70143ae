import { suggest } from '../diagnostics/suggest.ts';
import { done, type Outcome } from '../outcome/index.ts';
import type { Span } from '../source/span.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { shortcuts } from '../spec/layer.ts';
import { fullForm } from '../spec/read-section.ts';
import { nodeText } from '../wire/node-text.ts';
import { assemble } from './assemble.ts';
import type { Assembled, Sanitized, Stack } from './drafts.ts';
import { type Finder, fieldPathText, follow, namesIn, type Step } from './field-path.ts';
import { type Hit, hitsIn } from './layer-hits.ts';
import { layersOf, type NamedLayer } from './layers-of.ts';
import { withoutOpSections } from './merge-layers.ts';
import type { ParamOption } from './param-option.ts';
import { parse, type Submission } from './parse.ts';
import { sanitize } from './sanitize.ts';

/** Where a field of the assembled operation comes from. */
export interface FieldOrigin {
  readonly kind: 'field';
  readonly value: Node;
  /** Where the value, or a part of it, stands; in the order of the layers, the innermost first. Never empty. */
  readonly from: readonly OriginPlace[];
  /** Where other layers have the field and none of it is in the value, in the same order. */
  readonly overridden: readonly OriginPlace[];
}

/** A place and its layer; null for a value that no layer has written, such as the kind of a run that is made of shortcuts. */
export interface OriginPlace {
  readonly role: Hit['role'] | null;
  readonly node: Node;
}

/** The operation has no such field. */
export interface NoField {
  readonly kind: 'none';
  /** The longest beginning of the path that leads somewhere; empty when it is the operation itself. */
  readonly at: string;
  /** What the step behind it was. */
  readonly missing: string;
  /** What is there. */
  readonly names: readonly string[];
  /** The path that was meant, as far as it can be guessed. */
  readonly near: string | null;
}

/** Which layer a field of the operation came from, once all layers are together (compiler.md 2.4). Pure. */
export function originOf(submission: Submission, path: readonly Step[]): Outcome<FieldOrigin | NoField> {
  const parsed = parse(submission);
  if (!parsed.ok) return parsed;
  const sanitized = sanitize(parsed.value);
  if (!sanitized.ok) return sanitized;
  const assembled = assemble(sanitized.value);
  if (!assembled.ok) return assembled;
  const { main } = sanitized.value;
  const layers = [...layersOf(main), ...optionLayer(submission.params, main.own.fields.span)];
  return done(inOperation(sanitized.value, assembled.value, layers, path, []));
}

function inOperation(
  draft: Sanitized,
  assembled: Assembled,
  layers: readonly NamedLayer[],
  path: readonly Step[],
  before: readonly Step[],
): FieldOrigin | NoField {
  const inside = operationIn(draft, assembled, path);
  if (inside !== undefined) {
    const [stack, op] = inside;
    return inOperation(draft, op, opLayers(stack), path.slice(3), [...before, ...path.slice(0, 3)]);
  }
  const finders: Finder[] = [];
  let node: Node = assembled.operation;
  for (const [at, to] of path.entries()) {
    const next = follow(node, to);
    if (next === undefined) return nothing(assembled, node, path, at, before);
    finders.push(next.finder);
    node = next.node;
  }
  return fieldOrigin(node, layers, finders);
}

/** `run.operations.NAME` of a dag: an operation with layers of its own. */
function operationIn(draft: Sanitized, dag: Assembled, path: readonly Step[]): readonly [Stack, Assembled] | undefined {
  const [run, operations, to] = path;
  if (dag.ops === null || run !== 'run' || operations !== 'operations' || to === undefined) return undefined;
  const list = member(dag.run, 'operations');
  const node = list === undefined ? undefined : follow(list, to)?.node;
  const stack = node?.kind === 'map' ? draft.parts.get(node) : undefined;
  const name = node?.kind === 'map' ? member(node, 'name') : undefined;
  const op = dag.ops.find((each) => name?.kind === 'scalar' && each.name === name.value);
  return stack === undefined || op === undefined ? undefined : [stack, op.draft];
}

/** Some sections an operation of a dag has from its own layer only (compiler.md 4.1). */
function opLayers(stack: Stack): readonly NamedLayer[] {
  return layersOf(stack).map((layer) =>
    layer.role === 'component' ? { ...layer, fields: withoutOpSections(layer.fields) } : layer,
  );
}

/** Params of the submission as the layer on top of all others. */
function optionLayer(options: readonly ParamOption[], span: Span): readonly NamedLayer[] {
  if (options.length === 0) return [];
  const entries = options.map(({ name, value }) => ({ key: name, keySpan: value.span, value: fullForm(value) }));
  const params: MapNode = { kind: 'map', entries, span };
  return [{ role: 'param', fields: { kind: 'map', entries: [{ key: 'params', keySpan: span, value: params }], span } }];
}

function fieldOrigin(value: Node, layers: readonly NamedLayer[], finders: readonly Finder[]): FieldOrigin {
  const hits = layers.flatMap((layer) => hitsIn(layer, finders));
  const parts = leavesOf(value);
  const giving = new Set(hits.filter((hit) => parts.some((part) => isWithin(part.span, hit.node.span))));
  if (giving.size === 0) {
    // The value was made while assembling, so its place is only near: a layer that says the same has given it.
    const text = nodeText(value);
    const same = hits.findLast((hit) => nodeText(hit.node) === text);
    if (same !== undefined) giving.add(same);
  }
  const from = giving.size > 0 ? hits.filter((hit) => giving.has(hit)) : [nearest(value, layers)];
  return { kind: 'field', value, from, overridden: hits.filter((hit) => !giving.has(hit)) };
}

/** The smallest layer that the value stands in: an inline component stands inside of its operation. */
function nearest(value: Node, layers: readonly NamedLayer[]): OriginPlace {
  const around = layers.filter((layer) => isWithin(value.span, layer.fields.span));
  const sizeOf = ({ fields: { span } }: NamedLayer): number => span.end - span.start;
  const [smallest] = around.sort((left, right) => sizeOf(left) - sizeOf(right));
  return { role: smallest?.role ?? null, node: value };
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;
}

/** Scalars, and lists and mappings that are empty. */
function leavesOf(node: Node): readonly Node[] {
  if (node.kind === 'scalar') return [node];
  const inside = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.value);
  return inside.length === 0 ? [node] : inside.flatMap(leavesOf);
}

function nothing(
  assembled: Assembled,
  node: Node,
  path: readonly Step[],
  at: number,
  before: readonly Step[],
): NoField {
  const missing = path[at] ?? '';
  const names = namesIn(node);
  return {
    kind: 'none',
    at: fieldPathText([...before, ...path.slice(0, at)]),
    missing: fieldPathText([missing]),
    names,
    near: near(assembled, path, at, before, names),
  };
}

/** The path with a similar name in it, or behind `run`, where shortcuts lead (compiler.md 1.8). */
function near(
  assembled: Assembled,
  path: readonly Step[],
  at: number,
  before: readonly Step[],
  names: readonly string[],
): string | null {
  const [missing] = path.slice(at, at + 1);
  if (at === 0 && typeof missing === 'string' && Object.hasOwn(shortcuts, missing) && reaches(assembled.run, path))
    return fieldPathText([...before, 'run', ...path]);
  const similar = typeof missing === 'string' ? suggest(missing, names) : undefined;
  return similar === undefined ? null : fieldPathText([...before, ...path.slice(0, at), similar]);
}

function reaches(node: Node, path: readonly Step[]): boolean {
  let here: Node | undefined = node;
  for (const to of path) here = here === undefined ? undefined : follow(here, to)?.node;
  return here !== undefined;
}
