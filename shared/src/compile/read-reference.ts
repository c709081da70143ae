import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { MapNode, Node, ScalarNode } from '../source/tree.ts';
import { describeNode } from '../spec/describe.ts';
import { toUuid } from '../values/words.ts';
import type { Reference, Wish } from './drafts.ts';

/** What a whole text in braces holds: `{{ ops.x }}` and `ops.x` are the same reference (decisions.md 24). */
export function withoutBraces(text: string): string {
  const inner = /^\s*\{\{-?\s*([^{}]*?)\s*-?\}\}\s*$/.exec(text);
  return inner?.[1] ?? text.trim();
}

/**
 * Reads `ref` and `value` of a param: paths, not expressions, so that names may hold dashes (compiler.md 3.2, decisions.md 24).
 * Null after a problem.
 */
export function readReference(ref: ScalarNode, value: Node | undefined, problems: Diagnostic[]): Reference | null {
  const of = readSubject(ref, problems);
  const wants = value === undefined ? noValue(ref, problems) : readWish(value, problems);
  if (of === null || wants === null) return null;
  if (of.kind === 'dag' && wants.kind !== 'files' && wants.section === 'outputs') {
    const message = 'The outputs of the dag exist only after its operations; none of them can ask for them.';
    problems.push(
      error('params/bad-ref', value?.span ?? ref.span, message, { hint: 'Use "inputs", "globals" or "artifacts".' }),
    );
    return null;
  }
  return { of, wants, span: ref.span };
}

function readSubject(ref: ScalarNode, problems: Diagnostic[]): Reference['of'] | null {
  const text = withoutBraces(String(ref.value));
  if (text === 'dag') return { kind: 'dag' };
  const [, root, name = ''] = /^(\w+)\.(.+)$/.exec(text) ?? [];
  if (root === 'ops' && /^[-\w]+$/.test(name)) return { kind: 'ops', name };
  const uuid = root === 'runs' ? toUuid(name) : undefined;
  if (uuid?.ok === true && typeof uuid.value === 'string') return { kind: 'runs', uuid: uuid.value };
  const message =
    root === 'runs'
      ? `"${name}" is no uuid; "runs." takes the 32 hex digits of a run.`
      : `"${text}" is no reference; "ops.NAME", "runs.UUID" or "dag" was expected.`;
  problems.push(
    error('params/bad-ref', ref.span, message, {
      hint: didYouMean(root ?? text, ['ops', 'runs', 'dag']) ?? 'Write for example "ref: ops.train".',
    }),
  );
  return null;
}

const sections = ['inputs', 'outputs', 'artifacts', 'globals', 'io'] as const;

/** What is asked for: `inputs`, `outputs.loss`, `artifacts.tb`, or `{files, dirs}` of the artifacts. */
export function readWish(value: Node, problems: Diagnostic[]): Wish | null {
  if (value.kind === 'map' && isFiles(value)) return { kind: 'files', value };
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    problems.push(
      error(
        'params/bad-ref-value',
        value.span,
        `${capital(describeNode(value))} stands where a path such as "outputs.loss" was expected.`,
        {
          hint: 'Write for example "value: outputs.loss".',
        },
      ),
    );
    return null;
  }
  const text = withoutBraces(value.value);
  const [root = '', ...rest] = text.split('.');
  const section = sections.find((each) => each === root);
  const name = rest.join('.');
  const isPlain = section !== undefined && rest.length === 0;
  if (isPlain) return { kind: 'section', section };
  const isName = rest.length === 1 || section === 'artifacts';
  if (section !== undefined && section !== 'io' && isName && rest.every((part) => part !== ''))
    return { kind: 'name', section, name };
  const message =
    section === undefined
      ? `"${text}" is nothing that a run has; a path such as "outputs.loss" was expected.`
      : `"${text}" goes too deep; "${root}" or "${root}.NAME" was expected.`;
  problems.push(
    error('params/bad-ref', value.span, message, {
      hint: didYouMean(root, sections) ?? 'Use inputs, outputs, artifacts, globals or io.',
    }),
  );
  return null;
}

/** The text of a wish, as edges record it. */
export function wishText(wish: Wish): string {
  if (wish.kind === 'section') return wish.section;
  return wish.kind === 'name' ? `${wish.section}.${wish.name}` : 'artifacts';
}

function isFiles(value: MapNode): boolean {
  return value.entries.length > 0 && value.entries.every((entry) => entry.key === 'files' || entry.key === 'dirs');
}

function noValue(ref: Node, problems: Diagnostic[]): null {
  problems.push(
    error('params/bad-ref', ref.span, 'The param has a "ref", but no "value" that says what to take from it.', {
      hint: 'Add for example "value: outputs.loss".',
    }),
  );
  return null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
