/**
 * Number of edits between two words, a swap of neighbours counting as one (Damerau-Levenshtein, without edits inside of a
 * swap); or `limit` when there are at least that many. What both begin and end with is left out, and of the rest only the
 * band of cells is worked out that can be below the limit.
 */
export function nearness(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && from.charCodeAt(begin) === to.charCodeAt(begin)) begin += 1;
  let end = 0;
  while (end < shorter - begin && from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end))
    end += 1;
  return edits(from.slice(begin, from.length - end), to.slice(begin, to.length - end), limit);
}

function edits(from: string, to: string, limit: number): number {
  if (from.length === 0 || to.length === 0) return Math.min(limit, Math.max(from.length, to.length));
  // Three rows take turns, since making one for every letter is most of the work.
  let [before, above, current] = [row(to.length, limit), row(to.length, limit), row(to.length, limit)];
  for (let column = 0; column < limit && column <= to.length; column += 1) above[column] = column;
  for (let at = 1; at <= from.length; at += 1) {
    const first = Math.max(1, at - limit);
    const last = Math.min(to.length, at + limit);
    let least = first === 1 ? Math.min(at, limit) : limit;
    // The cells beside the band still have the numbers of three rows ago.
    current[first - 1] = least;
    if (last < to.length) current[last + 1] = limit;
    for (let column = first; column <= last; column += 1) {
      const isSame = from.charCodeAt(at - 1) === to.charCodeAt(column - 1);
      const cell = Math.min(
        limit,
        (above[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (above[column - 1] ?? limit) + (isSame ? 0 : 1),
        isSwap(from, at, to, column) ? (before[column - 2] ?? limit) + 1 : limit,
      );
      current[column] = cell;
      if (cell < least) least = cell;
    }
    // Further down no way has fewer edits than the best one has here.
    if (least >= limit) return limit;
    [before, above, current] = [above, current, before];
  }
  return above[to.length] ?? limit;
}

function row(length: number, limit: number): number[] {
  return new Array<number>(length + 1).fill(limit);
}

function isSwap(from: string, at: number, to: string, column: number): boolean {
  return (
    at > 1 &&
    column > 1 &&
    from.charCodeAt(at - 1) === to.charCodeAt(column - 2) &&
    from.charCodeAt(at - 2) === to.charCodeAt(column - 1)
  );
}
