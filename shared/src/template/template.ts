import type { Branch, Expr, ForPart, IfPart, Part, SetPart } from './ast.ts';
import { advance, type Cursor, describe, isOperator, isWord, peek, refuse } from './cursor.ts';
import { Fault, type Offsets } from './fault.ts';
import { type Chunk, lex } from './lexer.ts';
import { cursorOf, parseExpression } from './parser.ts';
import { type NameUse, usesOfParts } from './uses.ts';

/** A template that was understood: its parts in order and the names that it takes from its context. */
export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly uses: readonly NameUse[];
}

/** Whether a text is a template at all: one without `{{` and `{%` is never touched (README 3 of the specification). */
export function hasTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

// Templates are written by people; a longer one is data, which is not parsed.
const maxLength = 64 * 1024;

/** Parses a template, or says what is wrong with it and where. */
export function parseTemplate(text: string): Template | Fault {
  if (text.length > maxLength)
    return new Fault(
      'template/too-much-work',
      `The template has more than ${maxLength} characters.`,
      { at: 0, end: 2 },
      'Put long text into a file.',
    );
  const chunks = lex(text);
  if (chunks instanceof Fault) return chunks;
  const state: State = { chunks, at: 0, nesting: 0, fault: undefined };
  const parts = parseParts(state, []);
  return state.fault ?? { text, parts, uses: usesOfParts(parts) };
}

interface State {
  readonly chunks: readonly Chunk[];
  at: number;
  nesting: number;
  fault: Fault | undefined;
}

const maxNesting = 30;

/** Parses up to a tag of `ends`, which is left in place, or up to the end. */
function parseParts(state: State, ends: readonly string[]): readonly Part[] {
  const parts: Part[] = [];
  while (state.at < state.chunks.length && state.fault === undefined) {
    const chunk = state.chunks[state.at];
    if (chunk === undefined) break;
    if (chunk.kind === 'tag' && ends.includes(tagName(chunk))) return parts;
    state.at += 1;
    if (chunk.kind === 'text') parts.push(chunk);
    else if (chunk.kind === 'output')
      parts.push({ kind: 'output', expr: parseWhole(state, cursorOf(chunk.tokens)), at: chunk.at, end: chunk.end });
    else parts.push(parseTag(state, chunk));
  }
  return parts;
}

type Tag = Extract<Chunk, { kind: 'tag' | 'output' }>;

function tagName(tag: Tag): string {
  return tag.tokens[0]?.text ?? '';
}

function parseWhole(state: State, cursor: Cursor): Expr {
  const expr = parseExpression(cursor);
  finish(state, cursor);
  return expr;
}

/** Nothing may stand behind what was parsed; takes the cursor's fault over. */
function finish(state: State, cursor: Cursor): void {
  const rest = peek(cursor);
  if (cursor.fault === undefined && rest.kind !== 'end')
    refuse(cursor, `${describe(rest)} stands where the placeholder should end.`, rest);
  state.fault ??= cursor.fault;
}

function parseTag(state: State, tag: Tag): Part {
  const name = tagName(tag);
  state.nesting += 1;
  const part =
    state.nesting > maxNesting
      ? stop(state, tag, `Blocks are nested more than ${maxNesting} deep.`)
      : name === 'if'
        ? parseIf(state, tag)
        : name === 'for'
          ? parseFor(state, tag)
          : name === 'set'
            ? parseSet(state, tag)
            : stop(state, tag, notATag(name), 'Use "if", "for" or "set".');
  state.nesting -= 1;
  return part;
}

function notATag(name: string): string {
  if (/^(?:end|el)/.test(name)) return `"{% ${name} %}" closes or continues nothing.`;
  return name === '' ? 'The tag "{% %}" is empty.' : `The tag "${name}" is not available in templates.`;
}

function stop(state: State, place: Offsets, message: string, hint?: string): Part {
  state.fault ??= new Fault('template/syntax', message, place, hint);
  return { kind: 'text', text: '', at: place.at, end: place.end };
}

function cursorBehindName(tag: Tag): Cursor {
  const cursor = cursorOf(tag.tokens);
  advance(cursor);
  return cursor;
}

function parseIf(state: State, tag: Tag): IfPart {
  const branches: Branch[] = [];
  let otherwise: readonly Part[] = [];
  let current: Tag = tag;
  for (;;) {
    const isElse = tagName(current) === 'else';
    const cursor = cursorBehindName(current);
    const test: Expr | undefined = isElse ? undefined : parseWhole(state, cursor);
    if (isElse) finish(state, cursor);
    const body = parseParts(state, isElse ? ['endif'] : ['elif', 'else', 'endif']);
    if (test === undefined) otherwise = body;
    else branches.push({ test, body });
    const next = closing(state, tag, 'if');
    if (next === undefined || tagName(next) === 'endif')
      return { kind: 'if', branches, otherwise, at: tag.at, end: next?.end ?? tag.end };
    current = next;
  }
}

/** Takes the tag at which the body ended; a missing one is a fault at the tag that opened it. */
function closing(state: State, opened: Tag, name: string): Tag | undefined {
  const next = state.chunks[state.at];
  if (state.fault !== undefined) return undefined;
  if (next === undefined || next.kind !== 'tag') {
    stop(state, opened, `The block "{% ${name} %}" is not closed.`, `Close it with "{% end${name} %}".`);
    return undefined;
  }
  state.at += 1;
  return next;
}

function parseFor(state: State, tag: Tag): ForPart {
  const cursor = cursorBehindName(tag);
  const targets: string[] = [];
  do {
    const name = peek(cursor);
    if (name.kind !== 'name' || isWord(name, 'in'))
      refuse(cursor, `${describe(name)} stands where the name of a loop variable was expected.`, name);
    else targets.push(advance(cursor).text);
  } while (isOperator(peek(cursor), ',') && advance(cursor).kind === 'operator');
  if (isWord(peek(cursor), 'in')) advance(cursor);
  else refuse(cursor, `${describe(peek(cursor))} stands where "in" was expected.`, peek(cursor));
  // An inline if would swallow the loop's own condition, so the sequence is an expression without one unless in brackets.
  const { over, only } = parseOver(cursor);
  finish(state, cursor);
  const body = parseParts(state, ['else', 'endfor']);
  let next = closing(state, tag, 'for');
  let otherwise: readonly Part[] = [];
  if (next !== undefined && tagName(next) === 'else') {
    otherwise = parseParts(state, ['endfor']);
    next = closing(state, tag, 'for');
  }
  return { kind: 'for', targets, over, only, body, otherwise, at: tag.at, end: next?.end ?? tag.end };
}

function parseOver(cursor: Cursor): { readonly over: Expr; readonly only: Expr | null } {
  const whole = parseExpression(cursor);
  if (whole.kind === 'conditional' && whole.otherwise === null) return { over: whole.whenTrue, only: whole.test };
  return { over: whole, only: null };
}

function parseSet(state: State, tag: Tag): SetPart {
  const cursor = cursorBehindName(tag);
  const name = advance(cursor);
  if (name.kind !== 'name') refuse(cursor, `${describe(name)} stands where the name of a variable was expected.`, name);
  if (isOperator(peek(cursor), '=')) advance(cursor);
  else refuse(cursor, `${describe(peek(cursor))} stands where "=" was expected.`, peek(cursor));
  return { kind: 'set', name: name.text, value: parseWhole(state, cursor), at: tag.at, end: tag.end };
}
