/**
 * The operation as a client of the reference sends it: further files and options merged into the outermost layer, the
 * component beside it (compiler.md 2.2). Ours sends the files as they are, so this document is made from our layers here, for
 * the comparison of reading and canonical forms.
 */
import type { Submission } from '@tandem/shared/compile';
import { type MapNode, member, type Node } from '@tandem/shared/source';
import { isMap, toValue, type Value, type ValueMap } from '@tandem/shared/values';
import type { PresetLayer, Stack } from '../../shared/src/compile/drafts.ts';
import { mergePreset } from '../../shared/src/compile/merge-layers.ts';
import { parse } from '../../shared/src/compile/parse.ts';
import { sanitize } from '../../shared/src/compile/sanitize.ts';
import { patchSection } from '../../shared/src/spec/merge.ts';
import { fullForm } from '../../shared/src/spec/read-section.ts';

export function operationDocument(submission: Submission): Value {
  const parsed = parse(submission);
  if (!parsed.ok) throw new Error('the submission was read before');
  const sanitized = sanitize(parsed.value);
  if (!sanitized.ok) throw new Error('the submission was sanitized before');
  const { main, options } = sanitized.value;
  const isComponent = textAt(main.own.fields, 'kind') === 'component';
  const own: MapNode = isComponent ? { ...main.own.fields, entries: [] } : main.own.fields;
  const top = main.files.reduce((layer, file) => withPreset(layer, file, main), own);
  const shown = new Map(mapOf(toValue(top)));
  if (isComponent) {
    shown.set('kind', 'operation');
    const version = member(main.own.fields, 'version');
    if (version !== undefined) shown.set('version', toValue(version));
    shown.set('component', layerValue(main));
  } else {
    const inner = main.inner === null ? null : layerValue(main.inner);
    if (inner !== null) shown.set('component', inner);
    const kind = member(main.own.fields, 'kind');
    if (kind !== undefined) shown.set('kind', toValue(kind));
  }
  if (options.length > 0)
    shown.set(
      'params',
      new Map([
        ...mapOf(shown.get('params') ?? null),
        ...options.map(({ name, value }): [string, Value] => [name, toValue(fullForm(value))]),
      ]),
    );
  return shown;
}

/** What a layer says of itself stays, as does its run; a preset's patch of the run joins its own. */
function withPreset(layer: MapNode, preset: PresetLayer, main: Stack): MapNode {
  const merged = mergePreset(layer, preset.fields, preset.strategy);
  const [own, other] = [member(layer, 'runPatch'), member(preset.fields, 'runPatch')];
  const section = main.runKind?.section;
  const runPatch =
    own?.kind === 'map' && other?.kind === 'map' && section !== undefined
      ? patchSection(own, other, preset.strategy, section)
      : (own ?? other);
  const kept = layer.entries.filter((entry) =>
    ['kind', 'run', 'component', 'hubRef', 'pathRef', 'patchStrategy'].includes(entry.key),
  );
  const entries = [
    ...merged.entries,
    ...kept.filter((entry) => !merged.entries.some((each) => each.key === entry.key)),
  ];
  if (runPatch !== undefined) entries.push({ key: 'runPatch', keySpan: runPatch.span, value: runPatch });
  return { ...merged, entries };
}

function layerValue(stack: Stack): Value {
  const value = new Map(mapOf(toValue(stack.own.fields)));
  if (stack.inner !== null) value.set('component', layerValue(stack.inner));
  return value;
}

function textAt(map: MapNode, key: string): Value {
  const node: Node | undefined = member(map, key);
  return node?.kind === 'scalar' ? node.value : null;
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}
