import type { Violation } from './check.ts';

/** Reports are cut at 4 KiB (trust.md 2.2); the beginning says how many violations there are. */
const longest = 3500;

/**
 * What whoever submitted the run is told: every violation with its path, as many as fit. It holds texts of the user's file, so
 * it is to be cleaned like every text that goes up.
 */
export function denialText(violations: readonly Violation[]): string {
  const lines = violations.map(({ kind, path, message }) => `${path === '' ? kind : path}: ${message}`);
  let text = 'The policy of the cluster does not allow the run.';
  for (const [index, line] of lines.entries()) {
    if (text.length + line.length > longest) return `${text}\n… and ${lines.length - index} more`;
    text += `\n${line}`;
  }
  return text;
}
