import { error } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { pythonText } from '../values/print.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { sealedSize } from '../wire/sealed-size.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';
import { newBudget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import { Fault } from './fault.ts';
import { newLocals } from './locals.ts';
import { renderBlock } from './render-block.ts';
import { parseTemplate } from './template.ts';

/**
 * Stage 2: evaluates the open places of a sealed tree with the agent's names in scope, plus the names that each carries.
 *
 * Literal text is never looked at again, so braces that came out of stage 1 stay braces (README 3 of the specification).
 * Only nodes are evaluated; a text that is a single placeholder whose value is null becomes null, as stage 1 does it.
 */
export function fill(sealed: Sealed, context: ReadonlyMap<string, Value>): Outcome<Value> {
  const value = fillValue(sealed, { context, room: mostRoom });
  if (!(value instanceof Unfilled)) return done(value);
  const { fault, template } = value;
  const source = { name: 'sealed spec', text: template };
  return failed([error(fault.code, { source, start: fault.at, end: fault.end }, fault.message, { hint: fault.hint })]);
}

/** Characters that open places may give in all; what Kubernetes takes is less. */
const mostRoom = 4 * 1024 * 1024;

interface Filling {
  readonly context: ValueMap;
  /** Characters that are left; a spec of open places must not fill the agent's memory. */
  room: number;
}

/** A fault together with the template that it is about. */
class Unfilled {
  readonly fault: Fault;
  readonly template: string;
  constructor(fault: Fault, template: string) {
    this.fault = fault;
    this.template = template;
  }
}

function fillValue(sealed: Sealed, filling: Filling): Value | Unfilled {
  if (sealed instanceof AgentOwned) return fillOwned(sealed, filling);
  if (sealed instanceof AgentText) return fillText(sealed, filling);
  if (sealed === null || typeof sealed !== 'object') return sealed;
  if (sealed instanceof Map) {
    const entries = new Map<string, Value>();
    for (const [key, each] of sealed) {
      const value = fillValue(each, filling);
      if (value instanceof Unfilled) return value;
      entries.set(key, value);
    }
    return entries;
  }
  const items: Value[] = [];
  for (const each of Array.isArray(sealed) ? sealed : []) {
    const value = fillValue(each, filling);
    if (value instanceof Unfilled) return value;
    items.push(value);
  }
  return items;
}

function fillText(text: AgentText, filling: Filling): Value | Unfilled {
  const pieces: string[] = [];
  for (const part of text.parts) {
    const value = typeof part === 'string' ? part : fillOwned(part, filling);
    if (value instanceof Unfilled) return value;
    if (value === null && text.parts.length === 1) return null;
    pieces.push(pythonText(value));
  }
  return pieces.join('');
}

function fillOwned(owned: AgentOwned, filling: Filling): Value | Unfilled {
  const isBlock = owned.template.startsWith('{%');
  const text = isBlock ? owned.template : `{{ ${owned.template} }}`;
  const template = parseTemplate(text);
  if (template instanceof Fault) return new Unfilled(template, text);
  const env = { names: withKnown(filling.context, owned.known), locals: newLocals(), budget: newBudget(), text };
  const [only] = template.parts;
  const value =
    !isBlock && only !== undefined && only.kind === 'output'
      ? evaluate(only.expr, env)
      : renderBlock(template.parts, env);
  if (value instanceof Fault) return new Unfilled(value, text);
  filling.room -= sealedSize(value, filling.room);
  if (filling.room >= 0) return value;
  const message = `What is filled in has more than ${mostRoom} characters in all.`;
  return new Unfilled(new Fault('template/too-much-work', message, { at: 0, end: text.length }), text);
}

/** The agent's names and the carried ones; a section that both have (`globals`) is put together, the carried value winning. */
function withKnown(context: ValueMap, known: ValueMap): ValueMap {
  if (known.size === 0) return context;
  const names = new Map(context);
  for (const [name, value] of known) {
    const agents = names.get(name);
    names.set(
      name,
      agents !== undefined && agents !== null && value !== null && isMap(agents) && isMap(value)
        ? new Map([...agents, ...value])
        : value,
    );
  }
  return names;
}

/** A value as the text of an environment variable or argument: texts as they are, all else as Python prints it. */
export function asText(value: Value): string {
  return pythonText(value);
}
