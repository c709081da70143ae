import { behindComment, behindLineEnd, type Cursor, skipSpaces, unit } from './cursor.ts';

/**
 * Goes over blank and comment lines to the next content and sets what the cursor knows about this gap. The cursor must be
 * at the begin of a line. Comments that are deeper than the collection at column `parent` belong to the node before them
 * when it is one that ends with its line (`extends`); `after` moves behind them, as the slow reader has it.
 *
 * Gives false for tabs and document markers, which the slow reader has to look at.
 */
export function nextContent(cursor: Cursor, parent: number, extend: boolean): boolean {
  const text = cursor.text;
  let at = cursor.at;
  let blanks = 0;
  let comments = false;
  let least = Number.POSITIVE_INFINITY;
  let greatest = -1;
  let lineStart = at;
  let found = 0;
  for (;;) {
    lineStart = at;
    found = text.charCodeAt(at);
    while (found === unit.space) {
      at += 1;
      found = text.charCodeAt(at);
    }
    if (found === unit.newline) {
      blanks += 1;
      at += 1;
    } else if (found === unit.hash) {
      const indent = at - lineStart;
      at = behindComment(text, at);
      comments = true;
      if (indent < least) least = indent;
      if (extend && greatest < 0 && indent > parent) cursor.after = at;
      else if (indent > greatest) greatest = indent;
    } else if (found === unit.return && text.charCodeAt(at + 1) === unit.newline) {
      blanks += 1;
      at += 2;
    } else break;
  }
  cursor.at = at;
  cursor.lineStart = lineStart;
  cursor.blanks = blanks;
  cursor.comments = comments;
  cursor.leastComment = least;
  cursor.greatestComment = greatest;
  if (at >= text.length) {
    cursor.indent = -1;
    return true;
  }
  cursor.indent = at - lineStart;
  if (found < unit.space) return false;
  return cursor.indent > 0 || !isMarker(text, at);
}

/** Whether `---` or `...` is at an offset. */
export function isMarker(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (first !== unit.dash && first !== unit.dot) return false;
  return text.charCodeAt(at + 1) === first && text.charCodeAt(at + 2) === first;
}

/** Goes over the rest of a line behind a node: blanks, perhaps a comment, the line break. False when something else is there. */
export function finishLine(cursor: Cursor): boolean {
  skipSpaces(cursor);
  const text = cursor.text;
  const at = cursor.at;
  if (text.charCodeAt(at) === unit.hash) {
    if (text.charCodeAt(at - 1) !== unit.space) return false;
    cursor.at = behindComment(text, at);
    return true;
  }
  const behind = behindLineEnd(text, at);
  cursor.at = behind;
  return behind >= 0;
}

/**
 * Where a block collection at a column ends, read when the cursor is at the content behind it. Comment lines at its column
 * or deeper that belong to no node stay in it, so that they move the end of what is around it (`after`), but not its own.
 */
export function closeCollection(cursor: Cursor, column: number): number {
  const end = cursor.after;
  if (column > 0 && cursor.greatestComment >= column) {
    cursor.after = cursor.at;
    cursor.greatestComment = -1;
  }
  return end;
}
