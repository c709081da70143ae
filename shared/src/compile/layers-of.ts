import type { MapNode } from '../source/tree.ts';
import type { Stack } from './drafts.ts';

/** What a layer is: the operation, a component below it, a further file, or a stored preset; `param` is a param of the submission. */
export type LayerRole = 'component' | 'operation' | 'file' | 'preset' | 'param';

/** A layer with what it is; its place is that of its fields. */
export interface NamedLayer {
  readonly role: LayerRole;
  readonly fields: MapNode;
}

/** The layers of a stack in the order in which they are put together: the innermost first (compiler.md 2.4). */
export function layersOf(stack: Stack): readonly NamedLayer[] {
  const components: NamedLayer[] = [];
  for (let inner = stack.inner; inner !== null; inner = inner.inner)
    components.push({ role: 'component', fields: inner.own.fields });
  return [
    ...components.reverse(),
    { role: 'operation', fields: stack.own.fields },
    ...stack.files.map(({ fields }): NamedLayer => ({ role: 'file', fields })),
    ...stack.presets.map(({ fields }): NamedLayer => ({ role: 'preset', fields })),
  ];
}
