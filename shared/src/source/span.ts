/** One text that a user gave us: a file, an option, or the body of a request. */
export interface SourceFile {
  /** What the user calls it: a path as typed, `-P lr`, or `request`. */
  readonly name: string;
  readonly text: string;
}

/** A piece of a source text, in UTF-16 offsets; `end` is behind the last unit. Line and column are derived (see `placeOf`). */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A span as people and editors write it. Line and column count from 1; `length` is in UTF-16 units on the first line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

const lineStarts = new WeakMap<SourceFile, readonly number[]>();

/** Where each line begins. Computed once per text, since most texts never have a problem to report. */
function startsOf(source: SourceFile): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** Turns offsets into line, column and length. */
export function placeOf(span: Span): Place {
  const starts = startsOf(span.source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= span.start) low = middle;
    else high = middle - 1;
  }
  const lineStart = starts[low] ?? 0;
  const lineEnd = starts[low + 1] === undefined ? span.source.text.length : (starts[low + 1] ?? 0) - 1;
  const length = Math.max(1, Math.min(span.end, lineEnd) - span.start);
  return { file: span.source.name, line: low + 1, column: span.start - lineStart + 1, length };
}

/** The text of the line that a place is on, without its line break; empty when there is no such line. */
export function lineText(source: SourceFile, line: number): string {
  const starts = startsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const end = starts[line] === undefined ? source.text.length : (starts[line] ?? 0) - 1;
  return source.text.slice(start, end).replace(/\r$/, '');
}
