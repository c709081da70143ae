import { type EditsTo, editsFrom, letterAt } from './edits-from.ts';

/** Longer words are pasted text rather than typing mistakes. */
const longestWord = 64;

/** A file with thousands of names and thousands of mistakes must stay cheap, so no more names are looked at, or compared. */
const most = { names: 500, compared: 16 } as const;

/**
 * The known name that a mistyped one most likely means, or undefined when none is near. Near is at most one edit per three
 * letters, a swap of neighbours counting as one; the first letter may be wrong, missing, doubled or swapped, but not all of
 * the beginning. A name with one edit is taken at once; of equally near names the first counts. Only the first 500 names are
 * looked at, of which 16 are compared letter by letter.
 */
export function suggest(word: string, ...lists: readonly Iterable<string>[]): string | undefined {
  if (word.length > longestWord) return undefined;
  const [first, second] = [letterAt(word, 0), letterAt(word, 1)];
  let edits: EditsTo | undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  let seen = 0;
  let compared = 0;
  for (const known of lists)
    for (const name of known) {
      seen += 1;
      if (seen > most.names || compared === most.compared) return best;
      // A nearer name than the best so far differs by fewer letters.
      if (Math.abs(name.length - word.length) >= least || !beginsAlike(first, second, name)) continue;
      compared += 1;
      edits ??= editsFrom(word);
      const distance = edits(name, least);
      if (distance >= least) continue;
      best = name;
      least = distance;
      if (distance <= 1) return best;
    }
  return best;
}

/** `Did you mean "x"?` as a hint, or undefined. */
export function didYouMean(word: string, ...lists: readonly Iterable<string>[]): string | undefined {
  const near = suggest(word, ...lists);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** Whether one of the first two letters is one of the first two of the name, which one edit at the beginning leaves true. */
function beginsAlike(first: number, second: number, name: string): boolean {
  const [own, next] = [letterAt(name, 0), letterAt(name, 1)];
  return own === first || next === second || next === first || own === second;
}
