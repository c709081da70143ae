/**
 * The words of a text with commas: `a, b`. A comma inside of a placeholder parts nothing, and a text with blocks is one word,
 * since only its result shows where words end. Each character is looked at a fixed number of times: the text is anybody's.
 */
export function wordsIn(text: string): readonly string[] {
  if (!text.includes('{{') && !text.includes('{%')) return trimmed(text.split(','));
  if (text.includes('{%')) return [text];
  const parts: string[] = [];
  let from = 0;
  let opened = text.indexOf('{{');
  for (let comma = text.indexOf(','); comma >= 0; ) {
    if (opened >= 0 && opened < comma) {
      const closed = text.indexOf('}}', opened + 2);
      if (closed < 0) break;
      opened = text.indexOf('{{', closed + 2);
      if (comma < closed) comma = text.indexOf(',', closed + 2);
      continue;
    }
    parts.push(text.slice(from, comma));
    from = comma + 1;
    comma = text.indexOf(',', from);
  }
  const words = trimmed([...parts, text.slice(from)]);
  return words.every(isClosed) ? words : [text];
}

const trimmed = (parts: readonly string[]): readonly string[] =>
  parts.map((each) => each.trim()).filter((each) => each !== '');

/** A mapping in a placeholder may end with the same braces as the placeholder itself. */
function isClosed(word: string): boolean {
  return word.split('{{').length === word.split('}}').length;
}
