import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { layerSection, shortcuts } from '../spec/layer.ts';
import { readSection } from '../spec/read-section.ts';
import { laterRunKinds, runKinds } from '../spec/run-kinds.ts';
import type { Layer, Parsed, RunKind, Sanitized } from './drafts.ts';

/** Trees to layers: known sections and fields only, canonical keys, scalars of the right kind (compiler.md 1.1). Reports all that is wrong. */
export function sanitize(draft: Parsed): Outcome<Sanitized> {
  const problems: Diagnostic[] = [];
  const raw = rawLayers(draft.main, problems);
  let kind: KindSoFar = null;
  const layers: Layer[] = [];
  for (const node of raw) {
    kind = kindOf(node, kind, problems);
    layers.push(readLayer(node, kind, problems));
  }
  const presets = draft.presets.map((node) => {
    kind = kindOf(node, kind, problems);
    return readLayer(node, kind, problems);
  });
  if (kind === null && problems.every((each) => each.severity !== 'error')) problems.push(noRun(draft.main));
  const runKind: RunKind = kind === null || kind === 'unknown' ? { name: 'none', section: layerSection } : kind;
  return settle({ stage: 'sanitize', layers, presets, options: draft.options, runKind }, problems);
}

/** A run kind; `unknown` once a wrong one was reported, so that its fields are not judged. */
type KindSoFar = RunKind | 'unknown' | null;

/** The file and its components inside each other, innermost first. */
function rawLayers(main: MapNode, problems: Diagnostic[]): readonly MapNode[] {
  const layers: MapNode[] = [main];
  for (
    let inner = member(main, 'component');
    inner !== undefined;
    inner = inner.kind === 'map' ? member(inner, 'component') : undefined
  ) {
    if (inner.kind === 'map') layers.unshift(inner);
    else if (inner.kind === 'list' || inner.value !== null) {
      problems.push(
        error(
          'sanitize/wrong-type',
          inner.span,
          '"component" is no mapping; a component with its sections was expected.',
        ),
      );
    }
  }
  return layers;
}

function kindOf(layer: MapNode, below: KindSoFar, problems: Diagnostic[]): KindSoFar {
  const run = member(layer, 'run');
  const kind = run?.kind === 'map' ? member(run, 'kind') : undefined;
  if (kind === undefined) return below ?? kindOfShortcuts(layer);
  const name = kind.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
  const section = name === undefined ? undefined : runKinds.get(name);
  if (name !== undefined && section !== undefined) return { name, section };
  if (name !== undefined && laterRunKinds.includes(name)) {
    problems.push(
      error('sanitize/not-supported-yet', kind.span, `The run kind "${name}" is not supported yet.`, {
        hint: `Use one of ${[...runKinds.keys()].join(', ')} for now.`,
      }),
    );
  } else {
    problems.push(
      error(
        'sanitize/unknown-kind',
        kind.span,
        name === undefined
          ? '"run.kind" is no text; the name of a run kind was expected.'
          : `There is no run kind "${name}".`,
        { hint: didYouMean(name ?? '', runKinds.keys()) ?? `Use one of ${[...runKinds.keys()].join(', ')}.` },
      ),
    );
  }
  return 'unknown';
}

/** Shortcuts alone make a job; `ports` among them a service (compiler.md 1.8). */
function kindOfShortcuts(layer: MapNode): KindSoFar {
  const given = layer.entries.map((entry) => entry.key).filter((key) => Object.hasOwn(shortcuts, key));
  if (given.length === 0) return null;
  const name = given.includes('ports') ? 'service' : 'job';
  const section = runKinds.get(name);
  return section === undefined ? null : { name, section };
}

function readLayer(node: MapNode, kind: KindSoFar, problems: Diagnostic[]): Layer {
  const fields = readSection(node, layerSection, {
    problems,
    run: kind === null || kind === 'unknown' ? null : kind.section,
  });
  return { fields: fields.kind === 'map' ? fields : node };
}

function noRun(main: Node): Diagnostic {
  return error(
    'sanitize/no-run',
    { ...main.span, end: main.span.start + 1 },
    'The file has no "run", so there is nothing to run.',
    { hint: 'Add "run: {kind: job, container: {image: …}}".' },
  );
}
