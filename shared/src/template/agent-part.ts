import { didYouMean } from '../diagnostics/suggest.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { AgentOwned, type Sealed } from '../wire/sealed-spec.ts';
import { dashHint } from './access.ts';
import type { Part } from './ast.ts';
import { type Carried, carry, isCarried, newCarried } from './carried.ts';
import { Fault } from './fault.ts';
import { type Locals, readLocal } from './locals.ts';
import { maxTemplateLength } from './template-length.ts';
import { toExpression, type Written } from './to-expression.ts';
import type { NameUse } from './uses.ts';

/** The names that stay open in stage 1, and the values that do. */
export interface OpenNames {
  readonly names: ValueMap;
  readonly isAgentName: (path: readonly string[]) => boolean;
  readonly late?: ReadonlyMap<string, Sealed>;
}

/**
 * A part that mentions an agent name, as a node: its template text whole, with the values of its other names beside it.
 * A late value is written into the text as an expression, so that what the agent sees mentions agent names only.
 */
export function agentPart(
  text: string,
  part: Part,
  uses: readonly NameUse[],
  scope: OpenNames,
  locals: Locals,
): Sealed | Fault {
  const known = newCarried();
  const written = new Map<Sealed, Written | Fault>();
  const edits: Edit[] = [];
  let length = text.length;
  for (const use of [...uses].sort((left, right) => left.at - right.at)) {
    const isHidden = readLocal(locals, use.path[0] ?? '') !== undefined;
    const late = isHidden || scope.late === undefined ? undefined : lateValue(scope.late, use.path);
    if (late !== undefined && late.length === use.path.length && isWhole(part, use)) return late.value;
    if (late === undefined) {
      const fault = carryUse(known, use, scope, locals, text);
      if (fault !== undefined) return fault;
      continue;
    }
    const expression = written.get(late.value) ?? toExpression(late.value);
    if (expression instanceof Fault) return new Fault(expression.code, expression.message, use, expression.hint);
    if (!written.has(late.value)) for (const [name, value] of expression.known) carry(known, [name], value);
    written.set(late.value, expression);
    length += expression.text.length;
    if (length > maxTemplateLength)
      return new Fault(
        'template/too-much-work',
        `The placeholder would have more than ${maxTemplateLength} characters for the agent.`,
        use,
        'Mention the param less often, or make it shorter.',
      );
    const end = use.at + sourceLength(text.slice(use.at, use.end), late.length);
    edits.push({ at: use.at, end, with: expression.text });
  }
  return new AgentOwned(edited(text, part, edits), known.values);
}

/** A stretch of the template that is replaced by a late value's expression. */
interface Edit {
  readonly at: number;
  readonly end: number;
  readonly with: string;
}

/** True when the part is nothing but this use: `{{ x }}`. */
function isWhole(part: Part, use: NameUse): boolean {
  return (
    part.kind === 'output' &&
    (part.expr.kind === 'name' || part.expr.kind === 'attribute' || part.expr.kind === 'index') &&
    part.expr.at === use.at &&
    part.expr.end === use.end
  );
}

function lateValue(
  late: ReadonlyMap<string, Sealed>,
  path: readonly string[],
): { readonly value: Sealed; readonly length: number } | undefined {
  for (let length = 1; length <= path.length; length += 1) {
    const value = late.get(path.slice(0, length).join('.'));
    if (value !== undefined) return { value, length };
  }
  return undefined;
}

/** How many characters of `a.b['c'].d` its first steps take. */
function sourceLength(text: string, steps: number): number {
  const step = /\s*(?:^[\p{L}_][\p{L}\p{N}\p{M}_]*|\.\s*[\p{L}_][\p{L}\p{N}\p{M}_]*|\[\s*(?:"[^"]*"|'[^']*')\s*\])/uy;
  let end = 0;
  for (let count = 0; count < steps; count += 1) {
    step.lastIndex = end;
    if (!step.test(text)) return text.length;
    end = step.lastIndex;
  }
  return end;
}

function edited(text: string, part: Part, edits: readonly Edit[]): string {
  const [from, to] = part.kind === 'output' ? [part.expr.at, part.expr.end] : [part.at, part.end];
  let result = '';
  let at = part.kind === 'output' ? outerStart(text, part.at) : from;
  const end = part.kind === 'output' ? outerEnd(text, part.end, to) : to;
  for (const edit of edits) {
    result += text.slice(at, edit.at) + edit.with;
    at = edit.end;
  }
  result += text.slice(at, end);
  // The agent knows a block by its first two characters; a text with blocks in it is made one.
  if (part.kind === 'text') return `{% if true %}${result}{% endif %}`;
  return part.kind === 'output' ? result.trim() : result;
}

function outerStart(text: string, at: number): number {
  return at + 2 + (text[at + 2] === '-' || text[at + 2] === '+' ? 1 : 0);
}

function outerEnd(text: string, end: number, inner: number): number {
  const close = end - 2;
  return text[close - 1] === '-' && close - 1 >= inner ? close - 1 : close;
}

/** Puts the value of one use into `known`, no more of it than the path names; a missing name is a fault unless it is guarded. */
function carryUse(known: Carried, use: NameUse, scope: OpenNames, locals: Locals, text: string): Fault | undefined {
  const [root = ''] = use.path;
  const local = readLocal(locals, root);
  const isLocal = local !== undefined;
  if (!isLocal && scope.isAgentName(use.path) && !scope.names.has(root)) return undefined;
  if (!isLocal && scope.isAgentName(use.path) && use.path.length > 1) return undefined;
  let value = isLocal ? local : scope.names.get(root);
  const taken: string[] = [root];
  if (value === undefined) {
    if (use.guarded) return undefined;
    return new Fault(
      'template/unknown-name',
      `There is no name "${root}" here.`,
      { at: use.at, end: use.at + root.length },
      dashHint(text, use.at) ?? (() => didYouMean(root, scope.names.keys())),
    );
  }
  for (const step of use.path.slice(1)) {
    if (value === null || value === undefined || !isMap(value)) break;
    const inner: Value | undefined = value.get(step);
    if (inner === undefined) {
      return use.guarded
        ? undefined
        : new Fault(
            'template/unknown-name',
            `There is no "${step}" in "${taken.join('.')}".`,
            use,
            hintFor(step, value),
          );
    }
    value = inner;
    taken.push(step);
  }
  if (!isCarried(known, taken, value)) carry(known, taken, value);
  return undefined;
}

function hintFor(step: string, map: ValueMap): () => string | undefined {
  return () => didYouMean(step, map.keys());
}
