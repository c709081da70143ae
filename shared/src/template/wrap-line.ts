/**
 * Lines of at most `width` characters out of one line, as Python's `textwrap` cuts them: at blanks, and behind a dash between
 * letters when that is wanted. Blanks at a cut vanish. A word that is longer is broken, or stands alone. Lengths are in UTF-16
 * units, since counting characters again for each line would take quadratic time.
 */
export function wrapLine(
  line: string,
  width: number,
  breaksLongWords: boolean,
  breaksAtHyphens: boolean,
): readonly string[] {
  const chunks = chunksOf(line, breaksAtHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlankChunk(chunks.at(-1) ?? '')) chunks.pop();
    const current: string[] = [];
    let room = width;
    for (let next = chunks.at(-1); next !== undefined && next.length <= room; next = chunks.at(-1)) {
      current.push(next);
      room -= next.length;
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long !== undefined && long.length > width) takeLong(chunks, current, room, breaksLongWords, breaksAtHyphens);
    if (isBlankChunk(current.at(-1) ?? '')) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function isBlankChunk(chunk: string): boolean {
  return /^\s/.test(chunk);
}

/** Puts as much of a word that is longer than a line into the rest of this line as fits. */
function takeLong(
  chunks: string[],
  current: string[],
  room: number,
  breaksLongWords: boolean,
  breaksAtHyphens: boolean,
): void {
  const long = chunks.at(-1) ?? '';
  if (!breaksLongWords) {
    if (current.length > 0) return;
    chunks.pop();
    current.push(long);
    return;
  }
  const units = [...long.slice(0, 2 * room)];
  const dash = breaksAtHyphens && long.length > room ? units.slice(0, room).lastIndexOf('-') : -1;
  const isInside = dash > 0 && units.slice(0, dash).some((unit) => unit !== '-');
  const head = units.slice(0, isInside ? dash + 1 : Math.max(1, room)).join('');
  current.push(head);
  chunks[chunks.length - 1] = long.slice(head.length);
}

/** Words and the blanks between them, and the parts of words that a dash joins. */
function chunksOf(line: string, breaksAtHyphens: boolean): string[] {
  const words = line.split(/(\s+)/).filter((each) => each !== '');
  if (!breaksAtHyphens) return words;
  return words.flatMap((word) =>
    word.includes('-') ? word.split(/(?<=[^\W\d]{2}-|[^\W\d]-[\w!"'&.,?]-)(?=[^\W\d]-?[^\W\d])/) : [word],
  );
}
