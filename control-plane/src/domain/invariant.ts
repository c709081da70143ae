/** Throws when something that we believe is not so. That is a bug of ours, never a mistake of a user (style-anchors B.5). */
export function invariant(condition: boolean, belief: string): asserts condition {
  if (!condition) throw new Error(`bug: we believed that ${belief}`);
}

/** For the end of a switch over a union: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`bug: no case for ${JSON.stringify(value)}`);
}
