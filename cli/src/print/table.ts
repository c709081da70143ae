import type { Streams } from './output.ts';

const gap = '  ';
const shortest = 6;

/**
 * A table that fits the terminal: wide columns give way, but never a column that is `whole`, since an id that is cut is
 * of no use. Where the output is no terminal nothing is cut.
 */
export function printTable(
  columns: readonly { readonly title: string; readonly whole: boolean }[],
  rows: readonly (readonly string[])[],
  streams: Pick<Streams, 'width' | 'paint'>,
): string {
  const wanted = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  );
  const widths = fit(columns, wanted, streams.width);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join(gap)
      .trimEnd();
  const title = streams.paint.dim(line(columns.map((column) => column.title)));
  return [title, ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function fit(
  columns: readonly { readonly whole: boolean }[],
  wanted: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1) - width;
  while (over > 0) {
    // The widest column that may be cut gives way first, down to what the next one has.
    const widest = widths.reduce(
      (best, each, index) => (columns[index]?.whole !== true && each > (widths[best] ?? 0) ? index : best),
      columns.findIndex((column) => !column.whole),
    );
    if (widest < 0 || (widths[widest] ?? 0) <= shortest) break;
    const cut = Math.min(over, (widths[widest] ?? 0) - shortest, 8);
    widths[widest] = (widths[widest] ?? 0) - cut;
    over -= cut;
  }
  return widths;
}

/** Length without the marks for colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark of a colour begins with one.
const visibleLength = (text: string): number => text.replace(/\u001b\[\d+m/g, '').length;

function pad(text: string, width: number): string {
  const length = visibleLength(text);
  if (length <= width) return text + ' '.repeat(width - length);
  return length === text.length ? `${text.slice(0, width - 1)}…` : text;
}
