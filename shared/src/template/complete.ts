import { filters } from './filters.ts';
import { type NameEntry, names } from './names.ts';
import { tests } from './tests.ts';

/** So many letters before the cursor are looked at for the name; paths are shorter. */
const longest = 500;

/** What may stand at a place inside of a template, and the text that it takes the place of. */
export interface Completion {
  /** Offsets in UTF-16 units of the template. */
  readonly from: number;
  readonly end: number;
  readonly proposals: readonly Proposal[];
}

export interface Proposal {
  readonly name: string;
  readonly kind: 'name' | 'filter' | 'test';
  /** The type of a name; empty for a section such as `globals`, and for filters and tests. */
  readonly type: string;
  readonly says: string;
}

/**
 * For editors: the names, filters or tests that go on from what is written before `offset`, in the order of the catalogue
 * (style-anchors B.3). The template may be unfinished or wrong. `own` are the operation's inputs, outputs and params.
 */
export function complete(text: string, offset: number, own: readonly string[]): Completion {
  const before = openExpression(text.slice(0, offset));
  if (before === undefined || isInQuotes(before)) return { from: offset, end: offset, proposals: [] };
  const [, operator = '', path = '', word = ''] =
    /(\||\bis\s+(?:not\s+)?)?\s*((?:[A-Za-z_]\w*\.)*)([A-Za-z_]\w*)?$/.exec(before.slice(-longest)) ?? [];
  const candidates =
    operator === '|'
      ? [...filters].map(([name, { says }]): Proposal => ({ name, kind: 'filter', type: '', says }))
      : operator !== ''
        ? [...tests].map(([name, { says }]): Proposal => ({ name, kind: 'test', type: '', says }))
        : namesBelow(path === '' ? [] : path.slice(0, -1).split('.'), own);
  const rest = /^\w*/.exec(text.slice(offset))?.[0].length ?? 0;
  const proposals = candidates.filter(({ name }) => name.startsWith(word));
  return { from: offset - word.length, end: offset + rest, proposals };
}

/** What stands between the last `{{` or `{%` and the end, or undefined when it is closed. */
function openExpression(text: string): string | undefined {
  const start = Math.max(text.lastIndexOf('{{'), text.lastIndexOf('{%'));
  const inside = text.slice(start + 2);
  return start < 0 || inside.includes('}}') || inside.includes('%}') ? undefined : inside;
}

function isInQuotes(text: string): boolean {
  let open = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '\\') at += 1;
    else if (open === '' && (letter === '"' || letter === "'")) open = letter;
    else if (letter === open) open = '';
  }
  return open !== '';
}

/** The next steps of all names that begin with the path; `<input>` stands for each of the author's own. */
function namesBelow(path: readonly string[], own: readonly string[]): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  for (const entry of names) {
    const steps = entry.name.split('.');
    const next = steps[path.length];
    if (next === undefined || !path.every((step, at) => fits(step, steps[at], own))) continue;
    const isLast = steps.length === path.length + 1;
    for (const name of next === '<input>' ? own : next.startsWith('<') ? [] : [next])
      if (!found.has(name)) found.set(name, proposal(name, entry, isLast));
  }
  return [...found.values()];
}

function fits(step: string, of: string | undefined, own: readonly string[]): boolean {
  return of === '<input>' ? own.includes(step) : of === step;
}

function proposal(name: string, { type, says }: NameEntry, isLast: boolean): Proposal {
  return isLast ? { name, kind: 'name', type, says } : { name, kind: 'name', type: '', says: '' };
}
