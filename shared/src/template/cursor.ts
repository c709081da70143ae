import type { Expr } from './ast.ts';
import { Fault, type Hint, type Offsets } from './fault.ts';
import type { Token } from './tokens.ts';

/** Height of an expression's tree: enough for a sum of hundreds of terms, and safe for recursion. */
const maxDepth = 400;
/** Brackets, filters and operators inside each other while parsing; each takes a dozen calls. */
const maxNesting = 60;

/** Where a parser stands in the tokens of one placeholder. After the first fault it stands at the end, so every loop stops. */
export interface Cursor {
  readonly tokens: readonly Token[];
  /** The whole grammar, for what stands inside brackets. */
  readonly expression: (cursor: Cursor) => Expr;
  at: number;
  nesting: number;
  fault: Fault | undefined;
}

/** A cursor at the first token; `expression` is the grammar. */
export function cursorOver(tokens: readonly Token[], expression: Cursor['expression']): Cursor {
  return { tokens, expression, at: 0, nesting: 0, fault: undefined };
}

const nowhere: Token = { kind: 'end', text: '', at: 0, end: 0 };

/** The token at the cursor, or some tokens ahead. */
export function peek(cursor: Cursor, ahead = 0): Token {
  return cursor.tokens[cursor.at + ahead] ?? cursor.tokens[cursor.tokens.length - 1] ?? nowhere;
}

/** Takes the token at the cursor; the end stays. */
export function advance(cursor: Cursor): Token {
  const token = peek(cursor);
  if (cursor.at < cursor.tokens.length - 1) cursor.at += 1;
  return token;
}

/** Records the first fault and moves to the end. Gives an expression so that callers need not look. */
export function refuse(cursor: Cursor, message: string, place: Offsets, hint?: Hint): Expr {
  cursor.fault ??= new Fault('template/syntax', message, place, hint);
  return giveUp(cursor, place);
}

/** Records the first fault, whatever it is, and moves to the end. */
export function refuseWith(cursor: Cursor, fault: Fault): Expr {
  cursor.fault ??= fault;
  return giveUp(cursor, fault);
}

function giveUp(cursor: Cursor, place: Offsets): Expr {
  cursor.at = cursor.tokens.length - 1;
  return { kind: 'literal', value: null, depth: 0, at: place.at, end: place.end };
}

/** Whether a token is this operator, or the other one. */
export function isOperator(token: Token, text: string, other?: string): boolean {
  return token.kind === 'operator' && (token.text === text || token.text === other);
}

/** Whether a token is this word. */
export function isWord(token: Token, text: string): boolean {
  return token.kind === 'name' && token.text === text;
}

/** Takes an operator that must stand here. */
export function expectOperator(cursor: Cursor, text: string): void {
  const token = peek(cursor);
  if (isOperator(token, text)) advance(cursor);
  else refuse(cursor, `${describe(token)} stands where "${text}" was expected.`, token);
}

/** A token as messages name it. */
export function describe(token: Token): string {
  return token.kind === 'end' ? 'The end of the placeholder' : token.kind === 'string' ? 'A text' : `"${token.text}"`;
}

/** Counts how deep parsing is, and refuses what would take too many calls. */
export function nested(cursor: Cursor, parse: () => Expr): Expr {
  cursor.nesting += 1;
  const expr =
    cursor.nesting > maxNesting
      ? refuse(
          cursor,
          `The expression is nested more than ${maxNesting} deep.`,
          peek(cursor),
          'Split it with "{% set %}" or a param of its own.',
        )
      : parse();
  cursor.nesting -= 1;
  return expr;
}

/** Accepts an expression whose tree is not too high for the evaluator. */
export function made(cursor: Cursor, expr: Expr): Expr {
  return expr.depth > maxDepth
    ? refuse(
        cursor,
        `The expression has more than ${maxDepth} steps in one chain.`,
        { at: expr.at, end: expr.end },
        'Split it with "{% set %}" or a param of its own.',
      )
    : expr;
}

/** The place from the first to the last of two pieces. */
export function across(first: Offsets, last: Offsets): Offsets {
  return { at: first.at, end: last.end };
}
