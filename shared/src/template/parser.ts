import type { Args, BinaryOperator, Comparison, Expr } from './ast.ts';
import { Fault, type Offsets } from './fault.ts';
import type { Token } from './lexer.ts';

/** Height of an expression's tree: enough for a sum of hundreds of terms, and safe for recursion. */
const maxDepth = 400;
/** Brackets, filters and operators inside each other while parsing; each takes a dozen calls. */
const maxNesting = 60;

/** Where a parser stands in the tokens of one placeholder. After the first fault it stands at the end, so every loop stops. */
export interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  nesting: number;
  fault: Fault | undefined;
}

export function cursorOf(tokens: readonly Token[]): Cursor {
  return { tokens, at: 0, nesting: 0, fault: undefined };
}

const nowhere: Token = { kind: 'end', text: '', at: 0, end: 0 };

export function peek(cursor: Cursor, ahead = 0): Token {
  return cursor.tokens[Math.min(cursor.at + ahead, cursor.tokens.length - 1)] ?? nowhere;
}

export function advance(cursor: Cursor): Token {
  const token = peek(cursor);
  if (cursor.at < cursor.tokens.length - 1) cursor.at += 1;
  return token;
}

/** Records the first fault and moves to the end. Gives an expression so that callers need not look. */
export function refuse(cursor: Cursor, message: string, place: Offsets, hint?: string): Expr {
  cursor.fault ??= new Fault('template/syntax', message, place, hint);
  cursor.at = cursor.tokens.length - 1;
  return { kind: 'literal', value: null, depth: 0, at: place.at, end: place.end };
}

export function isOperator(token: Token, ...texts: readonly string[]): boolean {
  return token.kind === 'operator' && texts.includes(token.text);
}

export function isWord(token: Token, ...texts: readonly string[]): boolean {
  return token.kind === 'name' && texts.includes(token.text);
}

export function expectOperator(cursor: Cursor, text: string): void {
  const token = peek(cursor);
  if (isOperator(token, text)) advance(cursor);
  else refuse(cursor, `${describe(token)} stands where "${text}" was expected.`, token);
}

export function describe(token: Token): string {
  return token.kind === 'end' ? 'The end of the placeholder' : token.kind === 'string' ? 'A text' : `"${token.text}"`;
}

const reserved = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif']);

/**
 * Parses an expression with Jinja's precedence, lowest first: inline if, or, and, not, comparisons, + -, ~, * / // %, **,
 * unary, then attributes, calls, filters and tests (template engine of decisions.md 22).
 */
export function parseExpression(cursor: Cursor): Expr {
  return nested(cursor, () => {
    let expr = parseOr(cursor);
    while (isWord(peek(cursor), 'if')) {
      advance(cursor);
      const test = parseOr(cursor);
      let otherwise: Expr | null = null;
      if (isWord(peek(cursor), 'else')) {
        advance(cursor);
        otherwise = parseExpression(cursor);
      }
      expr = made(cursor, { kind: 'conditional', test, then: expr, otherwise, ...across(expr, otherwise ?? test), depth: 1 + Math.max(expr.depth, test.depth, otherwise?.depth ?? 0) });
    }
    return expr;
  });
}

function nested(cursor: Cursor, parse: () => Expr): Expr {
  cursor.nesting += 1;
  const expr = cursor.nesting > maxNesting ? refuse(cursor, `The expression is nested more than ${maxNesting} deep.`, peek(cursor), 'Split it with "{% set %}" or a param of its own.') : parse();
  cursor.nesting -= 1;
  return expr;
}

function made(cursor: Cursor, expr: Expr): Expr {
  return expr.depth > maxDepth ? refuse(cursor, `The expression has more than ${maxDepth} steps in one chain.`, { at: expr.at, end: expr.end }, 'Split it with "{% set %}" or a param of its own.') : expr;
}

function across(first: Offsets, last: Offsets): Offsets {
  return { at: first.at, end: last.end };
}

function parseOr(cursor: Cursor): Expr {
  let left = parseAnd(cursor);
  while (isWord(peek(cursor), 'or')) {
    advance(cursor);
    left = logic(cursor, 'or', left, parseAnd(cursor));
  }
  return left;
}

function parseAnd(cursor: Cursor): Expr {
  let left = parseNot(cursor);
  while (isWord(peek(cursor), 'and')) {
    advance(cursor);
    left = logic(cursor, 'and', left, parseNot(cursor));
  }
  return left;
}

function logic(cursor: Cursor, operator: 'and' | 'or', left: Expr, right: Expr): Expr {
  return made(cursor, { kind: 'logic', operator, left, right, ...across(left, right), depth: 1 + Math.max(left.depth, right.depth) });
}

function parseNot(cursor: Cursor): Expr {
  if (!isWord(peek(cursor), 'not')) return parseCompare(cursor);
  const token = advance(cursor);
  const operand = nested(cursor, () => parseNot(cursor));
  return made(cursor, { kind: 'unary', operator: 'not', operand, at: token.at, end: operand.end, depth: operand.depth + 1 });
}

function parseCompare(cursor: Cursor): Expr {
  const first = parseSum(cursor);
  const rest: (readonly [Comparison, Expr])[] = [];
  let depth = first.depth;
  for (let comparison = takeComparison(cursor); comparison !== undefined; comparison = takeComparison(cursor)) {
    const right = parseSum(cursor);
    depth = Math.max(depth, right.depth);
    rest.push([comparison, right]);
  }
  const last = rest.at(-1)?.[1];
  return last === undefined ? first : made(cursor, { kind: 'compare', first, rest, ...across(first, last), depth: depth + 1 });
}

function takeComparison(cursor: Cursor): Comparison | undefined {
  const token = peek(cursor);
  if (isWord(token, 'in')) {
    advance(cursor);
    return 'in';
  }
  if (isWord(token, 'not') && isWord(peek(cursor, 1), 'in')) {
    advance(cursor);
    advance(cursor);
    return 'not in';
  }
  if (token.kind !== 'operator') return undefined;
  switch (token.text) {
    case '==': case '!=': case '<': case '<=': case '>': case '>=':
      advance(cursor);
      return token.text;
    default:
      return undefined;
  }
}

/** Left-associative operators from weak to strong. */
const levels: readonly (readonly BinaryOperator[])[] = [['+', '-'], ['~'], ['*', '/', '//', '%'], ['**']];

function parseSum(cursor: Cursor, level = 0): Expr {
  const operators = levels[level];
  if (operators === undefined) return parseUnary(cursor);
  let left = parseSum(cursor, level + 1);
  for (;;) {
    const token = peek(cursor);
    const operator = token.kind === 'operator' ? operators.find((each) => each === token.text) : undefined;
    if (operator === undefined) return left;
    advance(cursor);
    const right = parseSum(cursor, level + 1);
    left = made(cursor, { kind: 'binary', operator, left, right, ...across(left, right), depth: 1 + Math.max(left.depth, right.depth) });
  }
}

function parseUnary(cursor: Cursor): Expr {
  return parseFilters(cursor, parseSigned(cursor));
}

/** A sign binds tighter than a filter and weaker than an attribute: `-x.y | abs` is `(-(x.y)) | abs`. */
function parseSigned(cursor: Cursor): Expr {
  const token = peek(cursor);
  if (!isOperator(token, '-', '+')) return parsePostfix(cursor, parsePrimary(cursor));
  advance(cursor);
  const operand = nested(cursor, () => parseSigned(cursor));
  return made(cursor, { kind: 'unary', operator: token.text === '-' ? '-' : '+', operand, at: token.at, end: operand.end, depth: operand.depth + 1 });
}

function parsePrimary(cursor: Cursor): Expr {
  const token = peek(cursor);
  if (token.kind === 'name' && !reserved.has(token.text)) return parseName(cursor, advance(cursor));
  if (token.kind === 'string') {
    const first = advance(cursor);
    let text = first.text;
    let end = first.end;
    // Neighbouring texts are one text, as in Python.
    for (; peek(cursor).kind === 'string'; ) {
      const next = advance(cursor);
      text += next.text;
      end = next.end;
    }
    return { kind: 'literal', value: text, at: first.at, end, depth: 1 };
  }
  if (token.kind === 'int') {
    advance(cursor);
    return token.text.length > 300 ? refuse(cursor, 'The number has more than 300 digits.', token) : { kind: 'literal', value: BigInt(token.text), at: token.at, end: token.end, depth: 1 };
  }
  if (token.kind === 'float') {
    advance(cursor);
    const value = Number(token.text);
    return Number.isFinite(value) ? { kind: 'literal', value, at: token.at, end: token.end, depth: 1 } : refuse(cursor, 'The number is too large for a 64-bit float.', token);
  }
  if (isOperator(token, '(')) return parseGroup(cursor);
  if (isOperator(token, '[')) return parseList(cursor, advance(cursor), ']');
  if (isOperator(token, '{')) return parseDict(cursor);
  return refuse(cursor, `${describe(token)} stands where a value was expected.`, token);
}

const constants = new Map<string, null | boolean>([['true', true], ['True', true], ['false', false], ['False', false], ['none', null], ['None', null], ['null', null]]);

function parseName(cursor: Cursor, token: Token): Expr {
  const constant = constants.get(token.text);
  if (constant !== undefined) return { kind: 'literal', value: constant, at: token.at, end: token.end, depth: 1 };
  if (!isOperator(peek(cursor), '(')) return { kind: 'name', name: token.text, at: token.at, end: token.end, depth: 1 };
  const { args, end, depth } = parseArgs(cursor);
  if (token.text !== 'range' && cursor.fault === undefined) {
    cursor.fault = new Fault('template/not-allowed', `There is no function "${token.text}" to call; the only one is "range".`, { at: token.at, end: token.end }, 'Use a filter: {{ value | name }}.');
  }
  return { kind: 'call', target: null, method: token.text, args, at: token.at, end, depth: depth + 1 };
}

function parseGroup(cursor: Cursor): Expr {
  const open = advance(cursor);
  if (isOperator(peek(cursor), ')')) return { kind: 'list', items: [], at: open.at, end: advance(cursor).end, depth: 1 };
  const first = parseExpression(cursor);
  if (!isOperator(peek(cursor), ',')) {
    expectOperator(cursor, ')');
    return first;
  }
  advance(cursor);
  const rest = parseList(cursor, open, ')');
  if (rest.kind !== 'list') return rest;
  return made(cursor, { ...rest, items: [first, ...rest.items], depth: Math.max(rest.depth, first.depth + 1) });
}

function parseList(cursor: Cursor, open: Token, close: string): Expr {
  const items: Expr[] = [];
  while (!isOperator(peek(cursor), close) && cursor.fault === undefined) {
    items.push(parseExpression(cursor));
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, close);
  return made(cursor, { kind: 'list', items, at: open.at, end, depth: 1 + items.reduce((most, each) => Math.max(most, each.depth), 0) });
}

function parseDict(cursor: Cursor): Expr {
  const open = advance(cursor);
  const pairs: (readonly [Expr, Expr])[] = [];
  let depth = 0;
  while (!isOperator(peek(cursor), '}') && cursor.fault === undefined) {
    const key = parseExpression(cursor);
    expectOperator(cursor, ':');
    const value = parseExpression(cursor);
    depth = Math.max(depth, key.depth, value.depth);
    pairs.push([key, value]);
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, '}');
  return made(cursor, { kind: 'dict', pairs, at: open.at, end, depth: depth + 1 });
}

function parsePostfix(cursor: Cursor, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    const token = peek(cursor);
    if (isOperator(token, '.')) expr = parseDot(cursor, expr);
    else if (isOperator(token, '[')) expr = parseSubscript(cursor, expr);
    else if (isOperator(token, '(')) return refuse(cursor, 'Only the methods of texts, lists and mappings can be called.', token);
    else return expr;
    if (cursor.fault !== undefined) return expr;
  }
}

function parseFilters(cursor: Cursor, start: Expr): Expr {
  let expr = start;
  for (;;) {
    const token = peek(cursor);
    if (isOperator(token, '|')) expr = parseFilter(cursor, expr);
    else if (isWord(token, 'is')) expr = parseTest(cursor, expr);
    else return expr;
    if (cursor.fault !== undefined) return expr;
  }
}

function parseDot(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const name = peek(cursor);
  if (name.kind !== 'name' && name.kind !== 'int') return refuse(cursor, `${describe(name)} stands where a name after "." was expected.`, name);
  advance(cursor);
  if (name.text.startsWith('__')) {
    cursor.fault ??= new Fault('template/not-allowed', `The name "${name.text}" is not data, so it cannot be read.`, { at: name.at, end: name.end });
  }
  const place = { at: target.at, end: name.end };
  if (name.kind === 'int') {
    const key: Expr = { kind: 'literal', value: BigInt(name.text), at: name.at, end: name.end, depth: 1 };
    return made(cursor, { kind: 'index', target, key, ...place, depth: target.depth + 1 });
  }
  if (!isOperator(peek(cursor), '(')) return made(cursor, { kind: 'attribute', target, name: name.text, ...place, depth: target.depth + 1 });
  const { args, end, depth } = parseArgs(cursor);
  return made(cursor, { kind: 'call', target, method: name.text, args, at: target.at, end, depth: 1 + Math.max(target.depth, depth) });
}

function parseSubscript(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const bounds: (Expr | null)[] = [];
  let colons = 0;
  let current: Expr | null = null;
  while (!isOperator(peek(cursor), ']') && cursor.fault === undefined) {
    if (isOperator(peek(cursor), ':')) {
      advance(cursor);
      colons += 1;
      bounds.push(current);
      current = null;
    } else if (current === null) current = parseExpression(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, ']');
  bounds.push(current);
  const place = { at: target.at, end };
  const depth = 1 + Math.max(target.depth, ...bounds.map((each) => each?.depth ?? 0));
  if (colons > 0) return made(cursor, { kind: 'slice', target, start: bounds[0] ?? null, stop: bounds[1] ?? null, step: bounds[2] ?? null, ...place, depth });
  if (current === null) return refuse(cursor, 'The brackets hold no index.', place);
  return made(cursor, { kind: 'index', target, key: current, ...place, depth });
}

function parseFilter(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const name = peek(cursor);
  if (name.kind !== 'name') return refuse(cursor, `${describe(name)} stands where the name of a filter was expected.`, name);
  advance(cursor);
  const { args, end, depth } = isOperator(peek(cursor), '(') ? parseArgs(cursor) : { args: noArgs, end: name.end, depth: 0 };
  return made(cursor, { kind: 'filter', target, name: name.text, args, at: name.at, end, depth: 1 + Math.max(target.depth, depth) });
}

function parseTest(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const negated = isWord(peek(cursor), 'not');
  if (negated) advance(cursor);
  const name = peek(cursor);
  if (name.kind !== 'name') return refuse(cursor, `${describe(name)} stands where the name of a test was expected.`, name);
  advance(cursor);
  const next = peek(cursor);
  if (isOperator(next, '(')) {
    const { args, end, depth } = parseArgs(cursor);
    return made(cursor, { kind: 'test', target, name: name.text, args, negated, at: target.at, end, depth: 1 + Math.max(target.depth, depth) });
  }
  const hasArgument = next.kind === 'string' || next.kind === 'int' || next.kind === 'float' || isOperator(next, '[', '{') || (next.kind === 'name' && !reserved.has(next.text));
  if (!hasArgument) return made(cursor, { kind: 'test', target, name: name.text, args: noArgs, negated, at: target.at, end: name.end, depth: target.depth + 1 });
  const argument = parsePostfix(cursor, parsePrimary(cursor));
  const args: Args = { positional: [argument], named: new Map() };
  return made(cursor, { kind: 'test', target, name: name.text, args, negated, at: target.at, end: argument.end, depth: 1 + Math.max(target.depth, argument.depth) });
}

const noArgs: Args = { positional: [], named: new Map() };

function parseArgs(cursor: Cursor): { readonly args: Args; readonly end: number; readonly depth: number } {
  advance(cursor);
  const positional: Expr[] = [];
  const named = new Map<string, Expr>();
  let depth = 0;
  while (!isOperator(peek(cursor), ')') && cursor.fault === undefined) {
    const name = peek(cursor);
    const isNamed = name.kind === 'name' && isOperator(peek(cursor, 1), '=');
    if (isNamed) {
      advance(cursor);
      advance(cursor);
    }
    const value = parseExpression(cursor);
    depth = Math.max(depth, value.depth);
    if (isNamed) named.set(name.text, value);
    else if (named.size > 0) refuse(cursor, 'An argument without a name stands behind one with a name.', value);
    else positional.push(value);
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, ')');
  return { args: { positional, named }, end, depth };
}
