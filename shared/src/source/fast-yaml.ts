import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readBlockNode } from './fast-yaml/block.ts';
import { type Cursor, cursorOf, isEmptyAt, unit } from './fast-yaml/cursor.ts';
import { finishLine, isMarker, nextContent } from './fast-yaml/gap.ts';
import { type SourceLimits, sourceLimits } from './limits.ts';
import type { SourceFile } from './span.ts';
import type { Node } from './tree.ts';

/** A tree with its warnings, or the place at which the fast reader gave up. */
export type FastReading =
  | { readonly node: Node; readonly diagnostics: readonly Diagnostic[] }
  | { readonly node: undefined; readonly stoppedAt: number };

/**
 * Reads the common part of YAML in one pass, with the tree and the warnings that the `yaml` package leads to, offset for
 * offset. Gives up at everything else: other constructs (tags, several documents …), every error, and whatever is in doubt.
 */
export function readFastYaml(file: SourceFile, limits: SourceLimits = sourceLimits): FastReading {
  const cursor = cursorOf(file, limits);
  const node = readRoot(cursor);
  return node === undefined ? { node, stoppedAt: cursor.at } : { node, diagnostics: cursor.diagnostics };
}

function readRoot(cursor: Cursor): Node | undefined {
  const text = cursor.text;
  const marked = text.charCodeAt(0) === byteOrderMark;
  if (marked) cursor.at = 1;
  if (!nextContent(cursor, -1, false)) {
    // A document marker may stand before the content, alone on its line.
    if (cursor.indent !== 0 || !isMarker(text, cursor.at) || text.charCodeAt(cursor.at) !== unit.dash) return undefined;
    cursor.at += 3;
    if (!finishLine(cursor) || !nextContent(cursor, -1, false)) return undefined;
  }
  if (cursor.indent !== 0) return undefined;
  // Behind a byte order mark the package sees the columns of a list in another way.
  if (marked && cursor.at === 1 && text.charCodeAt(1) === unit.dash && isEmptyAt(cursor, 2)) return undefined;
  const node = readBlockNode(cursor, -1, 0);
  return node === undefined || node.kind === 'scalar' || cursor.at < text.length ? undefined : node;
}

const byteOrderMark = 0xfeff;
