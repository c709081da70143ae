import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type MapEntry, type MapNode, member } from '../source/tree.ts';
import { patch, patchSection, type Strategy } from '../spec/merge.ts';
import { patchSectionOf, spreadToReplicas } from '../spec/run-patch.ts';
import type { RunKind } from './drafts.ts';
import { withoutNulls } from './merge-layers.ts';
import { applyShortcuts, clearForShortcuts } from './shortcuts.ts';

/** How a layer is put on the run below it. */
export interface Laying {
  readonly strategy: Strategy;
  readonly kind: RunKind;
  /** Presets are for runs of many kinds, so that a shortcut in them counts where the kind has such a field. */
  readonly isPreset: boolean;
  readonly problems: Diagnostic[];
}

/** Puts what a layer says about the run on top of the run below: its own run, then its shortcuts, then its runPatch. */
export function putLayer(below: MapNode | undefined, layer: MapNode, laying: Laying): MapNode | undefined {
  const { strategy, kind, problems } = laying;
  let run = clearForShortcuts(putRun(below, layer, strategy, kind), layer, strategy);
  const changed = withKnownFields(applyShortcuts(run, layer, strategy, problems), laying);
  if (changed !== undefined) run = run === undefined ? changed : putPatch(run, changed, strategy, kind);
  const runPatch = member(layer, 'runPatch');
  if (runPatch?.kind !== 'map') return run;
  return run === undefined ? runPatch : putPatch(run, runPatch, strategy, kind);
}

/** Without what the run kind has no field for, as a job has no ports. */
function withKnownFields(changed: MapNode | undefined, laying: Laying): MapNode | undefined {
  const { kind, isPreset, problems } = laying;
  const known = patchSectionOf(kind.section).fields;
  const unknown = changed?.entries.filter((entry) => !known.has(entry.key)) ?? [];
  if (changed === undefined || unknown.length === 0) return changed;
  for (const entry of isPreset ? [] : unknown)
    problems.push(
      error('sanitize/unknown-field', entry.keySpan, `A run of kind "${kind.name}" has no field "${entry.key}".`, {
        hint: entry.key === 'ports' ? 'Take it out, or use the kind "service".' : 'Take it out.',
      }),
    );
  return { ...changed, entries: changed.entries.filter((entry) => known.has(entry.key)) };
}

function putPatch(run: MapNode, change: MapNode, strategy: Strategy, kind: RunKind): MapNode {
  return patchSection(run, spreadToReplicas(change, run, kind.section), strategy, kind.section);
}

/** A run of another kind takes the place of the one below where the upper side is preferred, and is ignored elsewhere. */
function putRun(below: MapNode | undefined, layer: MapNode, strategy: Strategy, kind: RunKind): MapNode | undefined {
  const own = member(layer, 'run');
  if (own?.kind !== 'map') return below;
  if (below === undefined) return own;
  const [from, to] = [kindName(below), kindName(own)];
  if (from !== undefined && to !== undefined && from !== to)
    return strategy === 'post_merge' || strategy === 'replace' ? own : below;
  const merged = patch(below, own, strategy, { kind: 'section', section: kind.section, orRef: false });
  return merged?.kind === 'map' ? merged : below;
}

function kindName(run: MapNode): string | undefined {
  const kind = member(run, 'kind');
  return kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
}

/** Kinds that start one container of their own. */
const withContainer: ReadonlySet<string> = new Set(['job', 'service', 'notifier', 'cleaner', 'tuner']);

/** The finished run: its kind first, nulls gone, and something in it that can be started. */
export function finishRun(run: MapNode | undefined, kind: RunKind, around: MapNode, problems: Diagnostic[]): MapNode {
  const span = run?.span ?? around.span;
  const named: MapEntry = { key: 'kind', keySpan: span, value: { kind: 'scalar', value: kind.name, span } };
  const others = (run?.entries ?? []).filter((entry) => entry.key !== 'kind');
  const clean = withoutNulls({ kind: 'map', entries: [named, ...others], span });
  const at = { ...span, end: span.start + 1 };
  if (withContainer.has(kind.name) && member(clean, 'container') === undefined)
    problems.push(
      error('assemble/no-container', at, 'The run has no "container", so there is nothing to start.', {
        hint: 'Add "container: {image: …}".',
      }),
    );
  const operations = member(clean, 'operations');
  if (kind.name === 'dag' && !(operations?.kind === 'list' && operations.items.length > 0))
    problems.push(
      error('assemble/no-operations', at, 'The dag has no "operations", so there is nothing to start.', {
        hint: 'Add "operations:" with at least one operation.',
      }),
    );
  return clean;
}
