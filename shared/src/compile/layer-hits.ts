import type { Node } from '../source/tree.ts';
import { shortcuts } from '../spec/layer.ts';
import { type Finder, find } from './field-path.ts';
import type { LayerRole, NamedLayer } from './layers-of.ts';

/** A place where a layer says something about a field. */
export interface Hit {
  readonly role: LayerRole;
  readonly node: Node;
}

/** Where a layer says something about a field, in the order in which it counts: its run, its shortcuts, its runPatch (compiler.md 1.8). */
export function hitsIn(layer: NamedLayer, finders: readonly Finder[]): readonly Hit[] {
  const [first, ...inRun] = finders;
  const ways =
    first === 'run' && inRun.length > 0 ? [finders, ...shortcutsOf(inRun), ['runPatch', ...inRun]] : [finders];
  return ways.flatMap((way): readonly Hit[] => {
    const node = find(layer.fields, way);
    return node === undefined ? [] : [{ role: layer.role, node }];
  });
}

/** How shortcuts say the same as a field of the run; `cmd`, `env` and `resources` have a form of their own. */
function shortcutsOf(inRun: readonly Finder[]): readonly (readonly Finder[])[] {
  const [section, field, ...inField] = inRun;
  if (typeof section !== 'string' || !Object.hasOwn(shortcuts, section)) return [];
  if (section !== 'container') return [inRun];
  switch (field) {
    case 'command':
    case 'args':
      return [inRun, ['cmd']];
    case 'env':
      return [inRun, ['env', ...inField.slice(0, 1)]];
    case 'resources':
      // `gpu: 1` becomes a limit under another name, so only the section as a whole is the same.
      return [inRun, ['resources']];
    default:
      return [inRun];
  }
}
