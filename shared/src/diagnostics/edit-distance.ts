/**
 * Number of edits between two words, a swap of neighbours counting as one (Damerau-Levenshtein, without edits inside of a
 * swap); or `limit` when there are at least that many. Only the band of cells that can be below the limit is worked out, so
 * the work is the length times the limit.
 */
export function nearness(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let before: Row = [];
  let above: Row = Array.from({ length: to.length + 1 }, (_, column) => Math.min(column, limit));
  for (let row = 1; row <= from.length; row += 1) {
    const first = Math.max(1, row - limit);
    const last = Math.min(to.length, row + limit);
    const current: number[] = [];
    current[first - 1] = first === 1 ? Math.min(row, limit) : limit;
    let least = limit;
    for (let column = first; column <= last; column += 1) {
      const isSame = from.charCodeAt(row - 1) === to.charCodeAt(column - 1);
      const edits = Math.min(
        limit,
        (above[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (above[column - 1] ?? limit) + (isSame ? 0 : 1),
        isSwap(from, row, to, column) ? (before[column - 2] ?? limit) + 1 : limit,
      );
      current[column] = edits;
      if (edits < least) least = edits;
    }
    // Edits never become fewer further down.
    if (least >= limit && (first > 1 || row >= limit)) return limit;
    before = above;
    above = current;
  }
  return above[to.length] ?? limit;
}

type Row = readonly number[];

function isSwap(from: string, row: number, to: string, column: number): boolean {
  return (
    row > 1 &&
    column > 1 &&
    from.charCodeAt(row - 1) === to.charCodeAt(column - 2) &&
    from.charCodeAt(row - 2) === to.charCodeAt(column - 1)
  );
}
