import type { Args, Expr } from './ast.ts';
import { advance, type Cursor, expectOperator, isOperator, peek, refuse } from './cursor.ts';

/** The arguments of a call, filter or test that has none. */
export const noArgs: Args = { positional: [], named: new Map() };

/** Arguments in brackets; the cursor stands at the opening one. */
export function parseArgs(cursor: Cursor): { readonly args: Args; readonly end: number; readonly depth: number } {
  advance(cursor);
  const positional: Expr[] = [];
  const named = new Map<string, Expr>();
  let depth = 0;
  while (!isOperator(peek(cursor), ')') && cursor.fault === undefined) {
    const first = peek(cursor);
    if (isOperator(first, '*', '**')) refuse(cursor, 'Arguments are given one by one, not from a list.', first);
    const isNamed = first.kind === 'name' && isOperator(peek(cursor, 1), '=');
    if (isNamed) {
      advance(cursor);
      advance(cursor);
    }
    const value = cursor.expression(cursor);
    depth = Math.max(depth, value.depth);
    if (isNamed && named.has(first.text)) refuse(cursor, `The argument "${first.text}" is given twice.`, first);
    else if (isNamed) named.set(first.text, value);
    else if (named.size > 0) refuse(cursor, 'An argument without a name stands behind one with a name.', value);
    else positional.push(value);
    if (isOperator(peek(cursor), ',')) advance(cursor);
    else break;
  }
  const end = peek(cursor).end;
  expectOperator(cursor, ')');
  return { args: { positional, named }, end, depth };
}
