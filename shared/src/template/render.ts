import { pythonText } from '../values/print.ts';
import type { Value, ValueMap } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';
import { agentPart, type OpenNames } from './agent-part.ts';
import type { Part } from './ast.ts';
import { bounded, newBudget } from './budget.ts';
import type { Environment } from './environment.ts';
import { evaluate } from './evaluate.ts';
import { Fault } from './fault.ts';
import { newLocals, readLocal } from './locals.ts';
import { renderBlock } from './render-block.ts';
import type { Template } from './template.ts';
import { usesOfPart } from './uses.ts';

/** What a template is rendered in. */
export interface Scope {
  /** The values that are known, by top-level name. */
  readonly names: ValueMap;
  /** Whether a path such as [connections, data, url] is filled by the agent; such a name needs no value here. */
  readonly isAgentName: (path: readonly string[]) => boolean;
  /** Values that mention agent names themselves, by dotted path (`lr`, `params.lr.value`): decisions.md 17. */
  readonly late?: ReadonlyMap<string, Sealed>;
}

/**
 * Renders a template as far as stage 1 may (decisions.md 15 and 20).
 *
 * A lone `{{ x }}` gives the value with its type; anything else gives text, values printed as Python prints them. A placeholder
 * or block that mentions an agent name stays whole and carries the values of its other names.
 */
export function render(template: Template, scope: Scope): Sealed | Fault {
  const env: Environment = { names: scope.names, locals: newLocals(), budget: newBudget(), text: template.text };
  const [only] = template.parts;
  if (only !== undefined && template.parts.length === 1 && only.kind === 'output') {
    return isOpen(template.uses, scope)
      ? agentPart(template.text, only, template.uses, scope, env.locals)
      : evaluate(only.expr, env);
  }
  if (!isOpen(template.uses, scope)) return renderBlock(template.parts, env);
  // A name that is set from an agent name makes everything behind it the agent's.
  if (template.parts.some((part) => part.kind === 'set' && isOpen(usesOfPart(part), scope))) {
    const whole: Part = { kind: 'text', text: template.text, at: 0, end: template.text.length };
    const owned = agentPart(template.text, whole, template.uses, scope, env.locals);
    return owned instanceof AgentOwned ? new AgentText([owned]) : owned;
  }
  return renderParts(template, scope, env);
}

function isOpen(uses: Template['uses'], scope: OpenNames): boolean {
  for (const use of uses)
    if (scope.isAgentName(use.path) || (scope.late !== undefined && lateOf(scope.late, use.path))) return true;
  return false;
}

function lateOf(late: ReadonlyMap<string, Sealed>, path: readonly string[]): boolean {
  for (let length = 1; length <= path.length; length += 1) if (late.has(path.slice(0, length).join('.'))) return true;
  return false;
}

function renderParts(template: Template, scope: Scope, env: Environment): Sealed | Fault {
  const { budget, locals } = env;
  const parts: (string | AgentOwned)[] = [];
  const addText = (text: string): void => {
    const last = parts.at(-1);
    if (text === '') return;
    if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else parts.push(text);
  };
  for (const part of template.parts) {
    // Names that were set before hide those of the context, but a part that stays open carries them too.
    const uses = usesOfPart(part);
    if (
      !isOpen(
        uses.filter((use) => readLocal(locals, use.path[0] ?? '') === undefined),
        scope,
      )
    ) {
      const text = renderBlock([part], env);
      if (text instanceof Fault) return text;
      addText(text);
      continue;
    }
    const open = agentPart(template.text, part, uses, scope, locals);
    if (open instanceof Fault) return open;
    if (open instanceof AgentOwned) parts.push(open);
    else if (open instanceof AgentText) {
      for (const piece of open.parts) {
        if (typeof piece === 'string') addText(piece);
        else parts.push(piece);
      }
    } else {
      const text = bounded(budget, typeof open === 'string' ? open : '', part);
      if (text instanceof Fault) return text;
      addText(text);
    }
  }
  return new AgentText(parts);
}

/** The text of a value that may be open, for places that are always text. Gives a fault-free form: open parts stay open. */
export function asSealedText(sealed: Sealed): string | AgentText | null {
  if (sealed instanceof AgentText) return sealed;
  if (sealed instanceof AgentOwned) return new AgentText([sealed]);
  if (sealed === null) return null;
  const value = closed(sealed);
  return value === undefined ? null : pythonText(value);
}

/** The value of a sealed tree that holds nothing open, or undefined when something in it is. */
export function closed(sealed: Sealed): Value | undefined {
  if (sealed instanceof AgentOwned || sealed instanceof AgentText) return undefined;
  if (sealed === null || typeof sealed !== 'object') return sealed;
  if (sealed instanceof Map) {
    const entries = new Map<string, Value>();
    for (const [key, each] of sealed) {
      const value = closed(each);
      if (value === undefined) return undefined;
      entries.set(key, value);
    }
    return entries;
  }
  const items: Value[] = [];
  for (const each of Array.isArray(sealed) ? sealed : []) {
    const value = closed(each);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return items;
}
