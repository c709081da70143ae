/** What to do about what the `yaml` package finds, by the words of its messages; the first that fits counts. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'Use blanks instead of tabs.'],
  [/closing "quote/, 'Close the quote that was opened with ".'],
  [/closing 'quote/, "Close the quote that was opened with ', or write '' for one inside the text."],
  [/^Nested mappings are not allowed/, 'Put the text in quotes if the ":" belongs to it.'],
  [/^Implicit (?:map )?keys? need/, 'Look for a missing ":" with a blank behind it, or for a missing quote.'],
  [/end with a/, 'Close the bracket, or put the text in quotes if it belongs to it.'],
  [/indent|indicator|same column/, 'Let what belongs together begin in the same column.'],
];

/** The hint for a message of the package; `line` is what stands there. */
export function yamlHint(message: string, line: string): string | undefined {
  if (/\{\{|\{%/.test(line)) return 'Put the whole value that holds "{{ … }}" in quotes.';
  return hints.find(([words]) => words.test(message))?.[1];
}
