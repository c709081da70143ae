import { asks, type Checked, check, compile, contentOf, type Library } from '@tandem/shared/compile';
import { done, failed, type Outcome } from '@tandem/shared/outcome';
import { member, type Node, type Span } from '@tandem/shared/source';
import { isList, type Value } from '@tandem/shared/values';
import { encodeWire, sealBytes } from '@tandem/shared/wire';
import type { CheckedRun, CompiledRun, CompileFacts } from '../ports/stage-one.ts';
import { notYet } from './not-yet.ts';
import type { AskedName } from './questions.ts';
import { submissionFrom } from './source-bundle.ts';

/** A checked operation with the form that only the compiler reads. */
export interface CheckedOperation {
  readonly run: CheckedRun;
  readonly checked: Checked;
}

/** There is no registry of components and presets yet, so whatever is named is not found; files are the client's to read (decisions.md 30). */
const library: Library = { texts: new Map(), defaultPresets: [], others: 'missing' };

/** The offline half of stage 1 over what was submitted, and what it asks for with places. */
export function checkOperation(text: string): Outcome<CheckedOperation> {
  const submission = submissionFrom(text);
  if (!submission.ok) return submission;
  const outcome = check({ ...submission.value, library });
  if (!outcome.ok) return outcome;
  const checked = outcome.value;
  const asked = asks(checked);
  const whole = checked.operation.span;
  const at = (name: string, ...places: readonly (Node | undefined)[]): AskedName => ({
    name,
    span: places.map((place) => spanOf(place, name)).find((span) => span !== null) ?? whole,
  });
  const { operation, run } = checked;
  const optional = (name: string | null, key: string) => (name === null ? null : at(name, member(operation, key)));
  const checkedRun: CheckedRun = {
    text,
    name: checked.name,
    description: checked.description,
    tags: checked.tags,
    kind: checked.kind,
    runtime: checked.runtime,
    isApproved: checked.isApproved ?? true,
    content: contentOf(checked),
    asks: {
      connections: asked.connections.map((name) => at(name, member(run, 'connections'), member(run, 'init'))),
      runs: asked.runs,
      kinds: asked.kinds,
      presets: asked.presets.map((name) => at(name, member(operation, 'presets'))),
      queue: optional(asked.queue, 'queue'),
      namespace: optional(asked.namespace, 'namespace'),
      whole,
    },
    isPlacedLate: asked.queue !== checked.queue || asked.namespace !== checked.namespace,
  };
  return done({ run: checkedRun, checked }, outcome.warnings);
}

/** The place of a text somewhere in a tree; null when it does not stand there. */
function spanOf(node: Node | undefined, text: string): Span | null {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value === text ? node.span : null;
  const inside = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.value);
  for (const each of inside) {
    const span = spanOf(each, text);
    if (span !== null) return span;
  }
  return null;
}

/** The other half of stage 1, and the form in which its result is stored. */
export function compileOperation({ checked, run }: CheckedOperation, facts: CompileFacts): Outcome<CompiledRun> {
  const refused = notYet(checked);
  if (refused.length > 0) return failed(refused);
  const { secretLike, runs, ...known } = facts;
  const outcome = compile(checked, {
    run: { ...known, kind: run.kind, runtime: run.runtime },
    secretLike,
    runs,
  });
  if (!outcome.ok) return outcome;
  const { spec, inputs, outputs, meta, skipped, sections } = outcome.value;
  const { bytes, sha256 } = sealBytes(spec);
  const compiled: CompiledRun = {
    isSkipped: skipped,
    sealed: bytes,
    sha256: fromHex(sha256),
    stage1Edition: spec.stage1,
    inputs: encodeWire(inputs),
    outputs: encodeWire(outputs),
    metaInfo: encodeWire(meta),
    name: textOf(sections.get('name')),
    description: textOf(sections.get('description')),
    tags: textsOf(sections.get('tags')),
    queue: textOf(sections.get('queue')),
    namespace: textOf(sections.get('namespace')),
    connections: spec.connections,
  };
  return done(compiled, outcome.warnings);
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: Value | undefined): readonly string[] {
  return value !== undefined && isList(value) ? value.filter((each) => typeof each === 'string') : [];
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
