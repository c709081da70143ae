/** Chance that can be had again: the same seed gives the same choices. */
export interface Choices {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  /** True once in so many times. */
  onceIn(times: number): boolean;
  pick(from: readonly string[]): string;
}

/** mulberry32: small, fast, and good enough to choose texts. */
export function choicesFrom(seed: number): Choices {
  let state = seed >>> 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return { below, onceIn: (times) => below(times) === 0, pick: (from) => from[below(from.length)] ?? '' };
}

const keys =
  'name kind run inputs op-1 a b c x.y on yes No off ~ null 12 1:30 /path <x -flag é 名 a#b a:b key_with_words'
    .split(' ')
    .concat('two words', '"quoted"', "'it''s'", '"a: b"', '"\\u00e9"', 'name', 'a');
const plains = (
  'train step outputs.loss 1 0 -5 +7 012 08 0x1F 0b11 1_000 1.5 .5 1e3 1.0e+3 1:30 1:30.5 true yes NO off ~ null Null ' +
  'nullable -x --epochs=3 http://a.example/b?c=d#e a:b a#b é名😀 2026-01-31 2026-01-31T10:00:00Z y =1 $HOME x-1 < (a) ' +
  '/a/b *.txt'
)
  .split(' ')
  .filter((each) => !each.startsWith('*'))
  .concat('two words', 'more  blanks', 'a -b', 'a sentence of some words', '123456789012345678901234567890');
const quoted = [
  '""',
  "''",
  '"a"',
  "'b'",
  '"{{ params.x }}"',
  "'it''s'",
  '"a\\n\\tb\\u00e9\\x41\\"\\\\"',
  '"é 😀 #no: comment"',
  "' a: [b] '",
  '"  "',
  '"\\U0001F600\\/\\ \\e\\N"',
  '"tab\there"',
];
const words = ['echo', 'a: b', '# no comment', '- item', 'x', '{{ x }}', 'é', '"q"', "'", '\tx', 'last  '];

/** One YAML document of what people write; most of it, and for `common` nearly all, is what the fast reader takes. */
export function randomYaml(choices: Choices): string {
  const out: string[] = [];
  if (choices.onceIn(4)) out.push('# a comment\n');
  if (choices.onceIn(8)) out.push('\n');
  if (choices.onceIn(6)) out.push(choices.pick(['---\n', '---  \n', '--- # begin\n\n']));
  const writer: Writer = { choices, out, names: [], maps: [] };
  if (choices.onceIn(12)) list(writer, 0, 0);
  else if (choices.onceIn(25)) out.push(flow(choices, 0, 1), '\n');
  else map(writer, 0, 0);
  let text = out.join('');
  if (choices.onceIn(6)) text = text.replace(/\s+$/, '');
  if (choices.onceIn(12)) text = text.replaceAll('\n', '\r\n');
  if (choices.onceIn(30)) text = `\ufeff${text}`;
  return text;
}

interface Writer {
  readonly choices: Choices;
  readonly out: string[];
  /** Anchors so far, and those of them that name a map. */
  readonly names: string[];
  readonly maps: string[];
}

function map(writer: Writer, indent: number, depth: number): void {
  const { choices, out } = writer;
  const count = choices.onceIn(25) ? 15 : 1 + choices.below(4);
  for (let each = 0; each < count; each += 1) {
    if (each > 0) out.push(' '.repeat(indent));
    if (writer.maps.length > 0 && choices.onceIn(8)) {
      const name = choices.pick(writer.maps);
      out.push(choices.onceIn(3) ? `<<: [*${name}, *${choices.pick(writer.maps)}]` : `<<: *${name}`, lineEnd(choices));
      continue;
    }
    const key = count > 10 && !choices.onceIn(10) ? `k${each}` : choices.pick(keys);
    out.push(key, choices.onceIn(20) ? ' :' : ':');
    value(writer, indent, depth, true);
  }
}

function list(writer: Writer, indent: number, depth: number): void {
  const { choices, out } = writer;
  const count = 1 + choices.below(4);
  for (let each = 0; each < count; each += 1) {
    if (each > 0) out.push(' '.repeat(indent));
    out.push('-');
    value(writer, indent, depth, false);
  }
}

/** What stands behind a key or a dash at column `indent`, with its line breaks and what may stand between it and the next. */
function value(writer: Writer, indent: number, depth: number, ofKey: boolean): void {
  const { choices, out } = writer;
  const kind = choices.below(depth > 4 ? 10 : 16);
  const anchor = choices.onceIn(12) ? choices.pick(kind > 10 ? ['m1', 'm2'] : ['a1', 'b', 'né', 'x/y']) : '';
  if (anchor !== '' && (kind < 10 || kind > 13)) {
    const isMap = kind > 13;
    out.push(` &${anchor}`, isMap && choices.onceIn(2) ? ' {x: 1, y: 2}' : '');
    if (isMap) writer.maps.push(anchor);
    if (isMap && !out.at(-1)) {
      out.push(lineEnd(choices), ' '.repeat(indent + 2));
      map(writer, indent + 2, depth + 1);
      writer.names.push(anchor);
      return;
    }
    writer.names.push(anchor);
    if (isMap) {
      out.push(lineEnd(choices));
      return;
    }
  } else if (writer.names.length > 0 && choices.onceIn(12)) {
    out.push(` *${choices.pick(writer.names)}`, lineEnd(choices));
    if (choices.onceIn(4)) between(writer, indent);
    return;
  }
  if (kind < 5) out.push(' ', spaces(choices), scalar(choices), lineEnd(choices));
  else if (kind === 5) out.push(lineEnd(choices));
  else if (kind < 8) out.push(' ', flow(choices, indent + 1, 1), lineEnd(choices));
  else if (kind === 8) {
    blockScalar(writer, indent);
    return;
  } else if (kind === 9) {
    out.push(' ', choices.onceIn(2) ? severalLines(choices, indent) : quotedLines(choices, indent), lineEnd(choices));
  } else if (!ofKey && choices.below(4) > 0) {
    const gap = choices.onceIn(6) ? choices.below(3) + 1 : 1;
    out.push(' '.repeat(gap));
    nested(writer, indent + 1 + gap, depth + 1, choices.onceIn(4));
    return;
  } else {
    out.push(lineEnd(choices));
    const deeper = indent + (choices.below(3) > 0 ? 2 : 1 + choices.below(5));
    if (choices.onceIn(10)) between(writer, deeper);
    if (ofKey && choices.onceIn(3)) {
      out.push(' '.repeat(indent));
      list(writer, indent, depth + 1);
      return;
    }
    out.push(' '.repeat(deeper));
    if (choices.onceIn(12))
      out.push(choices.onceIn(3) ? flow(choices, indent + 1, 1) : scalar(choices), lineEnd(choices));
    else {
      nested(writer, deeper, depth + 1, choices.onceIn(3));
      return;
    }
  }
  if (choices.onceIn(8)) between(writer, indent);
}

function nested(writer: Writer, indent: number, depth: number, asList: boolean): void {
  if (asList) list(writer, indent, depth);
  else map(writer, indent, depth);
}

/** Blank lines and comments at the usual and at odd columns. */
function between({ choices, out }: Writer, indent: number): void {
  for (let each = choices.below(3); each >= 0; each -= 1) {
    if (choices.onceIn(2)) out.push(choices.onceIn(4) ? ' '.repeat(choices.below(6)) : '', '\n');
    else
      out.push(
        ' '.repeat(choices.onceIn(3) ? choices.below(8) : indent),
        choices.pick(['# a comment', '#b', '#']),
        '\n',
      );
  }
}

function spaces(choices: Choices): string {
  return choices.onceIn(15) ? ' '.repeat(choices.below(4)) : '';
}

function lineEnd(choices: Choices): string {
  if (choices.onceIn(10)) return `${' '.repeat(1 + choices.below(2))}${choices.pick(['# why', '#', '#x: y'])}\n`;
  return choices.onceIn(20) ? '  \n' : '\n';
}

function scalar(choices: Choices): string {
  if (choices.onceIn(20)) return choices.pick(['{{ x }}', '{{ a.b | default(1) }}', '{{x}}', '{{ f(1, 2) }}']);
  return choices.pick(choices.onceIn(4) ? quoted : plains);
}

function severalLines(choices: Choices, indent: number): string {
  let text = choices.pick(['some words', 'x', 'a b c']);
  for (let each = choices.below(3); each >= 0; each -= 1) {
    if (choices.onceIn(5)) text += choices.onceIn(3) ? '\n   ' : '\n';
    text += `\n${' '.repeat(indent + 1 + choices.below(4))}${choices.pick(['and more', '- y', 'http://x', 'z'])}`;
  }
  return text;
}

function quotedLines(choices: Choices, indent: number): string {
  const quote = choices.pick(['"', "'"]);
  let text = quote + choices.pick(['', ' ', 'some words', 'a  ', 'x']);
  for (let each = choices.below(3); each >= 0; each -= 1) {
    if (quote === '"' && choices.onceIn(4)) text += choices.pick(['\\', ' \\', '\\t ', '\\ ', '\\\\']);
    if (choices.onceIn(4)) text += choices.onceIn(2) ? '\n   ' : '  \n';
    text += `\n${' '.repeat(indent + 1 + choices.below(3))}`;
    text += choices.pick(['and more', '# z', 'a: b', '\ty ', '', quote === "'" ? "''" : '\\"']);
  }
  return text + quote;
}

function flow(choices: Choices, least: number, level: number): string {
  const isMap = choices.onceIn(2);
  const items: string[] = [];
  for (let each = choices.below(4); each > 0; each -= 1) {
    const item =
      level < 4 && choices.onceIn(4)
        ? flow(choices, least, level + 1)
        : choices.onceIn(15)
          ? choices.pick(['{{ x }}', '&f 1', '&f [a]', quotedLines(choices, least)])
          : choices.onceIn(3)
            ? choices.pick(quoted)
            : choices.pick(plains).replace(/[,[\]{}]/g, '');
    const key = choices.pick(keys).replace(/[,[\]{}]/g, '');
    items.push(!isMap ? item : choices.onceIn(12) ? `${key}${choices.pick([':', ': ', ''])}` : `${key}: ${item}`);
  }
  const gap = (): string => {
    if (!choices.onceIn(12)) return choices.onceIn(3) ? ' ' : '';
    const comment = choices.onceIn(4) ? ' # why' : '';
    return `${comment}\n${choices.onceIn(5) ? '\n' : ''}${' '.repeat(Math.max(1, least) + choices.below(3))}`;
  };
  const inside =
    items.map((item) => `${gap()}${item}${gap()}`).join(',') + (items.length > 0 && choices.onceIn(8) ? ',' : '');
  const end = choices.onceIn(10) && least > 0 ? `\n${' '.repeat(level === 1 ? least - 1 : least)}` : gap();
  return isMap ? `{${inside}${end}}` : `[${inside}${end}]`;
}

function blockScalar({ choices, out }: Writer, indent: number): void {
  out.push(' ', choices.pick(['|', '>', '|-', '>-', '|+', '>+']), choices.onceIn(10) ? ' # why\n' : '\n');
  if (choices.onceIn(10)) out.push(choices.onceIn(3) ? ' \n' : '\n');
  const deeper = indent + (choices.onceIn(5) ? 1 + choices.below(4) : 2);
  const count = 1 + choices.below(4);
  for (let each = 0; each < count; each += 1) {
    const extra = each > 0 && choices.onceIn(5) ? choices.below(4) : 0;
    out.push(' '.repeat(deeper + extra), choices.pick(words), '\n');
    if (choices.onceIn(5)) out.push(' '.repeat(choices.onceIn(3) ? choices.below(deeper + 3) : 0), '\n');
  }
}

const inserted = [
  ...' \n:-#,[]{}"\'|>&*!?%@\t',
  '\r\n',
  '- ',
  ': ',
  ' #',
  '---\n',
  '  ',
  '{{ ',
  '<<: ',
  'é',
  '\\',
  '\n\n',
];

/** The text with a few accidents: characters deleted, inserted, doubled or swapped, lines indented anew, the end cut off. */
export function mutated(choices: Choices, text: string): string {
  let result = text;
  for (let each = choices.below(3); each >= 0; each -= 1) {
    const at = choices.below(result.length + 1);
    const before = result.slice(0, at);
    const after = result.slice(at);
    const kind = choices.below(8);
    if (kind === 0) result = before + after.slice(1 + choices.below(3));
    else if (kind < 3) result = before + choices.pick(inserted) + after;
    else if (kind === 3) result = before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2);
    else if (kind === 4) result = choices.onceIn(3) ? before : before + after.slice(0, 12) + after;
    else {
      const lines = result.split('\n');
      const line = choices.below(lines.length);
      const old = lines[line] ?? '';
      if (kind === 5) lines[line] = ' '.repeat(choices.below(3) + 1) + old;
      else if (kind === 6) lines[line] = old.replace(/^ {1,2}/, '');
      else lines.splice(line, 1, ...(choices.onceIn(2) ? [] : [old, old]));
      result = lines.join('\n');
    }
  }
  return result;
}
