/**
 * The words of a text with commas: `a, b`. A comma inside of a placeholder parts nothing, and a text with blocks is one word,
 * since only its result shows where words end.
 */
export function wordsIn(text: string): readonly string[] {
  const parts = text.includes('{%') ? [text] : (text.match(/(?:\{\{.*?\}\}|[^,])+/gs) ?? []);
  const words = parts.map((each) => each.trim()).filter((each) => each !== '');
  return words.every(isClosed) ? words : [text];
}

/** A mapping in a placeholder may end with the same braces as the placeholder itself. */
function isClosed(word: string): boolean {
  return word.split('{{').length === word.split('}}').length;
}
