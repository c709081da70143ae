import { nearness } from './edit-distance.ts';

/** Longer words are pasted text rather than typing mistakes. */
const longestWord = 64;

/** No more names of one list are looked at: a file with thousands of names and thousands of mistakes must stay cheap. */
const mostNames = 500;

/**
 * The known name that a mistyped one most likely means, or undefined when none is near. Near is at most one edit per three
 * letters, a swap of neighbours counting as one; the first letter may be wrong, missing, doubled or swapped, but not all of
 * the beginning. Of equally near names the first counts, and only the first 500 names are looked at.
 */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const folded = word.toLowerCase();
  let best: string | undefined;
  let least = limit + 1;
  let seen = 0;
  for (const name of known) {
    seen += 1;
    if (seen > mostNames) break;
    // A nearer name than the best so far differs by fewer letters.
    if (Math.abs(name.length - word.length) >= least || !beginsAlike(folded, name)) continue;
    const distance = nearness(folded, name.toLowerCase(), least);
    if (distance >= least) continue;
    best = name;
    least = distance;
    if (distance === 0) break;
  }
  return best;
}

/** `Did you mean "x"?` as a hint, or undefined. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = suggest(word, known);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** Whether one of the first two letters is one of the first two of the other, which one edit at the beginning leaves true. */
function beginsAlike(folded: string, name: string): boolean {
  const [first, second] = [letterAt(name, 0), letterAt(name, 1)];
  const [own, next] = [letterAt(folded, 0), letterAt(folded, 1)];
  return own === first || next === second || next === first || own === second;
}

/** A letter in small, without making a text for it; -1 behind the end. */
function letterAt(text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : -1;
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
