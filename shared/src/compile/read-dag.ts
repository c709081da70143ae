import { error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Span } from '../source/span.ts';
import { type MapEntry, type MapNode, member, type Node, type ScalarNode } from '../source/tree.ts';
import type { Stack } from './drafts.ts';
import { withNamedPresets } from './read-presets.ts';
import { type DagScope, mostReferences, type Slot, type StackReader, tooLong } from './stack-reader.ts';

/** Reads the components, then the operations of a dag. Components of the layers below can be referred to, too. */
export function readBody(run: MapNode | null, reader: StackReader, inner: Stack | null): DagScope {
  const below = inner === null ? undefined : reader.scopes.get(inner);
  const components = new Map(below?.components);
  const chain: string[] = [];
  const scope = {
    components,
    component: (ref: ScalarNode): Stack | null => componentOf(ref, scope, chain, reader),
  };
  const own: Slot[] = [];
  for (const node of itemsOf(run, 'components', reader)) {
    const name = nameOf(node, 'component', reader);
    if (name === undefined) continue;
    const former = components.get(name.text);
    const slot: Slot = { node, span: name.span, state: 'waiting', stack: null };
    if (former !== undefined && own.includes(former)) repeated('component', name, former.span, reader);
    else components.set(name.text, slot);
    own.push(slot);
  }
  const read = own.map((slot) => readSlot(slot, scope, chain, reader));
  const seen = new Map<string, Span>();
  const operations: Node[] = [];
  for (const node of itemsOf(run, 'operations', reader)) {
    const name = nameOf(node, 'operation', reader);
    const former = name === undefined ? undefined : seen.get(name.text);
    if (name !== undefined && former !== undefined) repeated('operation', name, former, reader);
    if (name !== undefined) seen.set(name.text, name.span);
    notInDag(node, reader);
    const stack = withNamedPresets(reader.read(node, reader, { ...scope, run: null }), reader);
    reader.parts.set(stack.own.fields, stack);
    operations.push(stack.own.fields);
  }
  return { ...scope, run: run === null ? null : withBody(run, operations, read) };
}

function withBody(run: MapNode, operations: readonly Node[], components: readonly Node[]): MapNode {
  const put = (entry: MapEntry): MapEntry =>
    entry.value.kind !== 'list' || (entry.key !== 'operations' && entry.key !== 'components')
      ? entry
      : { ...entry, value: { ...entry.value, items: entry.key === 'operations' ? operations : components } };
  return { ...run, entries: run.entries.map(put) };
}

function readSlot(slot: Slot, scope: Omit<DagScope, 'run'>, chain: string[], reader: StackReader): Node {
  if (slot.state !== 'waiting') return slot.stack?.own.fields ?? slot.node;
  slot.state = 'reading';
  const name = member(slot.node, 'name');
  chain.push(name?.kind === 'scalar' ? String(name.value) : '');
  const stack = reader.read(slot.node, reader, { ...scope, run: null });
  chain.pop();
  slot.stack = stack;
  slot.state = 'done';
  reader.parts.set(stack.own.fields, stack);
  return stack.own.fields;
}

function componentOf(
  ref: ScalarNode,
  scope: Omit<DagScope, 'run'>,
  chain: string[],
  reader: StackReader,
): Stack | null {
  const name = String(ref.value);
  const slot = scope.components.get(name);
  if (slot === undefined) {
    reader.problems.push(
      error('graph/unknown-component', ref.span, `The dag has no component "${name}".`, {
        hint: didYouMean(name, scope.components.keys()) ?? 'Declare it under "components", with this name.',
      }),
    );
    return null;
  }
  if (slot.state === 'reading') {
    const circle = [...chain.slice(chain.indexOf(name)), name];
    reader.problems.push(
      error('references/cycle', ref.span, `The reference leads back to itself: ${circle.join(' → ')}.`, {
        hint: 'Take one of the references out.',
      }),
    );
    return null;
  }
  if (chain.length >= mostReferences) {
    reader.problems.push(tooLong(ref.span));
    return null;
  }
  readSlot(slot, scope, chain, reader);
  return slot.stack;
}

function itemsOf(run: MapNode | null, key: 'operations' | 'components', reader: StackReader): readonly MapNode[] {
  const list = run === null ? undefined : member(run, key);
  if (list === undefined || (list.kind === 'scalar' && list.value === null)) return [];
  const items: MapNode[] = [];
  const wrong = (span: Span, what: string): void => {
    reader.problems.push(
      error('sanitize/wrong-type', span, `${what} was expected for "${key}".`, {
        hint: 'Begin each of them with "- name: …".',
      }),
    );
  };
  if (list.kind !== 'list') wrong(list.span, 'A list of mappings');
  for (const item of list.kind === 'list' ? list.items : []) {
    if (item.kind === 'map') items.push(item);
    else wrong(item.span, 'A mapping with a name');
  }
  return items;
}

function nameOf(
  node: MapNode,
  what: string,
  reader: StackReader,
): { readonly text: string; readonly span: Span } | undefined {
  const name = member(node, 'name');
  if (name?.kind === 'scalar' && typeof name.value === 'string') return { text: name.value, span: name.span };
  // A name that is no text is reported when the layer is read.
  if (name === undefined || (name.kind === 'scalar' && name.value === null))
    reader.problems.push(
      error('graph/no-name', { ...node.span, end: node.span.start + 1 }, `This ${what} of the dag has no name.`, {
        hint: 'Add "name: …"; others refer to it by its name.',
      }),
    );
  return undefined;
}

function repeated(
  what: string,
  name: { readonly text: string; readonly span: Span },
  former: Span,
  reader: StackReader,
): void {
  reader.problems.push(
    error('graph/duplicate-name', name.span, `The dag has two ${what}s called "${name.text}".`, {
      hint: 'Give one of them another name.',
      related: [{ message: 'The first one is here.', span: former }],
    }),
  );
}

/** A schedule starts runs of its own, which nothing in a dag could wait for (compiler.md 4.1). */
function notInDag(node: MapNode, reader: StackReader): void {
  const entry = node.entries.find((each) => each.key === 'schedule');
  if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null)) return;
  reader.problems.push(
    error('graph/schedule-inside', entry.keySpan, 'An operation of a dag cannot have a "schedule".', {
      hint: 'Put the schedule on the dag itself.',
    }),
  );
}
