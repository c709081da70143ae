import type { Args, Expr } from './ast.ts';
import { advance, type Cursor, describe, expectOperator, isOperator, isWord, made, peek, refuse } from './cursor.ts';
import { Fault } from './fault.ts';
import type { Token } from './lexer.ts';

/** Words of the grammar, which are no names. */
const reserved = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif']);

/** A literal, a name, a call of `range`, or something in brackets. */
export function parsePrimary(cursor: Cursor): Expr {
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
    return token.text.length > 300
      ? refuse(cursor, 'The number has more than 300 digits.', token)
      : { kind: 'literal', value: BigInt(token.text), at: token.at, end: token.end, depth: 1 };
  }
  if (token.kind === 'float') {
    advance(cursor);
    const value = Number(token.text);
    return Number.isFinite(value)
      ? { kind: 'literal', value, at: token.at, end: token.end, depth: 1 }
      : refuse(cursor, 'The number is too large for a 64-bit float.', token);
  }
  if (isOperator(token, '(')) return parseGroup(cursor);
  if (isOperator(token, '[')) return parseList(cursor, advance(cursor), ']');
  if (isOperator(token, '{')) return parseDict(cursor);
  return refuse(cursor, `${describe(token)} stands where a value was expected.`, token);
}

const constants = new Map<string, null | boolean>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
  ['null', null],
]);

function parseName(cursor: Cursor, token: Token): Expr {
  const constant = constants.get(token.text);
  if (constant !== undefined) return { kind: 'literal', value: constant, at: token.at, end: token.end, depth: 1 };
  if (!isOperator(peek(cursor), '(')) return { kind: 'name', name: token.text, at: token.at, end: token.end, depth: 1 };
  const { args, end, depth } = parseArgs(cursor);
  if (token.text !== 'range' && cursor.fault === undefined) {
    cursor.fault = new Fault(
      'template/not-allowed',
      `There is no function "${token.text}" to call; the only one is "range".`,
      { at: token.at, end: token.end },
      'Use a filter: {{ value | name }}.',
    );
  }
  return { kind: 'call', target: null, method: token.text, args, at: token.at, end, depth: depth + 1 };
}

function parseGroup(cursor: Cursor): Expr {
  const open = advance(cursor);
  if (isOperator(peek(cursor), ')'))
    return { kind: 'list', items: [], at: open.at, end: advance(cursor).end, depth: 1 };
  const first = cursor.expression(cursor);
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
    items.push(cursor.expression(cursor));
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, close);
  return made(cursor, {
    kind: 'list',
    items,
    at: open.at,
    end,
    depth: 1 + items.reduce((most, each) => Math.max(most, each.depth), 0),
  });
}

function parseDict(cursor: Cursor): Expr {
  const open = advance(cursor);
  const pairs: (readonly [Expr, Expr])[] = [];
  let depth = 0;
  while (!isOperator(peek(cursor), '}') && cursor.fault === undefined) {
    const key = cursor.expression(cursor);
    expectOperator(cursor, ':');
    const value = cursor.expression(cursor);
    depth = Math.max(depth, key.depth, value.depth);
    pairs.push([key, value]);
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, '}');
  return made(cursor, { kind: 'dict', pairs, at: open.at, end, depth: depth + 1 });
}

/** Attributes, subscripts and method calls behind a value. */
export function parsePostfix(cursor: Cursor, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    const token = peek(cursor);
    if (isOperator(token, '.')) expr = parseDot(cursor, expr);
    else if (isOperator(token, '[')) expr = parseSubscript(cursor, expr);
    else if (isOperator(token, '('))
      return refuse(cursor, 'Only the methods of texts, lists and mappings can be called.', token);
    else return expr;
    if (cursor.fault !== undefined) return expr;
  }
}

/** Filters and tests behind a value. */
export function parseFilters(cursor: Cursor, start: Expr): Expr {
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
  if (name.kind !== 'name' && name.kind !== 'int')
    return refuse(cursor, `${describe(name)} stands where a name after "." was expected.`, name);
  advance(cursor);
  if (name.text.startsWith('__')) {
    cursor.fault ??= new Fault('template/not-allowed', `The name "${name.text}" is not data, so it cannot be read.`, {
      at: name.at,
      end: name.end,
    });
  }
  const place = { at: target.at, end: name.end };
  if (name.kind === 'int') {
    const key: Expr = { kind: 'literal', value: BigInt(name.text), at: name.at, end: name.end, depth: 1 };
    return made(cursor, { kind: 'index', target, key, ...place, depth: target.depth + 1 });
  }
  if (!isOperator(peek(cursor), '('))
    return made(cursor, { kind: 'attribute', target, name: name.text, ...place, depth: target.depth + 1 });
  const { args, end, depth } = parseArgs(cursor);
  return made(cursor, {
    kind: 'call',
    target,
    method: name.text,
    args,
    at: target.at,
    end,
    depth: 1 + Math.max(target.depth, depth),
  });
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
    } else if (current === null) current = cursor.expression(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, ']');
  bounds.push(current);
  const place = { at: target.at, end };
  const depth = 1 + Math.max(target.depth, ...bounds.map((each) => each?.depth ?? 0));
  if (colons > 0)
    return made(cursor, {
      kind: 'slice',
      target,
      start: bounds[0] ?? null,
      stop: bounds[1] ?? null,
      step: bounds[2] ?? null,
      ...place,
      depth,
    });
  if (current === null) return refuse(cursor, 'The brackets hold no index.', place);
  return made(cursor, { kind: 'index', target, key: current, ...place, depth });
}

function parseFilter(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const name = peek(cursor);
  if (name.kind !== 'name')
    return refuse(cursor, `${describe(name)} stands where the name of a filter was expected.`, name);
  advance(cursor);
  const { args, end, depth } = isOperator(peek(cursor), '(')
    ? parseArgs(cursor)
    : { args: noArgs, end: name.end, depth: 0 };
  return made(cursor, {
    kind: 'filter',
    target,
    name: name.text,
    args,
    at: name.at,
    end,
    depth: 1 + Math.max(target.depth, depth),
  });
}

function parseTest(cursor: Cursor, target: Expr): Expr {
  advance(cursor);
  const negated = isWord(peek(cursor), 'not');
  if (negated) advance(cursor);
  const name = peek(cursor);
  if (name.kind !== 'name')
    return refuse(cursor, `${describe(name)} stands where the name of a test was expected.`, name);
  advance(cursor);
  const next = peek(cursor);
  if (isOperator(next, '(')) {
    const { args, end, depth } = parseArgs(cursor);
    return made(cursor, {
      kind: 'test',
      target,
      name: name.text,
      args,
      negated,
      at: target.at,
      end,
      depth: 1 + Math.max(target.depth, depth),
    });
  }
  const hasArgument =
    next.kind === 'string' ||
    next.kind === 'int' ||
    next.kind === 'float' ||
    isOperator(next, '[', '{') ||
    (next.kind === 'name' && !reserved.has(next.text));
  if (!hasArgument)
    return made(cursor, {
      kind: 'test',
      target,
      name: name.text,
      args: noArgs,
      negated,
      at: target.at,
      end: name.end,
      depth: target.depth + 1,
    });
  const argument = parsePostfix(cursor, parsePrimary(cursor));
  const args: Args = { positional: [argument], named: new Map() };
  return made(cursor, {
    kind: 'test',
    target,
    name: name.text,
    args,
    negated,
    at: target.at,
    end: argument.end,
    depth: 1 + Math.max(target.depth, argument.depth),
  });
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
    const value = cursor.expression(cursor);
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
