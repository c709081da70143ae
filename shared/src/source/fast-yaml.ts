import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readBlockNode } from './fast-yaml/block.ts';
import { cursorOf, unit } from './fast-yaml/cursor.ts';
import { finishLine, isMarker, nextContent } from './fast-yaml/gap.ts';
import { type SourceLimits, sourceLimits } from './limits.ts';
import type { SourceFile } from './span.ts';
import type { Node } from './tree.ts';

/** How near to the limit of depth the fast reader goes; what is nearer is left to the slow reader. */
const depthMargin = 3;

/**
 * Reads the common part of YAML in one pass, with the tree and the warnings that the `yaml` package leads to, offset for
 * offset. Gives undefined for everything else: other constructs (anchors, tags, several documents …), every error, and
 * whatever is in doubt.
 */
export function readFastYaml(
  file: SourceFile,
  limits: SourceLimits = sourceLimits,
): { readonly node: Node; readonly diagnostics: readonly Diagnostic[] } | undefined {
  const cursor = cursorOf(file, limits.depth - depthMargin);
  if (!nextContent(cursor, -1, false)) {
    // A document marker may stand before the content, alone on its line.
    if (cursor.indent !== 0 || !isMarker(file.text, cursor.at) || file.text.charCodeAt(cursor.at) !== unit.dash)
      return undefined;
    cursor.at += 3;
    if (!finishLine(cursor) || !nextContent(cursor, -1, false)) return undefined;
  }
  if (cursor.indent !== 0) return undefined;
  const node = readBlockNode(cursor, -1, 0);
  if (node === undefined || node.kind === 'scalar' || cursor.at < file.text.length) return undefined;
  return { node, diagnostics: cursor.diagnostics };
}
