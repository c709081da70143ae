import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { layerSection, shortcuts } from '../spec/layer.ts';
import { patch, patchSection, type Strategy, strategyOf } from '../spec/merge.ts';
import { fullForm } from '../spec/read-section.ts';
import type { Assembled, Layer, Sanitized } from './drafts.ts';
import { applyShortcuts, clearForShortcuts } from './shortcuts.ts';

/**
 * Layers, presets and options become one operation (decisions.md 11). Presets go on top of the outermost layer, each with
 * its own strategy, which also holds for what they change in the run (decisions.md 29 and 78); then the layers are put
 * together from the inside out.
 */
export function assemble(draft: Sanitized): Outcome<Assembled> {
  const problems: Diagnostic[] = [];
  const inner = draft.layers.slice(0, -1);
  const outer = draft.presets.reduce(
    (top, preset) => mergeLayer(top, preset.fields, strategyOf(member(preset.fields, 'patchStrategy'))),
    draft.layers.at(-1)?.fields ?? emptyMap(draft),
  );
  const own = strategyOf(member(outer, 'patchStrategy'));
  const below = inner.reduce<MapNode | undefined>(
    (sum, layer) =>
      sum === undefined
        ? layer.fields
        : mergeLayer(sum, layer.fields, strategyOf(member(layer.fields, 'patchStrategy'))),
    undefined,
  );
  const merged = below === undefined ? withoutOwn(outer) : mergeLayer(below, outer, own);
  const run = assembleRun(draft, problems);
  const operation = withOptions(withEntry(withoutShortcuts(merged), 'run', run), draft);
  return settle({ stage: 'assemble', operation, run, runKind: draft.runKind }, problems);
}

function emptyMap(draft: Sanitized): MapNode {
  return (
    draft.layers[0]?.fields ?? { kind: 'map', entries: [], span: { source: { name: '', text: '' }, start: 0, end: 0 } }
  );
}

/** Sections of a layer that say something about the layer itself; they do not merge. */
const ownSections = new Set(['isPreset', 'patchStrategy', 'component', 'run', 'runPatch', 'kind']);

function mergeLayer(base: MapNode, over: MapNode, strategy: Strategy): MapNode {
  const merged = patchSection(withoutOwn(base), withoutOwn(over), strategy, layerSection);
  // The name of the upper layer always counts, and strictness once asked for stays (compiler.md 1.2).
  const name = over.entries.find(
    (entry) => entry.key === 'name' && !(entry.value.kind === 'scalar' && entry.value.value === null),
  );
  const strict = [base, over]
    .map((layer) => layer.entries.find((entry) => entry.key === 'strictParams'))
    .find((entry) => entry?.value.kind === 'scalar' && entry.value.value === true);
  const forced = [name, strict].filter((entry) => entry !== undefined);
  const kept = merged.entries.filter((entry) => !forced.some((each) => each.key === entry.key));
  return { ...merged, entries: [...forced, ...kept] };
}

function withoutOwn(layer: MapNode): MapNode {
  return { ...layer, entries: layer.entries.filter((entry) => !ownSections.has(entry.key)) };
}

function withoutShortcuts(operation: MapNode): MapNode {
  return { ...operation, entries: operation.entries.filter((entry) => !Object.hasOwn(shortcuts, entry.key)) };
}

function withEntry(map: MapNode, key: string, value: Node): MapNode {
  return {
    ...map,
    entries: [...map.entries.filter((entry) => entry.key !== key), { key, keySpan: value.span, value }],
  };
}

/** The run of all layers and presets: each layer's own run, then its shortcuts, then its runPatch. */
function assembleRun(draft: Sanitized, problems: Diagnostic[]): MapNode {
  const { section, name } = draft.runKind;
  let run: MapNode | undefined;
  for (const layer of [...draft.layers, ...draft.presets]) {
    const strategy = strategyOf(member(layer.fields, 'patchStrategy'));
    run = clearForShortcuts(putRun(run, layer, strategy, draft), layer.fields, strategy);
    const changed = applyShortcuts(run, layer.fields, strategy, problems);
    run = changed === undefined ? run : run === undefined ? changed : patchSection(run, changed, strategy, section);
    const runPatch = member(layer.fields, 'runPatch');
    if (runPatch?.kind === 'map') run = run === undefined ? runPatch : patchSection(run, runPatch, strategy, section);
  }
  const span = run?.span ?? emptyMap(draft).span;
  const kind: MapEntry = { key: 'kind', keySpan: span, value: { kind: 'scalar', value: name, span } };
  const rest = (run?.entries ?? []).filter((entry) => entry.key !== 'kind');
  const assembled: MapNode = { kind: 'map', entries: [kind, ...withoutNulls(rest)], span };
  if (member(assembled, 'container') === undefined) {
    problems.push(
      error(
        'assemble/no-container',
        { ...span, end: span.start + 1 },
        'The run has no "container", so there is nothing to start.',
        { hint: 'Add "container: {image: …}".' },
      ),
    );
  }
  return assembled;
}

/** A run of another kind takes the place of the one below where the upper side is preferred, and is ignored elsewhere. */
function putRun(below: MapNode | undefined, layer: Layer, strategy: Strategy, draft: Sanitized): MapNode | undefined {
  const own = member(layer.fields, 'run');
  if (own?.kind !== 'map') return below;
  if (below === undefined) return own;
  const [from, to] = [kindName(below), kindName(own)];
  if (from !== undefined && to !== undefined && from !== to)
    return strategy === 'post_merge' || strategy === 'replace' ? own : below;
  const merged = patch(below, own, strategy, { kind: 'section', section: draft.runKind.section, orRef: false });
  return merged?.kind === 'map' ? merged : below;
}

function kindName(run: MapNode): string | undefined {
  const kind = member(run, 'kind');
  return kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
}

function withoutNulls(entries: readonly MapEntry[]): readonly MapEntry[] {
  return entries.filter((entry) => !(entry.value.kind === 'scalar' && entry.value.value === null));
}

/** Params of the submission win over those of the files; nulls, which only clear, are gone from here on. */
function withOptions(operation: MapNode, draft: Sanitized): MapNode {
  const cleared: MapNode = { ...operation, entries: withoutNulls(operation.entries) };
  if (draft.options.length === 0) return cleared;
  const given = member(cleared, 'params');
  const params = new Map((given?.kind === 'map' ? given.entries : []).map((entry) => [entry.key, entry]));
  for (const option of draft.options) {
    const former = params.get(option.name)?.value;
    const kept = former?.kind === 'map' ? former.entries.filter((entry) => entry.key !== 'value') : [];
    const full = fullForm(option.value);
    params.set(option.name, {
      key: option.name,
      keySpan: option.value.span,
      value: { ...full, entries: [...full.entries, ...kept] },
    });
  }
  return withEntry(cleared, 'params', {
    kind: 'map',
    entries: [...params.values()],
    span: given?.span ?? cleared.span,
  });
}
