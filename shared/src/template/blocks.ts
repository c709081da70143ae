import type { Branch, Expr, ForPart, IfPart, Part, SetPart, Target } from './ast.ts';
import { advance, type Cursor, describe, expectOperator, isOperator, isWord, peek, refuse } from './cursor.ts';
import { Fault, type Offsets } from './fault.ts';
import type { Chunk } from './lexer.ts';
import { cursorOf, parseExpression, parseTuple } from './parser.ts';
import { reserved } from './primary.ts';

/** Where a parser stands in the chunks of a template. */
export interface BlockState {
  readonly chunks: readonly Chunk[];
  at: number;
  nesting: number;
  fault: Fault | undefined;
}

const maxNesting = 30;

/** Parses up to a tag of `ends`, which is left in place, or up to the end. */
export function parseParts(state: BlockState, ends: readonly string[]): readonly Part[] {
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

function parseWhole(state: BlockState, cursor: Cursor): Expr {
  const expr = parseTuple(cursor, true);
  finish(state, cursor);
  return expr;
}

/** Nothing may stand behind what was parsed; takes the cursor's fault over. */
function finish(state: BlockState, cursor: Cursor): void {
  const rest = peek(cursor);
  if (cursor.fault === undefined && rest.kind !== 'end')
    refuse(cursor, `${describe(rest)} stands where the placeholder should end.`, rest);
  state.fault ??= cursor.fault;
}

function parseTag(state: BlockState, tag: Tag): Part {
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
            : stop(state, tag, notATag(tag, name), 'Use "if", "for" or "set".');
  state.nesting -= 1;
  return part;
}

function notATag(tag: Tag, name: string): string {
  if (/^(?:end|el)/.test(name)) return `"{% ${name.slice(0, 40)} %}" closes or continues nothing.`;
  return tag.tokens.length < 2
    ? 'The tag "{% %}" is empty.'
    : `The tag "${name.slice(0, 40)}" is not available in templates.`;
}

function stop(state: BlockState, place: Offsets, message: string, hint?: string): Part {
  state.fault ??= new Fault('template/syntax', message, place, hint);
  return { kind: 'text', text: '', at: place.at, end: place.end };
}

function cursorBehindName(tag: Tag): Cursor {
  const cursor = cursorOf(tag.tokens);
  advance(cursor);
  return cursor;
}

function parseIf(state: BlockState, tag: Tag): IfPart {
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
function closing(state: BlockState, opened: Tag, name: string): Tag | undefined {
  const next = state.chunks[state.at];
  if (state.fault !== undefined) return undefined;
  if (next === undefined || next.kind !== 'tag') {
    stop(state, opened, `The block "{% ${name} %}" is not closed.`, `Close it with "{% end${name} %}".`);
    return undefined;
  }
  state.at += 1;
  if (tagName(next) === `end${name}`) finish(state, cursorBehindName(next));
  return next;
}

function parseFor(state: BlockState, tag: Tag): ForPart {
  const cursor = cursorBehindName(tag);
  const target = parseTarget(cursor);
  if (isWord(peek(cursor), 'in')) advance(cursor);
  else refuse(cursor, `${describe(peek(cursor))} stands where "in" was expected.`, peek(cursor));
  const over = parseTuple(cursor, false);
  let only: Expr | null = null;
  if (isWord(peek(cursor), 'if')) {
    advance(cursor);
    only = parseExpression(cursor);
  }
  if (isWord(peek(cursor), 'recursive'))
    refuse(cursor, 'A loop cannot call itself here.', peek(cursor), 'Write a loop for each level.');
  finish(state, cursor);
  const body = parseParts(state, ['else', 'endfor']);
  let next = closing(state, tag, 'for');
  let otherwise: readonly Part[] = [];
  if (next !== undefined && tagName(next) === 'else') {
    finish(state, cursorBehindName(next));
    otherwise = parseParts(state, ['endfor']);
    next = closing(state, tag, 'for');
  }
  return { kind: 'for', target, over, only, body, otherwise, at: tag.at, end: next?.end ?? tag.end };
}

/** Names that take values: one, several with commas between, or such in brackets. */
function parseTarget(cursor: Cursor): Target {
  const first = parseOneTarget(cursor, 0);
  if (!isOperator(peek(cursor), ',')) return first;
  return targetsBehind(cursor, first, 0);
}

function targetsBehind(cursor: Cursor, first: Target, level: number): Target {
  const targets: Target[] = [first];
  while (isOperator(peek(cursor), ',') && cursor.fault === undefined) {
    advance(cursor);
    if (peek(cursor).kind !== 'name' && !isOperator(peek(cursor), '(')) break;
    if (isWord(peek(cursor), 'in')) break;
    targets.push(parseOneTarget(cursor, level));
  }
  return targets;
}

function parseOneTarget(cursor: Cursor, level: number): Target {
  const token = peek(cursor);
  if (isOperator(token, '(') && level < 8) {
    advance(cursor);
    const first = parseOneTarget(cursor, level + 1);
    const target = isOperator(peek(cursor), ',') ? targetsBehind(cursor, first, level + 1) : first;
    expectOperator(cursor, ')');
    return target;
  }
  if (token.kind !== 'name' || reserved.has(token.text))
    refuse(cursor, `${describe(token)} stands where the name of a variable was expected.`, token);
  else advance(cursor);
  return token.text;
}

function parseSet(state: BlockState, tag: Tag): SetPart {
  const cursor = cursorBehindName(tag);
  const target = parseTarget(cursor);
  if (isOperator(peek(cursor), '.'))
    refuse(cursor, 'A value cannot be changed from inside.', peek(cursor), 'Set a name of its own.');
  if (cursor.fault === undefined && peek(cursor).kind === 'end') {
    const value = parseParts(state, ['endset']);
    const next = closing(state, tag, 'set');
    return { kind: 'set', target, value, at: tag.at, end: next?.end ?? tag.end };
  }
  if (isOperator(peek(cursor), '=')) advance(cursor);
  else refuse(cursor, `${describe(peek(cursor))} stands where "=" was expected.`, peek(cursor));
  return { kind: 'set', target, value: parseWhole(state, cursor), at: tag.at, end: tag.end };
}
