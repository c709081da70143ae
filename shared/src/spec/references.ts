import { type Shape, text } from './shape.ts';

/** What the layer below stands behind; at most one of them, and none beside a `component` (compiler.md 2.3). */
export const references = { hubRef: text, pathRef: text, urlRef: text, dagRef: text } satisfies Record<string, Shape>;

/** A component of the registry: `[owner/]name[:version]` (decisions.md 30). */
export const hubRef: Shape = {
  kind: 'text',
  pattern: /^(?:[-\w.]+\/)?[-\w.]+(?::[-\w.]+)?$/,
  says: '"name", "name:version" or "owner/name:version"',
};
