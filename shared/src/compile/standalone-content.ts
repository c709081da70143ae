import { type MapEntry, type MapNode, member } from '../source/tree.ts';
import { nodeText } from '../wire/node-text.ts';
import type { Checked, Wanted } from './drafts.ts';
import { withEntry } from './merge-layers.ts';

/**
 * The assembled operation as text that needs no other text: the operations of a dag are assembled, too, so no reference and
 * no component is left in it (compiler.md 2.3). `check` reads it again to the same text. Names of presets stay, since
 * whoever has the presets puts them in.
 */
export function standaloneContentOf(checked: Checked): string {
  return nodeText(standaloneOf(checked));
}

/** What is needed of an assembled operation, at whatever stage it is. */
export interface Together {
  readonly operation: MapNode;
  readonly run: MapNode;
  readonly ops: readonly { readonly name: string; readonly draft: Together }[] | null;
}

/** The same as a tree, which keeps its places. */
export function standaloneOf({ operation, run, ops }: Together): MapNode {
  const list = member(run, 'operations');
  if (ops === null || list?.kind !== 'list') return operation;
  const byName = new Map(ops.map((op) => [op.name, op.draft]));
  const items = list.items.map((item) => {
    const name = item.kind === 'map' ? member(item, 'name') : undefined;
    const draft = name?.kind === 'scalar' ? byName.get(String(name.value)) : undefined;
    return draft === undefined ? item : standaloneOf(draft);
  });
  const entries = run.entries
    .filter((entry) => entry.key !== 'components')
    .map((entry): MapEntry => (entry.key === 'operations' ? { ...entry, value: { ...list, items } } : entry));
  return withEntry(operation, 'run', { ...run, entries });
}

/** References of the operation, or of one in its dag, whose texts are not at hand: without them there is no such text. */
export function openReferences(checked: Checked): readonly Wanted[] {
  const below = (checked.ops ?? []).flatMap((op) => openReferences(op.draft));
  return checked.unread === null ? below : [checked.unread, ...below];
}
