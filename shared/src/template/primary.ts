import type { Expr } from './ast.ts';
import {
  advance,
  type Cursor,
  describe,
  expectOperator,
  isOperator,
  made,
  peek,
  refuse,
  refuseWith,
} from './cursor.ts';
import { Fault } from './fault.ts';
import { parseArgs } from './parse-args.ts';
import type { Token } from './tokens.ts';

/** Words of the grammar, which are no names. */
export const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif']);

/** A literal, a name, a call of `range`, or something in brackets. */
export function parsePrimary(cursor: Cursor): Expr {
  const token = peek(cursor);
  switch (token.kind) {
    case 'name':
      if (!reserved.has(token.text)) return parseName(cursor, advance(cursor));
      break;
    case 'string':
      return parseText(cursor);
    case 'int':
      advance(cursor);
      return token.text.length > 300
        ? refuse(cursor, 'The number has more than 300 digits.', token)
        : { kind: 'literal', value: BigInt(token.text), at: token.at, end: token.end, depth: 1 };
    case 'float': {
      advance(cursor);
      const value = Number(token.text);
      return Number.isFinite(value)
        ? { kind: 'literal', value, at: token.at, end: token.end, depth: 1 }
        : refuse(cursor, 'The number is too large for a 64-bit float.', token);
    }
    case 'operator':
      if (token.text === '(') return parseGroup(cursor);
      if (token.text === '[') return parseList(cursor, advance(cursor), ']');
      if (token.text === '{') return parseDict(cursor);
  }
  return refuse(cursor, `${describe(token)} stands where a value was expected.`, token);
}

/** A text; neighbouring texts are one text, as in Python. */
function parseText(cursor: Cursor): Expr {
  const first = advance(cursor);
  if (peek(cursor).kind !== 'string')
    return { kind: 'literal', value: first.text, at: first.at, end: first.end, depth: 1 };
  const pieces = [first.text];
  let end = first.end;
  while (peek(cursor).kind === 'string') {
    const next = advance(cursor);
    pieces.push(next.text);
    end = next.end;
  }
  return { kind: 'literal', value: pieces.join(''), at: first.at, end, depth: 1 };
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
  if (token.text !== 'range')
    return refuseWith(
      cursor,
      new Fault(
        'template/not-allowed',
        `There is no function "${token.text}" to call; the only one is "range".`,
        token,
        'Use a filter: {{ value | name }}.',
      ),
    );
  const { args, end, depth } = parseArgs(cursor);
  return { kind: 'call', target: null, method: token.text, args, at: token.at, end, depth: depth + 1 };
}

function parseGroup(cursor: Cursor): Expr {
  const open = advance(cursor);
  if (isOperator(peek(cursor), ')'))
    return { kind: 'list', items: [], isTuple: true, at: open.at, end: advance(cursor).end, depth: 1 };
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
  let depth = 0;
  while (!isOperator(peek(cursor), close) && cursor.fault === undefined) {
    const item = cursor.expression(cursor);
    depth = Math.max(depth, item.depth);
    items.push(item);
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, close);
  return made(cursor, { kind: 'list', items, isTuple: close === ')', at: open.at, end, depth: 1 + depth });
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
