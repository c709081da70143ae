import { RE2JS } from 're2js';
import { memoize } from './memo.ts';

/** A pattern that can be asked in linear time. */
interface Pattern {
  readonly matches: (text: string) => boolean;
  /** Steps of its machine: a match takes at most so many for each character. */
  readonly steps: number;
}

/** Longest pattern, in characters, and the most steps that its machine may have: `{…}` makes many out of few characters. */
const limits = { characters: 1000, steps: 2000 } as const;

/** What one validation may spend on patterns, in steps times characters; this takes about 50 ms (measured 2026-11-25). */
const most = 1 << 24;

/**
 * Why a pattern of `validation.regex` cannot be used, or undefined when it can. A reader of files asks this, so that a pattern
 * is refused where it is written. Patterns are Python's (compiler.md 1.3) without what needs more than linear time.
 */
export function regexProblem(pattern: string): string | undefined {
  const compiled = compile(pattern);
  return typeof compiled === 'string' ? compiled : undefined;
}

/**
 * How texts are judged by a pattern, which has to match at their beginning (compiler.md 1.3). One such function is for one
 * validation: once its texts have cost too much, no more of them match. Undefined for a pattern that has a problem.
 */
export function regexTest(pattern: string): ((text: string) => boolean) | undefined {
  const compiled = compile(pattern);
  if (typeof compiled === 'string') return undefined;
  let left = most;
  return (text) => {
    left -= compiled.steps * (text.length + 1);
    return left >= 0 && compiled.matches(text);
  };
}

const compile: (pattern: string) => Pattern | string = memoize(make, { texts: 256, characters: 64 * 1024 });

function make(pattern: string): Pattern | string {
  if (pattern.length > limits.characters) return `The pattern has more than ${limits.characters} characters.`;
  const beyond = beyondLinear(pattern);
  if (beyond !== undefined) return `The pattern uses ${beyond}, which is not available.`;
  try {
    const text = toRe2(pattern);
    // Alone first: brackets that do not match would close the group around it.
    RE2JS.compile(text);
    const compiled = RE2JS.compile(`\\A(?:${text})`);
    const steps = compiled.programSize();
    if (steps > limits.steps) return 'The pattern repeats too much.';
    return { steps, matches: (text) => compiled.test(text) };
  } catch (thrown) {
    // The library reports a mistake in a pattern by throwing.
    const message = thrown instanceof Error ? thrown.message : '';
    return `The pattern cannot be read: ${message.replace(/^error parsing regexp: /, '')}.`;
  }
}

const constructs: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/, 'a look-ahead or look-behind "(?=…)"'],
  [/^\(\?P=/, 'a back-reference "(?P=…)"'],
  [/^\(\?>/, 'an atomic group "(?>…)"'],
  [/^\(\?\(/, 'a condition "(?(…)…)"'],
  [/^\\[1-9]/, 'a back-reference such as "\\1"'],
];

/** The first construct that needs more than linear time, in words. */
function beyondLinear(pattern: string): string | undefined {
  for (const token of tokensOf(pattern)) {
    if (token.inClass) continue;
    const found = constructs.find(([shape]) => shape.test(pattern.slice(token.at, token.at + 4)));
    if (found !== undefined) return found[1];
  }
  return undefined;
}

interface Token {
  readonly text: string;
  readonly at: number;
  readonly inClass: boolean;
}

/** The pieces of a pattern: an escape, or one character, and whether it stands inside `[…]`. */
function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  const piece = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])|\{,[0-9]+\}|\[\^?\]?|[\s\S]/gy;
  let inClass = false;
  for (let match = piece.exec(pattern); match !== null; match = piece.exec(pattern)) {
    const [text] = match;
    const isOpening = text.startsWith('[');
    tokens.push({ text, at: match.index, inClass });
    if (isOpening) inClass = true;
    else if (text === ']') inClass = false;
  }
  return tokens;
}

/** Python's spelling where RE2 has another one. */
function toRe2(pattern: string): string {
  const isMultiline = /\(\?[aiLsux]*m/.test(pattern);
  return tokensOf(pattern)
    .map(({ text, inClass }) => {
      if (/^\\[uU]./.test(text)) return `\\x{${text.slice(2)}}`;
      if (text === '\\d') return '\\p{Nd}';
      if (text === '\\w') return inClass ? '\\p{L}\\p{N}_' : '[\\p{L}\\p{N}_]';
      if (text === '\\D' && !inClass) return '\\P{Nd}';
      if (text === '\\W' && !inClass) return '[^\\p{L}\\p{N}_]';
      if (text === '\\Z') return '\\z';
      if (/^\{,/.test(text)) return `{0${text.slice(1)}`;
      // Python's `$` also stands before a line break at the very end.
      return text === '$' && !inClass && !isMultiline ? '(?:\\n?\\z)' : text;
    })
    .join('');
}
