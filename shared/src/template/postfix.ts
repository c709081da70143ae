import type { Args, Expr } from './ast.ts';
import {
  advance,
  type Cursor,
  describe,
  expectOperator,
  isOperator,
  isWord,
  made,
  peek,
  refuse,
  refuseWith,
} from './cursor.ts';
import { Fault, type Offsets } from './fault.ts';
import { noArgs, parseArgs } from './parse-args.ts';
import { parsePrimary, reserved } from './primary.ts';

/** Attributes, subscripts and method calls behind a value. */
export function parsePostfix(cursor: Cursor, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    const token = peek(cursor);
    if (token.kind !== 'operator') return expr;
    if (token.text === '.') expr = parseDot(cursor, expr);
    else if (token.text === '[') expr = parseSubscript(cursor, expr);
    else if (token.text === '(')
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
  if (name.text.startsWith('__'))
    return refuseWith(
      cursor,
      new Fault('template/not-allowed', `The name "${name.text}" is not data, so it cannot be read.`, name),
    );
  const place = { at: target.at, end: name.end };
  if (name.kind === 'int') {
    if (name.text.length > 300) return refuse(cursor, 'The number has more than 300 digits.', name);
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
  const open = advance(cursor);
  const bounds: (Expr | null)[] = [];
  let current: Expr | null = null;
  while (!isOperator(peek(cursor), ']') && cursor.fault === undefined) {
    if (isOperator(peek(cursor), ':')) {
      const colon = advance(cursor);
      bounds.push(current);
      current = null;
      if (bounds.length > 2) refuse(cursor, 'A slice has at most a start, a stop and a step.', colon);
    } else if (current === null) current = cursor.expression(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, ']');
  const place = { at: target.at, end };
  if (bounds.length === 0) {
    if (current === null) return refuse(cursor, 'The brackets hold no index.', { at: open.at, end });
    return made(cursor, { kind: 'index', target, key: current, ...place, depth: 1 + deepest(target, current) });
  }
  bounds.push(current);
  const [start = null, stop = null, step = null] = bounds;
  return made(cursor, {
    kind: 'slice',
    target,
    start,
    stop,
    step,
    ...place,
    depth: 1 + deepest(target, start, stop, step),
  });
}

function deepest(...exprs: readonly (Expr | null)[]): number {
  return exprs.reduce((most, each) => Math.max(most, each?.depth ?? 0), 0);
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
  const { args, end, depth } = testArgs(cursor, name);
  return made(cursor, {
    kind: 'test',
    target,
    name: name.text,
    nameAt: { at: name.at, end: name.end },
    args,
    negated,
    at: target.at,
    end,
    depth: 1 + Math.max(target.depth, depth),
  });
}

/** A test's arguments: in brackets, or one value without them, `x is divisibleby 3`. */
function testArgs(
  cursor: Cursor,
  name: Offsets,
): { readonly args: Args; readonly end: number; readonly depth: number } {
  const next = peek(cursor);
  if (isOperator(next, '(')) return parseArgs(cursor);
  if (isWord(next, 'is')) refuse(cursor, 'Two tests stand in a row.', next, 'Put the first one into brackets.');
  const hasArgument =
    next.kind === 'string' ||
    next.kind === 'int' ||
    next.kind === 'float' ||
    isOperator(next, '[', '{') ||
    (next.kind === 'name' && !reserved.has(next.text));
  if (!hasArgument) return { args: noArgs, end: name.end, depth: 0 };
  const argument = parsePostfix(cursor, parsePrimary(cursor));
  return { args: { positional: [argument], named: new Map() }, end: argument.end, depth: argument.depth };
}
