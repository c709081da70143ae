import { error } from '../diagnostics/diagnostic.ts';
import type { Node } from '../source/tree.ts';
import { readSection } from './read-section.ts';
import { type Reading, wrong } from './reading.ts';
import { listOf, type Rule, type Shape, section, text } from './shape.ts';

const hasOne: Rule = (node, entries, reading) => {
  if (entries.has('from') || entries.has('to')) return;
  reading.problems.push(
    error('sanitize/missing-field', node.span, '"mount" has neither "from" nor "to".', { hint: 'Add "from: …".' }),
  );
};

const pair = section('mount', { from: text, to: text }, { rules: [hasOne] });

/** `"from:to"`, `"from"`, or one or both of `{from, to}`; kept as written (compiler.md 1.2). */
function readMount(node: Node, _field: string, reading: Reading): Node {
  if (node.kind === 'map') return readSection(node, pair, reading);
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrong(node, reading, '"from:to" for "mount"');
  if (node.value.includes('{{') || /^[^:]+(?::[^:]+)?$/.test(node.value)) return node;
  reading.problems.push(
    error('sanitize/wrong-type', node.span, `"${node.value}" stands where "from:to" was expected for "mount".`, {
      hint: 'Write one path, or two with ":" between.',
    }),
  );
  return node;
}

/** Folders of the client that the run sees. */
export const mount: Shape = listOf({
  kind: 'custom',
  name: 'mountEntry',
  read: readMount,
  schema: {
    anyOf: [
      { type: 'string', pattern: '^[^:]+(?::[^:]+)?$|\\{\\{' },
      {
        type: 'object',
        properties: { from: { type: 'string' }, to: { type: 'string' } },
        minProperties: 1,
        additionalProperties: false,
      },
    ],
  },
  says: '`from:to`, `from`, or `{from, to}`',
});
