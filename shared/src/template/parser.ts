import type { BinaryOperator, Comparison, Expr } from './ast.ts';
import { across, advance, type Cursor, cursorOver, isOperator, isWord, made, nested, peek } from './cursor.ts';
import { parseFilters, parsePostfix } from './postfix.ts';
import { parsePrimary } from './primary.ts';
import type { Token } from './tokens.ts';

/** A cursor at the first token of a placeholder. */
export function cursorOf(tokens: readonly Token[]): Cursor {
  return cursorOver(tokens, parseExpression);
}

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
      expr = made(cursor, {
        kind: 'conditional',
        test,
        whenTrue: expr,
        otherwise,
        ...across(expr, otherwise ?? test),
        depth: 1 + Math.max(expr.depth, test.depth, otherwise?.depth ?? 0),
      });
    }
    return expr;
  });
}

/**
 * Parses an expression, or several with commas between, which are a tuple. A loop's sequence has no inline if of its own,
 * since the `if` behind it filters the loop.
 */
export function parseTuple(cursor: Cursor, mayHaveIf: boolean): Expr {
  const parse = mayHaveIf ? parseExpression : parseOr;
  const first = parse(cursor);
  if (!isOperator(peek(cursor), ',')) return first;
  const items = [first];
  while (isOperator(peek(cursor), ',') && cursor.fault === undefined) {
    advance(cursor);
    const next = peek(cursor);
    if (next.kind === 'end' || isWord(next, 'if')) break;
    items.push(parse(cursor));
  }
  const depth = 1 + items.reduce((most, each) => Math.max(most, each.depth), 0);
  return made(cursor, { kind: 'list', items, isTuple: true, ...across(first, items.at(-1) ?? first), depth });
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
  return made(cursor, {
    kind: 'logic',
    operator,
    left,
    right,
    ...across(left, right),
    depth: 1 + Math.max(left.depth, right.depth),
  });
}

function parseNot(cursor: Cursor): Expr {
  if (!isWord(peek(cursor), 'not')) return parseCompare(cursor);
  const token = advance(cursor);
  const operand = nested(cursor, () => parseNot(cursor));
  return made(cursor, {
    kind: 'unary',
    operator: 'not',
    operand,
    at: token.at,
    end: operand.end,
    depth: operand.depth + 1,
  });
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
  return last === undefined
    ? first
    : made(cursor, { kind: 'compare', first, rest, ...across(first, last), depth: depth + 1 });
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
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      advance(cursor);
      return token.text;
    default:
      return undefined;
  }
}

/** Operators with two sides and how strongly they bind; all of them from left to right, `**` too. */
const strengths: ReadonlyMap<string, readonly [BinaryOperator, number]> = new Map([
  ['+', ['+', 0]],
  ['-', ['-', 0]],
  ['~', ['~', 1]],
  ['*', ['*', 2]],
  ['/', ['/', 2]],
  ['//', ['//', 2]],
  ['%', ['%', 2]],
  ['**', ['**', 3]],
]);

/** Parses operators that bind at least as strongly as `least`. */
function parseSum(cursor: Cursor, least = 0): Expr {
  let left = parseUnary(cursor);
  for (;;) {
    const token = peek(cursor);
    const found = token.kind === 'operator' ? strengths.get(token.text) : undefined;
    if (found === undefined || found[1] < least) return left;
    const [operator, strength] = found;
    advance(cursor);
    const right = parseSum(cursor, strength + 1);
    left = made(cursor, {
      kind: 'binary',
      operator,
      left,
      right,
      ...across(left, right),
      depth: 1 + Math.max(left.depth, right.depth),
    });
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
  return made(cursor, {
    kind: 'unary',
    operator: token.text === '-' ? '-' : '+',
    operand,
    at: token.at,
    end: operand.end,
    depth: operand.depth + 1,
  });
}
