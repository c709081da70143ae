import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { secretLike } from '../wire/secret-like.ts';

/** Literals of an operation that look like secrets, each at its place; the text itself is never repeated (trust.md 2.3). */
export function findSecrets(operation: MapNode, mode: 'warn' | 'refuse'): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  walk(operation, undefined, (node, name) => {
    const found = secretLike(String(node.value), name);
    if (found === undefined) return;
    const message = `This looks like a secret (${found.family}, ${found.length} characters); it would be stored with the run.`;
    const extras = { hint: 'Keep it in the cluster and ask for it as a connection.' };
    problems.push(
      mode === 'warn'
        ? warning('seal/secret-like-value', node.span, message, extras)
        : error('seal/secret-like-value', node.span, message, extras),
    );
  });
  return problems;
}

function walk(
  node: Node,
  name: string | undefined,
  visit: (node: Extract<Node, { kind: 'scalar' }>, name: string | undefined) => void,
): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string' && node.value.length >= 12) visit(node, name);
  } else if (node.kind === 'list') {
    for (const item of node.items) walk(item, name, visit);
  } else {
    // A variable of a container and an input carry their name beside the value.
    const own = member(node, 'name');
    const named = own?.kind === 'scalar' && typeof own.value === 'string' ? own.value : undefined;
    for (const entry of node.entries) walk(entry.value, entry.key === 'value' ? (named ?? name) : entry.key, visit);
  }
}
