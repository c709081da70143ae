import { hasTemplate } from '../template/template.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { Checked } from './drafts.ts';
import type { Asked, Questions } from './facts.ts';

/**
 * What an operation, and every operation of its dag, asks of others: connections, a queue, presets, components and other
 * runs (decisions.md 31). Names that are templates are known only after compiling.
 */
export function asks(checked: Checked): Questions {
  const all = [...withOps(checked)];
  const runs = new Map<string, Asked>();
  for (const { params } of all)
    for (const { reference } of params.values())
      if (reference?.of.kind === 'runs' && !runs.has(reference.of.uuid))
        runs.set(reference.of.uuid, { name: reference.of.uuid, span: reference.span });
  const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort(byUnits);
  return {
    connections: unique(all.flatMap((each) => each.connections)),
    queue: known(checked.queue),
    queues: unique(all.flatMap((each) => known(each.queue) ?? [])),
    kinds: unique(all.flatMap((each) => (each.ops === null ? [agentKindOf(each.runKind.name)] : []))),
    namespace: known(checked.namespace),
    presets: unique(all.flatMap((each) => each.presets.filter((preset) => !hasTemplate(preset)))),
    runs: [...runs.values()],
    joins: checked.joins.length,
    isPartial: all.some((each) => each.hasTemplates),
  };
}

/** What an agent has to be able to run: the kinds of one pod are all run as jobs or services. */
function agentKindOf(runKind: string): string {
  return ['notifier', 'cleaner', 'tuner'].includes(runKind) ? 'job' : runKind;
}

function known(name: string | null): string | null {
  return name === null || hasTemplate(name) ? null : name;
}

function* withOps(checked: Checked): Generator<Checked> {
  yield checked;
  for (const op of checked.ops ?? []) yield* withOps(op.draft);
}
