import type { Value } from '../values/value.ts';

/**
 * Names that a template made itself, by `{% set %}` and loops. Each loop has its own on top of those around it: a chain, since
 * copying all names for every round would make the work grow with their number.
 */
export interface Locals {
  readonly own: Map<string, Value>;
  readonly outer: Locals | undefined;
}

/** Names inside a loop, or of the whole template. */
export function newLocals(outer?: Locals): Locals {
  return { own: new Map(), outer };
}

/** The innermost value of a name, or undefined when the template made no such name. */
export function readLocal(locals: Locals, name: string): Value | undefined {
  for (let each: Locals | undefined = locals; each !== undefined; each = each.outer) {
    const value = each.own.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** All names, innermost first. */
export function localNames(locals: Locals): readonly string[] {
  const names: string[] = [];
  for (let each: Locals | undefined = locals; each !== undefined; each = each.outer) names.push(...each.own.keys());
  return names;
}
