import { error, warning } from '../diagnostics/diagnostic.ts';
import { readSource } from '../source/read-source.ts';
import type { SourceFile } from '../source/span.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { layerSection } from '../spec/layer.ts';
import { type Strategy, strategyOf } from '../spec/merge.ts';
import { readSection } from '../spec/read-section.ts';
import { patchSectionOf } from '../spec/run-patch.ts';
import type { PresetLayer, RunKind, Stack } from './drafts.ts';
import { isGap, wantedPreset } from './library.ts';
import type { StackReader } from './stack-reader.ts';

/** A preset by the sections of the operation that it goes on top of; `otherwise` is the strategy of one that says none. */
export function readPreset(node: MapNode, kind: RunKind | null, otherwise: Strategy, reader: StackReader): PresetLayer {
  const read = readSection(node, layerSection, {
    problems: reader.problems,
    run: kind?.section ?? null,
    runPatch: kind === null ? null : patchSectionOf(kind.section),
  });
  const fields = read.kind === 'map' ? read : node;
  const own = member(fields, 'patchStrategy');
  return { fields, strategy: own === undefined ? otherwise : strategyOf(own) };
}

/** The default presets of organisation and project; they only fill gaps unless they say else (decisions.md 29). */
export function defaultPresets(kind: RunKind | null, reader: StackReader): readonly PresetLayer[] {
  return reader.library.defaultPresets.flatMap((file) => readFile(file, kind, 'pre_merge', reader));
}

/** A stack with the stored presets that its layers name on top: the component's list, then the operation's. */
export function withNamedPresets(stack: Stack, reader: StackReader): Stack {
  if (reader.library.presetsApplied === true) return stack;
  const named = namesOf(stack).flatMap((name) => readNamed(name, stack.runKind, reader));
  return named.length === 0 ? stack : { ...stack, presets: [...stack.presets, ...named] };
}

function namesOf(stack: Stack): readonly Node[] {
  const below = stack.inner === null ? [] : namesOf(stack.inner);
  const layers = [stack.own, ...stack.files];
  return [...below, ...layers.flatMap((layer) => itemsOf(member(layer.fields, 'presets')))];
}

function itemsOf(list: Node | undefined): readonly Node[] {
  return list?.kind === 'list' ? list.items : [];
}

function readNamed(name: Node, kind: RunKind | null, reader: StackReader): readonly PresetLayer[] {
  if (name.kind !== 'scalar' || typeof name.value !== 'string') return [];
  if (isTemplateNode(name)) {
    reader.problems.push(
      error(
        'sanitize/preset-template',
        name.span,
        'The name of a preset is a template; presets are put in before templates are filled.',
        {
          hint: 'Write the name itself.',
        },
      ),
    );
    return [];
  }
  const wanted = wantedPreset(name.value, name.span);
  reader.wanted.push(wanted);
  const text = reader.library.texts.get(wanted.key);
  if (text !== undefined && !isGap(text)) return readFile(text, kind, 'post_merge', reader);
  // A preset that is not at hand is for `access` to refuse, together with all else that is not allowed.
  if (text === undefined && reader.library.others === 'open' && !reader.open.has(wanted.key)) {
    reader.open.add(wanted.key);
    reader.problems.push(
      warning(
        'references/not-checked',
        name.span,
        `Preset "${name.value}" is not at hand, so it is not applied here.`,
        {
          hint: 'The server applies it when the run is submitted.',
        },
      ),
    );
  }
  if (text !== undefined)
    reader.problems.push(
      error('access/preset', name.span, `Preset "${name.value}": not found or not allowed.`, {
        hint: 'Name a preset that you may use.',
      }),
    );
  return [];
}

function readFile(
  file: SourceFile,
  kind: RunKind | null,
  otherwise: Strategy,
  reader: StackReader,
): readonly PresetLayer[] {
  const read = readSource(file);
  reader.problems.push(...(read.ok ? read.warnings : read.problems));
  return read.ok ? [readPreset(read.value, kind, otherwise, reader)] : [];
}
