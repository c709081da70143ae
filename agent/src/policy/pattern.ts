/** Whether a text fits a pattern, in which `*` stands for any text. No regular expression: time grows with the text alone. */
export type Matcher = (text: string) => boolean;

/** Prepared once for each policy. */
export function matcherOf(pattern: string): Matcher {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return (text) => text === pattern;
  const last = rest.pop() ?? '';
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    // The leftmost place of each part leaves the most for the others.
    let at = first.length;
    const end = text.length - last.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** Whether one of several fits. */
export function anyOf(patterns: readonly string[]): Matcher {
  const matchers = patterns.map(matcherOf);
  return (text) => matchers.some((matches) => matches(text));
}
