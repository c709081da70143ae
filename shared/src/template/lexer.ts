import { Fault } from './fault.ts';
import { lexToken, type Token } from './tokens.ts';

/** What stands between texts: the tokens of one `{{ }}` or `{% %}`, or a stretch of plain text. */
export type Chunk =
  | { readonly kind: 'text'; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: 'output' | 'tag'; readonly tokens: readonly Token[]; readonly at: number; readonly end: number };

const blank = /\s*/y;
const rawOpening = /\{%[-+]?\s*raw\s*([-+]?)%\}/y;
const rawClosing = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;

/**
 * Cuts a template into texts, outputs and tags; comments vanish. `-` inside a delimiter trims the blanks beside it, `+` does
 * nothing, and one line break at the very end is dropped, as Jinja does. Gives a fault for what is not closed or no token.
 */
export function lex(template: string): readonly Chunk[] | Fault {
  const text = template.endsWith('\n') ? template.slice(0, template.endsWith('\r\n') ? -2 : -1) : template;
  const chunks: Chunk[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const start = nextOpening(text, at);
    const stop = start < 0 ? text.length : start;
    const sign = start < 0 ? '' : text.charAt(start + 2);
    addText(chunks, text, at, stop, trimNext, sign === '-');
    if (start < 0) return chunks;
    const piece = lexPiece(text, start, start + (sign === '-' || sign === '+' ? 3 : 2));
    if (piece instanceof Fault) return piece;
    if (piece.chunk !== undefined) chunks.push(piece.chunk);
    trimNext = piece.trimNext;
    at = piece.end;
  }
}

/** Where the next `{{`, `{%` or `{#` stands, or -1. */
function nextOpening(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 123 || next === 37 || next === 35) return at;
  }
  return -1;
}

function addText(chunks: Chunk[], text: string, from: number, end: number, trimStart: boolean, trimEnd: boolean): void {
  if (from === end) return;
  const start = trimStart ? Math.min(skipBlank(text, from), end) : from;
  const piece = text.slice(start, end);
  const kept = trimEnd ? piece.trimEnd() : piece;
  if (kept !== '') chunks.push({ kind: 'text', text: kept, at: start, end: start + kept.length });
}

interface Piece {
  /** None for a comment. */
  readonly chunk: Chunk | undefined;
  readonly end: number;
  readonly trimNext: boolean;
}

function lexPiece(text: string, start: number, inner: number): Piece | Fault {
  const second = text.charCodeAt(start + 1);
  if (second === 35) return comment(text, start);
  if (second === 37) {
    const raw = rawBlock(text, start);
    if (raw !== undefined) return raw;
  }
  const isTag = second === 37;
  const inside = lexInside(text, inner, isTag ? '%}' : '}}', start);
  if (inside instanceof Fault) return inside;
  return {
    chunk: { kind: isTag ? 'tag' : 'output', tokens: inside.tokens, at: start, end: inside.end },
    end: inside.end,
    trimNext: inside.trimNext,
  };
}

function comment(text: string, start: number): Piece | Fault {
  const close = text.indexOf('#}', start + 2);
  if (close < 0)
    return new Fault(
      'template/syntax',
      'The comment "{#" is not closed.',
      { at: start, end: start + 2 },
      'Close it with "#}".',
    );
  return { chunk: undefined, end: close + 2, trimNext: close > start + 2 && text.charAt(close - 1) === '-' };
}

/** `{% raw %}…{% endraw %}`: the text between is not looked at. */
function rawBlock(text: string, start: number): Piece | Fault | undefined {
  rawOpening.lastIndex = start;
  const open = rawOpening.exec(text);
  if (open === null) return undefined;
  const begin = rawOpening.lastIndex;
  rawClosing.lastIndex = begin;
  const close = rawClosing.exec(text);
  if (close === null)
    return new Fault(
      'template/syntax',
      'The block "{% raw %}" is not closed.',
      { at: start, end: begin },
      'Close it with "{% endraw %}".',
    );
  const from = open[1] === '-' ? Math.min(skipBlank(text, begin), close.index) : begin;
  const body = text.slice(from, close.index);
  return {
    chunk: { kind: 'text', text: close[1] === '-' ? body.trimEnd() : body, at: start, end: rawClosing.lastIndex },
    end: rawClosing.lastIndex,
    trimNext: close[2] === '-',
  };
}

interface Inside {
  readonly tokens: readonly Token[];
  readonly end: number;
  readonly trimNext: boolean;
}

function lexInside(text: string, from: number, close: '}}' | '%}', open: number): Inside | Fault {
  const tokens: Token[] = [];
  let braces = 0;
  let at = from;
  let afterDot = false;
  for (;;) {
    at = skipBlank(text, at);
    if (at >= text.length) {
      const opener = close === '}}' ? '{{' : '{%';
      return new Fault(
        'template/syntax',
        `The placeholder that "${opener}" opens is not closed.`,
        { at: open, end: open + 2 },
        `Close it with "${close}".`,
      );
    }
    // A brace of a mapping is closed before the placeholder is: {{ {'a': {}} }}.
    if (braces === 0) {
      const sign = text.charAt(at);
      const isSigned = (sign === '-' || (sign === '+' && close === '%}')) && text.startsWith(close, at + 1);
      if (isSigned || text.startsWith(close, at)) {
        const end = at + (isSigned ? 3 : 2);
        tokens.push({ kind: 'end', text: close, at, end });
        return { tokens, end, trimNext: isSigned && sign === '-' };
      }
    }
    const token = lexToken(text, at, afterDot);
    if (token instanceof Fault) return token;
    if (token.kind === 'operator') {
      if (token.text === '{') braces += 1;
      else if (token.text === '}') braces -= 1;
    }
    afterDot = token.kind === 'operator' && token.text === '.';
    tokens.push(token);
    at = token.end;
  }
}

function skipBlank(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > 32 && code < 128) return at;
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}
