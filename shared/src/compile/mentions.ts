import type { Span } from '../source/span.ts';
import { member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import type { TypeChecked } from './drafts.ts';
import { wishText, withoutBraces } from './read-reference.ts';

/** One place where an operation names another one of its dag. */
export type Mention =
  | { readonly kind: 'dependency'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'param';
      readonly name: string;
      readonly span: Span;
      readonly param: string;
      readonly wants: string;
    }
  | { readonly kind: 'event'; readonly name: string; readonly span: Span; readonly statuses: readonly string[] };

/** The operations that one waits for: its dependencies, then params, then events (compiler.md 4.2). */
export function mentionsOf({ operation, params }: Pick<TypeChecked, 'operation' | 'params'>): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const { name, span } of dependenciesOf(member(operation, 'dependencies')))
    mentions.push({ kind: 'dependency', name, span });
  for (const { name, reference } of params.values())
    if (reference?.of.kind === 'ops')
      mentions.push({
        kind: 'param',
        name: reference.of.name,
        span: reference.span,
        param: name,
        wants: wishText(reference.wants),
      });
  for (const event of eventsOf(member(operation, 'events')))
    if (event.root === 'ops')
      mentions.push({ kind: 'event', name: event.name, span: event.span, statuses: event.statuses });
  return mentions;
}

function dependenciesOf(list: Node | undefined): readonly { readonly name: string; readonly span: Span }[] {
  return (list?.kind === 'list' ? list.items : []).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? [{ name: withoutBraces(item.value).replace(/^ops\./, ''), span: item.span }]
      : [],
  );
}

/** What one entry of `events` waits for. */
export interface EventMention {
  /** `ops`, `runs`, `connections` …; empty when it is a template that is filled later. */
  readonly root: string;
  readonly name: string;
  readonly span: Span;
  readonly kinds: readonly { readonly kind: string; readonly span: Span }[];
  /** What remains of the kinds of runs, such as `running`. */
  readonly statuses: readonly string[];
}

/** The entries of `events`; braces around a reference do not matter (decisions.md 24). */
export function eventsOf(list: Node | undefined): readonly EventMention[] {
  return (list?.kind === 'list' ? list.items : []).flatMap((entry): readonly EventMention[] => {
    const ref = entry.kind === 'map' ? member(entry, 'ref') : undefined;
    if (entry.kind !== 'map' || ref?.kind !== 'scalar' || typeof ref.value !== 'string') return [];
    const text = withoutBraces(ref.value);
    const [, root = '', name = ''] = /^(\w+)\.([^{}]+)$/.exec(text) ?? [];
    const list = member(entry, 'kinds');
    const kinds = (list?.kind === 'list' ? list.items : list === undefined ? [] : [list]).flatMap((item) =>
      item.kind === 'scalar' && typeof item.value === 'string' && !isTemplateNode(item)
        ? [{ kind: item.value, span: item.span }]
        : [],
    );
    const statuses = kinds
      .filter(({ kind }) => kind.startsWith('run_status_'))
      .map(({ kind }) => kind.slice('run_status_'.length));
    return [{ root, name: name.trim(), span: ref.span, kinds, statuses }];
  });
}
