import type { Args, Expr, Filter, Part, Target, Test } from './ast.ts';
import type { Offsets } from './fault.ts';

/** One mention of a context name: `params.lr.value` is the path [params, lr, value]. Loop variables and set names are not mentioned. */
export interface NameUse extends Offsets {
  /** As far as it is known without evaluating: `a[b].c` has the path [a]. */
  readonly path: readonly string[];
  /** True when `default` or `is defined` answers for a missing name. */
  readonly guarded: boolean;
}

/** The names that a template takes from its context, in the order of the text, and the filters and tests that it asks for. */
export function usesOfParts(parts: readonly Part[]): Pick<Walk, 'uses' | 'filters'> {
  const walk: Walk = { uses: [], filters: [], locals: new Set(), outer: undefined };
  walkParts(walk, parts);
  return { uses: walk.uses, filters: walk.filters };
}

/** The names that one part mentions, as if nothing was set before it. */
export function usesOfPart(part: Part): readonly NameUse[] {
  const walk: Walk = { uses: [], filters: [], locals: new Set(), outer: undefined };
  walkPart(walk, part);
  return walk.uses;
}

/** A loop's names are a scope of their own, so that no names are copied. */
interface Walk {
  readonly uses: NameUse[];
  readonly filters: (Filter | Test)[];
  readonly locals: Set<string>;
  readonly outer: Walk | undefined;
}

function isLocal(walk: Walk, name: string): boolean {
  for (let each: Walk | undefined = walk; each !== undefined; each = each.outer) if (each.locals.has(name)) return true;
  return false;
}

function addTarget(locals: Set<string>, target: Target): void {
  if (typeof target === 'string') locals.add(target);
  else for (const each of target) addTarget(locals, each);
}

function walkParts(walk: Walk, parts: readonly Part[]): void {
  for (const part of parts) walkPart(walk, part);
}

function walkPart(walk: Walk, part: Part): void {
  switch (part.kind) {
    case 'text':
      return;
    case 'output':
      walkExpr(walk, part.expr, false);
      return;
    case 'set':
      if ('kind' in part.value) walkExpr(walk, part.value, false);
      else walkParts(inside(walk), part.value);
      addTarget(walk.locals, part.target);
      return;
    case 'if':
      for (const branch of part.branches) {
        walkExpr(walk, branch.test, false);
        walkParts(walk, branch.body);
      }
      walkParts(walk, part.otherwise);
      return;
    case 'for': {
      walkExpr(walk, part.over, false);
      const inner = inside(walk);
      addTarget(inner.locals, part.target);
      if (part.only !== null) walkExpr(inner, part.only, false);
      inner.locals.add('loop');
      walkParts(inner, part.body);
      walkParts(inside(walk), part.otherwise);
    }
  }
}

function inside(walk: Walk): Walk {
  return { uses: walk.uses, filters: walk.filters, locals: new Set(), outer: walk };
}

function walkExpr(walk: Walk, expr: Expr, guarded: boolean): void {
  switch (expr.kind) {
    case 'literal':
      return;
    case 'name':
    case 'attribute':
    case 'index':
      walkPath(walk, expr, guarded);
      return;
    case 'list':
      for (const item of expr.items) walkExpr(walk, item, false);
      return;
    case 'dict':
      for (const [key, value] of expr.pairs) {
        walkExpr(walk, key, false);
        walkExpr(walk, value, false);
      }
      return;
    case 'slice':
      walkExpr(walk, expr.target, false);
      for (const bound of [expr.start, expr.stop, expr.step]) if (bound !== null) walkExpr(walk, bound, false);
      return;
    case 'call':
      if (expr.target !== null) walkExpr(walk, expr.target, false);
      walkArgs(walk, expr.args);
      return;
    case 'filter':
      walk.filters.push(expr);
      walkExpr(walk, expr.target, expr.name === 'default' || expr.name === 'd');
      walkArgs(walk, expr.args);
      return;
    case 'test':
      walk.filters.push(expr);
      walkExpr(walk, expr.target, expr.name === 'defined' || expr.name === 'undefined');
      walkArgs(walk, expr.args);
      return;
    case 'unary':
      walkExpr(walk, expr.operand, false);
      return;
    case 'binary':
    case 'logic':
      walkExpr(walk, expr.left, false);
      walkExpr(walk, expr.right, false);
      return;
    case 'compare':
      walkExpr(walk, expr.first, false);
      for (const [, right] of expr.rest) walkExpr(walk, right, false);
      return;
    case 'conditional':
      walkExpr(walk, expr.test, false);
      walkExpr(walk, expr.whenTrue, false);
      if (expr.otherwise !== null) walkExpr(walk, expr.otherwise, false);
  }
}

function walkArgs(walk: Walk, args: Args): void {
  for (const each of args.positional) walkExpr(walk, each, false);
  for (const each of args.named.values()) walkExpr(walk, each, false);
}

/** Follows attributes and constant text keys down to the name; a computed key ends the path and is walked on its own. */
function walkPath(walk: Walk, expr: Expr, guarded: boolean): void {
  const steps: (string | null)[] = [];
  let end = expr.end;
  let current = expr;
  while (current.kind === 'attribute' || current.kind === 'index') {
    const isStatic =
      current.kind === 'attribute' || (current.key.kind === 'literal' && typeof current.key.value === 'string');
    if (current.kind === 'attribute') steps.push(current.name);
    else if (current.key.kind === 'literal' && typeof current.key.value === 'string') steps.push(current.key.value);
    else {
      steps.push(null);
      walkExpr(walk, current.key, false);
    }
    if (!isStatic) end = current.target.end;
    current = current.target;
  }
  if (current.kind !== 'name') {
    walkExpr(walk, current, false);
    return;
  }
  if (isLocal(walk, current.name)) return;
  steps.reverse();
  const computed = steps.indexOf(null);
  const known = steps.slice(0, computed < 0 ? steps.length : computed).filter((step) => step !== null);
  walk.uses.push({ path: [current.name, ...known], guarded, at: current.at, end });
}
