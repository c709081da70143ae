import { Fault } from './fault.ts';

export interface Token {
  readonly kind: 'name' | 'int' | 'float' | 'string' | 'operator' | 'end';
  /** The name, the operator, the digits, or the text of a string with its escapes resolved. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** What stands between texts: the tokens of one `{{ }}` or `{% %}`, or a stretch of plain text. */
export type Chunk =
  | { readonly kind: 'text'; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: 'output' | 'tag'; readonly tokens: readonly Token[]; readonly at: number; readonly end: number };

const opening = /\{\{|\{%|\{#/g;
const blank = /\s*/y;
const namePattern = /[A-Za-z_][A-Za-z0-9_]*/y;
const numberPattern = /[0-9](?:_?[0-9])*(\.[0-9](?:_?[0-9])*)?([eE][-+]?[0-9]+)?/y;
const operators = [
  '**',
  '//',
  '==',
  '!=',
  '<=',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
  '<',
  '>',
  '=',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '.',
  '|',
];

/**
 * Cuts a template into texts, outputs and tags; comments vanish. `-` inside a delimiter trims the blanks beside it, and one
 * line break at the very end is dropped, both as Jinja does. Gives a fault for what is not closed or no token.
 */
export function lex(template: string): readonly Chunk[] | Fault {
  const text = template.endsWith('\n') ? template.slice(0, template.endsWith('\r\n') ? -2 : -1) : template;
  const chunks: Chunk[] = [];
  let at = 0;
  let trimNext = false;
  const addText = (end: number, trimEnd: boolean): void => {
    const start = trimNext ? skipBlank(text, at) : at;
    const piece = text.slice(Math.min(start, end), end);
    const kept = trimEnd ? piece.trimEnd() : piece;
    if (kept !== '') chunks.push({ kind: 'text', text: kept, at: start, end });
  };
  for (;;) {
    opening.lastIndex = at;
    const open = opening.exec(text);
    if (open === null) {
      addText(text.length, false);
      return chunks;
    }
    const start = open.index;
    addText(start, text[start + 2] === '-');
    const inner =
      start + 2 + (/[-+]/.test(text[start + 2] ?? '') && open[0] !== '{{' ? 1 : text[start + 2] === '-' ? 1 : 0);
    if (open[0] === '{#') {
      const close = text.indexOf('#}', start + 2);
      if (close < 0)
        return new Fault(
          'template/syntax',
          'The comment "{#" is not closed.',
          { at: start, end: start + 2 },
          'Close it with "#}".',
        );
      trimNext = text[close - 1] === '-';
      at = close + 2;
      continue;
    }
    const raw = open[0] === '{%' ? rawBlock(text, start) : undefined;
    if (raw instanceof Fault) return raw;
    if (raw !== undefined) {
      chunks.push({ kind: 'text', text: raw.text, at: start, end: raw.end });
      trimNext = raw.trim;
      at = raw.end;
      continue;
    }
    const lexed = lexInside(text, inner, open[0] === '{{' ? '}}' : '%}', start);
    if (lexed instanceof Fault) return lexed;
    chunks.push({ kind: open[0] === '{{' ? 'output' : 'tag', tokens: lexed.tokens, at: start, end: lexed.end });
    trimNext = text[lexed.end - 3] === '-' && lexed.trimmed;
    at = lexed.end;
  }
}

/** `{% raw %}…{% endraw %}`: the text between is not looked at. */
function rawBlock(
  text: string,
  start: number,
): { readonly text: string; readonly end: number; readonly trim: boolean } | Fault | undefined {
  const opens = /\{%[-+]?\s*raw\s*-?%\}/y;
  opens.lastIndex = start;
  if (!opens.test(text)) return undefined;
  const closes = /\{%-?\s*endraw\s*(-?)%\}/g;
  closes.lastIndex = opens.lastIndex;
  const close = closes.exec(text);
  if (close === null)
    return new Fault(
      'template/syntax',
      'The block "{% raw %}" is not closed.',
      { at: start, end: opens.lastIndex },
      'Close it with "{% endraw %}".',
    );
  return { text: text.slice(opens.lastIndex, close.index), end: closes.lastIndex, trim: close[1] === '-' };
}

interface Inside {
  readonly tokens: readonly Token[];
  readonly end: number;
  readonly trimmed: boolean;
}

function lexInside(text: string, from: number, close: '}}' | '%}', open: number): Inside | Fault {
  const tokens: Token[] = [];
  let braces = 0;
  let at = from;
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
    const trimmed = text[at] === '-' && text.startsWith(close, at + 1);
    if (braces === 0 && (trimmed || text.startsWith(close, at))) {
      const end = at + (trimmed ? 3 : 2);
      tokens.push({ kind: 'end', text: close, at, end });
      return { tokens, end, trimmed };
    }
    const token = lexToken(text, at);
    if (token instanceof Fault) return token;
    if (token.text === '{' && token.kind === 'operator') braces += 1;
    if (token.text === '}' && token.kind === 'operator') braces -= 1;
    tokens.push(token);
    at = token.end;
  }
}

function lexToken(text: string, at: number): Token | Fault {
  const first = text[at] ?? '';
  if (first === '"' || first === "'") return lexString(text, at, first);
  namePattern.lastIndex = at;
  if (namePattern.test(text))
    return { kind: 'name', text: text.slice(at, namePattern.lastIndex), at, end: namePattern.lastIndex };
  numberPattern.lastIndex = at;
  const number = numberPattern.exec(text);
  if (number !== null) {
    const isFloat = number[1] !== undefined || number[2] !== undefined;
    return { kind: isFloat ? 'float' : 'int', text: number[0].replaceAll('_', ''), at, end: numberPattern.lastIndex };
  }
  const operator = operators.find((each) => text.startsWith(each, at));
  if (operator !== undefined) return { kind: 'operator', text: operator, at, end: at + operator.length };
  return new Fault(
    'template/syntax',
    `The character "${String.fromCodePoint(text.codePointAt(at) ?? 0)}" has no meaning in an expression.`,
    { at, end: at + 1 },
  );
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

function lexString(text: string, at: number, quote: string): Token | Fault {
  const body = quote === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'((?:[^'\\]|\\[\s\S])*)'/y;
  body.lastIndex = at;
  const match = body.exec(text);
  if (match === null)
    return new Fault(
      'template/syntax',
      `The text that begins with ${quote} is not closed.`,
      { at, end: at + 1 },
      `Close it with ${quote}.`,
    );
  const raw = match[1] ?? '';
  const value = raw.includes('\\')
    ? raw.replace(
        /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g,
        (whole, two?: string, four?: string, one?: string) => {
          if (two !== undefined || four !== undefined)
            return String.fromCharCode(Number.parseInt(two ?? four ?? '0', 16));
          return simpleEscapes[one ?? ''] ?? whole;
        },
      )
    : raw;
  return { kind: 'string', text: value, at, end: body.lastIndex };
}

function skipBlank(text: string, at: number): number {
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}
