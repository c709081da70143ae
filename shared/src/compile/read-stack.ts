import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { readSource } from '../source/read-source.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { mappingHint } from '../spec/hints.ts';
import { layerSection, shortcuts } from '../spec/layer.ts';
import { readSection } from '../spec/read-section.ts';
import { mismatch } from '../spec/reading.ts';
import { runKinds } from '../spec/run-kinds.ts';
import { patchSectionOf } from '../spec/run-patch.ts';
import type { RunKind, Stack, Wanted } from './drafts.ts';
import { isGap, type Library, wantedHub, wantedPath, wantedUrl } from './library.ts';
import { readBody } from './read-dag.ts';
import { type DagScope, mostReferences, type StackReader, tooLong } from './stack-reader.ts';

export function stackReader(library: Library, problems: Diagnostic[]): StackReader {
  return {
    problems,
    library,
    wanted: [],
    open: new Set(),
    parts: new Map(),
    texts: new Map(),
    chain: [],
    scopes: new Map(),
    read: readStack,
  };
}

/**
 * Reads a layer and everything below it, the innermost first, since the kind of the run says which fields the layers above
 * may have. `dag` is the body that the layer stands in, if it is an operation of one.
 */
export function readStack(node: MapNode, reader: StackReader, dag: DagScope | null): Stack {
  const before = reader.problems.length;
  const below = innerOf(node, reader, dag);
  const inner = below?.stack ?? null;
  const kind = kindOf(node, inner, reader.problems);
  const read = readSection(node, layerSection, {
    problems: reader.problems,
    run: kind?.section ?? null,
    runPatch: kind === null ? null : patchSectionOf(kind.section),
  });
  let fields = read.kind === 'map' ? read : node;
  if (below?.inline === true && inner !== null) fields = replaced(fields, 'component', inner.own.fields);
  const unread = below?.unread ?? inner?.unread ?? null;
  const run = member(fields, 'run');
  const scope = kind?.name === 'dag' ? readBody(run?.kind === 'map' ? run : null, reader, inner) : null;
  if (scope !== null && scope.run !== null) fields = replaced(fields, 'run', scope.run);
  const stack: Stack = { own: { fields }, inner, runKind: kind, unread, files: [], presets: [] };
  if (scope !== null) reader.scopes.set(stack, scope);
  if (kind === null && unread === null && reader.problems.slice(before).every((each) => each.severity !== 'error'))
    reader.problems.push(noRun(node));
  return stack;
}

interface Below {
  readonly stack: Stack | null;
  readonly unread: Wanted | null;
  /** The layer stands inside of the file, not behind a reference. */
  readonly inline: boolean;
}

/** The layer below: a component in the file, or what a reference stands for. */
function innerOf(node: MapNode, reader: StackReader, dag: DagScope | null): Below | undefined {
  const component = member(node, 'component');
  if (component?.kind === 'map') return { stack: readStack(component, reader, dag), unread: null, inline: true };
  if (component !== undefined && (component.kind === 'list' || component.value !== null))
    reader.problems.push(
      error(
        'sanitize/wrong-type',
        component.span,
        '"component" is no mapping; a component with its sections was expected.',
        { hint: 'Name one that stands elsewhere with "hubRef", "pathRef" or "dagRef".' },
      ),
    );
  const given = references.flatMap(([keys, want]) => {
    const ref = textAt(node, keys);
    return ref === undefined ? [] : [{ ref, want }];
  });
  const [first] = given;
  // Of several it is not known which is meant; that they exclude each other is told, and none is looked up.
  if (first === undefined || given.length > 1) return undefined;
  const { ref, want } = first;
  if (want !== null) return readText(want(String(ref.value), ref.span), reader);
  const stack = dag === null ? outside(ref, reader) : dag.component(ref, reader);
  return { stack, unread: null, inline: false };
}

const references: readonly (readonly [readonly string[], ((ref: string, span: Node['span']) => Wanted) | null])[] = [
  [['dagRef', 'dag_ref'], null],
  [['pathRef', 'path_ref'], wantedPath],
  [['hubRef', 'hub_ref'], wantedHub],
  [['urlRef', 'url_ref'], wantedUrl],
];

function textAt(node: MapNode, keys: readonly string[]): Extract<Node, { kind: 'scalar' }> | undefined {
  const found = node.entries.find((entry) => keys.includes(entry.key))?.value;
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found : undefined;
}

function outside(ref: Node, reader: StackReader): null {
  reader.problems.push(
    error(
      'references/not-found',
      ref.span,
      'A "dagRef" stands outside of a dag, so there are no components to choose from.',
      {
        hint: 'Use "component", "pathRef" or "hubRef".',
      },
    ),
  );
  return null;
}

/** The layers of a text that a reference stands for; read once, however often it is referred to. */
function readText(wanted: Wanted, reader: StackReader): Below {
  reader.wanted.push(wanted);
  const known = reader.texts.get(wanted.key);
  if (known === null) {
    const circle = [...reader.chain.slice(reader.chain.indexOf(wanted.key)), wanted.key].map((key) =>
      key.replace(/^\w+:/, ''),
    );
    reader.problems.push(
      error('references/cycle', wanted.span, `The reference leads back to itself: ${circle.join(' → ')}.`, {
        hint: 'Take one of the references out.',
      }),
    );
  }
  if (known !== undefined) return { stack: known, unread: null, inline: false };
  const text = reader.library.texts.get(wanted.key);
  if (text === undefined || isGap(text)) return notAtHand(wanted, text?.gap, reader);
  const read = readSource(text);
  reader.problems.push(...(read.ok ? read.warnings : read.problems));
  if (!read.ok) return { stack: null, unread: null, inline: false };
  if (reader.chain.length >= mostReferences) {
    reader.problems.push(tooLong(wanted.span));
    return { stack: null, unread: null, inline: false };
  }
  reader.texts.set(wanted.key, null);
  reader.chain.push(wanted.key);
  const stack = readStack(read.value, reader, null);
  reader.chain.pop();
  reader.texts.set(wanted.key, stack);
  return { stack, unread: null, inline: false };
}

function notAtHand(wanted: Wanted, gap: string | undefined, reader: StackReader): Below {
  const { kind, ref, span } = wanted;
  if (gap === undefined && reader.library.others === 'open') {
    if (!reader.open.has(wanted.key))
      reader.problems.push(
        warning('references/not-checked', span, `"${ref}" is not at hand, so what it declares is not checked here.`, {
          hint: 'The server looks into it when the run is submitted.',
        }),
      );
    reader.open.add(wanted.key);
    return { stack: null, unread: wanted, inline: false };
  }
  const hint =
    kind === 'hub'
      ? 'Name a component of the registry that you may use, such as "train:1.2".'
      : 'Check how it is written.';
  const message = `"${ref}" ${gap ?? (kind === 'hub' ? 'is not found or not allowed' : 'cannot be read here')}.`;
  const code = kind === 'hub' ? 'access/component' : 'references/not-found';
  reader.problems.push(error(code, span, message, { hint }));
  return { stack: null, unread: null, inline: false };
}

function replaced(map: MapNode, key: string, value: Node): MapNode {
  return { ...map, entries: map.entries.map((entry): MapEntry => (entry.key === key ? { ...entry, value } : entry)) };
}

function kindOf(layer: MapNode, inner: Stack | null, problems: Diagnostic[]): RunKind | null {
  const run = member(layer, 'run');
  const kind = run?.kind === 'map' ? member(run, 'kind') : undefined;
  if (kind === undefined) return inner?.runKind ?? (inner === null ? kindOfShortcuts(layer) : null);
  const name = kind.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
  const section = name === undefined ? undefined : runKinds.get(name);
  if (name !== undefined && section !== undefined) return { name, section };
  const known = [...runKinds.keys()];
  problems.push(
    error(
      'sanitize/unknown-run-kind',
      kind.span,
      name === undefined
        ? '"run.kind" is no text; the name of a run kind was expected.'
        : `There is no run kind "${name}".`,
      { hint: didYouMean(name ?? '', known) ?? `Use one of ${known.join(', ')}.` },
    ),
  );
  return null;
}

function runWithin(layer: MapNode): MapEntry | undefined {
  const component = member(layer, 'component');
  const own = layer.entries.find(({ key }) => key === 'run');
  return own ?? (component?.kind === 'map' ? runWithin(component) : undefined);
}

/** Shortcuts alone make a job; `ports` among them a service (compiler.md 1.8). */
function kindOfShortcuts(layer: MapNode): RunKind | null {
  const given = layer.entries.map((entry) => entry.key).filter((key) => Object.hasOwn(shortcuts, key));
  if (given.length === 0) return null;
  const name = given.includes('ports') ? 'service' : 'job';
  const section = runKinds.get(name);
  return section === undefined ? null : { name, section };
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function noRun(node: MapNode): Diagnostic {
  const run = runWithin(node);
  if (run?.value.kind === 'map')
    return error('sanitize/missing-field', run.keySpan, '"run" does not say its "kind".', {
      hint: `Add "kind: job", or another of ${[...runKinds.keys()].join(', ')}.`,
    });
  if (run !== undefined && !isNull(run.value))
    return mismatch(run.value, 'a mapping for "run"', mappingHint(run.value, 'kind'));
  return error(
    'sanitize/no-run',
    { ...node.span, end: node.span.start + 1 },
    'There is no "run", so there is nothing to run.',
    { hint: 'Add "run: {kind: job, container: {image: …}}".' },
  );
}
