import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { sourceLimits } from './limits.ts';
import type { SourceFile, Span } from './span.ts';
import type { MapEntry, Node } from './tree.ts';

/**
 * Reads JSON exactly (RFC 8259): numbers without `.` and `e` are `bigint`, all others `number`.
 * A repeated key is a warning and its last value counts (decisions.md 26). Recursion ends at `maxDepth` lists and maps.
 */
export function readJson(file: SourceFile, maxDepth: number = sourceLimits.depth): Outcome<Node> {
  const state: State = {
    file,
    maxDepth,
    text: file.text,
    at: file.text.startsWith('\ufeff') ? 1 : 0,
    problem: undefined,
    warnings: [],
  };
  skipBlank(state);
  const node = readValue(state, 0);
  skipBlank(state);
  if (state.problem === undefined && state.at < state.text.length) fail(state, 'the end of the file');
  return state.problem === undefined ? done(node, state.warnings) : failed([...state.warnings, state.problem]);
}

interface State {
  readonly file: SourceFile;
  readonly text: string;
  readonly maxDepth: number;
  at: number;
  /** The first problem; after it the position is at the end, so that every loop stops. */
  problem: Diagnostic | undefined;
  readonly warnings: Diagnostic[];
}

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const words: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

function readValue(state: State, depth: number): Node {
  const start = state.at;
  const first = state.text[start];
  if (first === '"') return scalar(state, start, readText(state));
  if (first === '{') return readMap(state, depth);
  if (first === '[') return readList(state, depth);
  for (const [word, value] of words) {
    if (!state.text.startsWith(word, start)) continue;
    state.at += word.length;
    return scalar(state, start, value);
  }
  number.lastIndex = start;
  const match = number.exec(state.text);
  if (match === null) return fail(state, 'a value');
  state.at = number.lastIndex;
  if (match[0].length > sourceLimits.digits) {
    state.at = start;
    return fail(state, `a number of at most ${sourceLimits.digits} digits`);
  }
  if (match[1] === undefined && match[2] === undefined) return scalar(state, start, BigInt(match[0]));
  const value = Number(match[0]);
  if (Number.isFinite(value)) return scalar(state, start, value);
  state.at = start;
  return fail(state, 'a number that a 64-bit float can hold');
}

function readList(state: State, depth: number): Node {
  const start = state.at;
  const items: Node[] = [];
  if (!enter(state, depth)) return scalar(state, start, null);
  if (!closes(state, ']')) {
    do {
      skipBlank(state);
      items.push(readValue(state, depth + 1));
    } while (continues(state, ']'));
  }
  return { kind: 'list', items, span: span(state, start) };
}

function readMap(state: State, depth: number): Node {
  const start = state.at;
  const entries = new Map<string, MapEntry>();
  if (!enter(state, depth)) return scalar(state, start, null);
  if (!closes(state, '}')) {
    do {
      skipBlank(state);
      const keyStart = state.at;
      const key = readText(state);
      const keySpan = span(state, keyStart);
      skipBlank(state);
      if (state.text[state.at] === ':') state.at += 1;
      else fail(state, '":"');
      skipBlank(state);
      const value = readValue(state, depth + 1);
      const former = entries.get(key);
      if (former !== undefined) state.warnings.push(repeatedKey(key, keySpan, former.keySpan));
      entries.set(key, { key, keySpan, value });
    } while (continues(state, '}'));
  }
  return { kind: 'map', entries: [...entries.values()], span: span(state, start) };
}

/** The warning for a key that stands twice; also used by the YAML reader. */
export function repeatedKey(key: string, keySpan: Span, former: Span): Diagnostic {
  return warning(
    'parse/duplicate-key',
    keySpan,
    `The key "${key}" stands twice in this mapping; this one, the last, counts.`,
    {
      hint: 'Remove one of them.',
      related: [{ message: 'The first one is here.', span: former }],
    },
  );
}

/** The problem of a text whose lists and maps are nested too deep; also used by the YAML reader. */
export function tooDeep(file: SourceFile, at: number, limit: number = sourceLimits.depth): Diagnostic {
  return error(
    'parse/too-deep',
    { source: file, start: at, end: at + 1 },
    `Lists and mappings are nested more than ${limit} deep here.`,
    {
      hint: 'Write a flatter file.',
    },
  );
}

function enter(state: State, depth: number): boolean {
  if (depth >= state.maxDepth) {
    state.problem ??= tooDeep(state.file, state.at, state.maxDepth);
    state.at = state.text.length;
    return false;
  }
  state.at += 1;
  skipBlank(state);
  return true;
}

function closes(state: State, bracket: string): boolean {
  if (state.text[state.at] !== bracket) return false;
  state.at += 1;
  return true;
}

function continues(state: State, bracket: string): boolean {
  skipBlank(state);
  const next = state.text[state.at];
  if (next !== ',' && next !== bracket) fail(state, `"," or "${bracket}"`);
  else state.at += 1;
  return next === ',' && state.problem === undefined;
}

function readText(state: State): string {
  const start = state.at;
  if (state.text[start] !== '"') {
    fail(state, 'a text in double quotes');
    return '';
  }
  let escaped = false;
  for (let at = start + 1; at < state.text.length; at += 1) {
    const unit = state.text.charCodeAt(at);
    if (unit === 0x22) {
      state.at = at + 1;
      return escaped ? resolveEscapes(state, start) : state.text.slice(start + 1, at);
    }
    if (unit < 0x20) break;
    if (unit === 0x5c) {
      escaped = true;
      at += 1;
    }
  }
  fail(state, 'a text that is closed by a double quote on its line');
  return '';
}

/** Lets the platform resolve the escapes of one text; it is strict about which exist. */
function resolveEscapes(state: State, start: number): string {
  try {
    const value: unknown = JSON.parse(state.text.slice(start, state.at));
    if (typeof value === 'string' && value.isWellFormed()) return value;
  } catch {
    // Reported below with our own place and sentence.
  }
  state.at = start;
  fail(state, 'a text with only the escapes of JSON, which stand for whole characters,');
  return '';
}

function skipBlank(state: State): void {
  for (;;) {
    const unit = state.text.charCodeAt(state.at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    state.at += 1;
  }
}

function fail(state: State, expected: string): Node {
  const at = Math.min(state.at, state.text.length);
  const found = at >= state.text.length ? 'the file ends' : `"${state.text.slice(at, at + 1)}" stands`;
  state.problem ??= error(
    'parse/bad-json',
    { source: state.file, start: at, end: Math.min(at + 1, state.text.length) },
    `This is not valid JSON: ${found} where ${expected} was expected.`,
  );
  state.at = state.text.length;
  return scalar(state, at, null);
}

function span(state: State, start: number): Span {
  return { source: state.file, start, end: state.at };
}

function scalar(state: State, start: number, value: null | boolean | bigint | number | string): Node {
  return { kind: 'scalar', value, span: span(state, start) };
}
