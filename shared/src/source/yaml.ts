import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  type ParsedNode,
  Parser,
  type YAMLMap,
} from 'yaml';
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome, settle } from '../outcome/index.ts';
import { readFastYaml } from './fast-yaml.ts';
import { freeLexer } from './free-lexer.ts';
import { repeatedKey, tooDeep } from './json.ts';
import { type SourceLimits, sourceLimits } from './limits.ts';
import { readPlainScalar } from './plain-scalar.ts';
import type { SourceFile, Span } from './span.ts';
import type { MapEntry, Node, Scalar } from './tree.ts';
import { yamlHint } from './yaml-hints.ts';
import { oldKey, oldReading, unquoted } from './yaml-warnings.ts';

/**
 * Reads one YAML document with the meaning of version 1.1 as PyYAML has it (compiler.md 2.1). What is common is read by
 * hand, which is many times faster; the rest, and everything that is wrong, goes through the `yaml` package.
 */
export function readYaml(file: SourceFile, limits: SourceLimits = sourceLimits): Outcome<Node> {
  const fast = readFastYaml(file, limits);
  return fast.node === undefined ? readAnyYaml(file, limits, fast.stoppedAt) : done(fast.node, fast.diagnostics);
}

/**
 * Reads any YAML with the `yaml` package, which gives structure and places only; what a scalar means is ours
 * (`readPlainScalar`). Aliases share the node that they name; a file whose aliases would make more than `limits.nodes`
 * nodes is refused, and one of more than `limits.tokens` tokens, since the package takes a second for each megabyte;
 * `suspect` is the place that such a file is refused at.
 */
export function readAnyYaml(file: SourceFile, limits: SourceLimits = sourceLimits, suspect = 0): Outcome<Node> {
  const strict = compose(file, limits, suspect, new Lexer());
  if (!Array.isArray(strict)) return failed([strict]);
  // A mistake is told as the strict reading finds it: it looks no further for a bracket than the indentation goes.
  const free = strict.some(isBroken) ? compose(file, limits, suspect, freeLexer()) : strict;
  const documents = !Array.isArray(free) || free.some(isBroken) ? strict : free;
  const [document, second] = documents;
  if (document === undefined) return emptyFile(file);
  const broken = document.errors[0];
  if (broken !== undefined) return failed([badYaml(file, broken.message, broken.pos)]);
  if (second !== undefined) return failed([severalDocuments(file, second)]);
  if (document.contents === null) return emptyFile(file);
  const reader: Reader = { file, limits, anchors: new Map(), diagnostics: [], nodes: 0 };
  return settle(readNode(reader, document.contents, 0), reader.diagnostics);
}

interface Reader {
  readonly file: SourceFile;
  readonly limits: SourceLimits;
  /** Null while the anchored node is still being read, which is how a loop shows. */
  readonly anchors: Map<string, { readonly node: Node; readonly size: number } | null>;
  readonly diagnostics: Diagnostic[];
  /** Nodes so far, each alias counted with all that it stands for. */
  nodes: number;
}

type YamlDocument = Document.Parsed<ParsedNode>;

const isBroken = (document: YamlDocument): boolean => document.errors.length > 0;

/** The documents of a file, or the problem of one that is nested too deep; the composer recurses, so it must not see that one. */
function compose(file: SourceFile, limits: SourceLimits, suspect: number, lexer: Lexer): YamlDocument[] | Diagnostic {
  const parser = new Parser();
  const composer = new Composer<ParsedNode>({
    version: '1.1',
    schema: 'failsafe',
    resolveKnownTags: false,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents: YamlDocument[] = [];
  keepFirstError(composer);
  let broken = false;
  let tokens = 0;
  for (const lexeme of lexer.lex(file.text)) {
    for (const token of parser.next(lexeme)) {
      documents.push(...composer.next(token));
      broken ||= token.type === 'error';
    }
    tokens += 1;
    if (tokens > limits.tokens) return tooMuchToRead(file, limits, suspect);
    // The first error is all that is told; hostile texts have a hundred thousand.
    if (broken) break;
    // The stack holds the document and one token for every open list or map, which may have a scalar on top.
    if (parser.stack.length > limits.depth + 2) return tooDeep(file, parser.offset, limits.depth);
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents;
}

/**
 * Lets a composer forget all errors but the first. Each is an `Error` with its stack, so that a megabyte of mistakes would
 * take ten seconds. The handler is no part of what the package promises; if it moves, this changes nothing.
 */
function keepFirstError(composer: Composer<ParsedNode>): void {
  const report: unknown = Reflect.get(composer, 'onError');
  if (typeof report !== 'function') return;
  let reported = false;
  Reflect.set(composer, 'onError', (place: unknown, code: unknown, message: unknown, isWarning?: boolean) => {
    if (reported || isWarning === true) return;
    reported = true;
    Reflect.apply(report, composer, [place, code, message]);
  });
}

function readNode(reader: Reader, node: ParsedNode, depth: number): Node {
  reader.nodes += 1;
  if (depth > reader.limits.depth) {
    if (reader.diagnostics.at(-1)?.code !== 'parse/too-deep')
      reader.diagnostics.push(tooDeep(reader.file, node.range[0], reader.limits.depth));
    return { kind: 'scalar', value: null, span: spanOf(reader, node) };
  }
  if (isAlias(node)) return readAlias(reader, node.source, spanOf(reader, node));
  const before = reader.nodes;
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, null);
  const read = isMap(node)
    ? readMap(reader, node, depth)
    : isSeq(node)
      ? readList(reader, node, depth)
      : readScalar(reader, node);
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, { node: read, size: reader.nodes - before + 1 });
  return read;
}

function readAlias(reader: Reader, name: string, span: Span): Node {
  const anchor = reader.anchors.get(name);
  const nothing: Node = { kind: 'scalar', value: null, span };
  if (anchor === undefined || anchor === null) {
    const what = anchor === null ? 'stands inside the node that it names' : 'names no anchor above it';
    reader.diagnostics.push(
      error('parse/bad-alias', span, `The alias "*${name}" ${what}.`, {
        hint: `Write "&${name}" before the value that it should repeat.`,
      }),
    );
    return nothing;
  }
  const before = reader.nodes;
  reader.nodes += anchor.size;
  if (reader.nodes <= reader.limits.nodes) return anchor.node;
  if (before <= reader.limits.nodes) {
    reader.diagnostics.push(
      error(
        'parse/too-many-nodes',
        span,
        `With its aliases written out the file has more than ${reader.limits.nodes} values.`,
        { hint: 'Use fewer aliases of aliases.' },
      ),
    );
  }
  return nothing;
}

function readList(reader: Reader, node: ParsedNode, depth: number): Node {
  const span = spanOf(reader, node);
  if (!isSeq(node)) return { kind: 'list', items: [], span };
  checkTag(reader, node.tag, ['seq'], span);
  return { kind: 'list', items: node.items.map((item) => readItem(reader, item, span, depth)), span };
}

/** Items are typed as unknown by the package: in a flow list an item may also be a pair, `[a: 1]`. */
function readItem(reader: Reader, item: unknown, around: Span, depth: number): Node {
  if (isNode(item)) return readNode(reader, item, depth + 1);
  return { kind: 'scalar', value: null, span: around };
}

function isNode(value: unknown): value is ParsedNode {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

function readMap(reader: Reader, node: YAMLMap.Parsed, depth: number): Node {
  const span = spanOf(reader, node);
  const placeholder = unquotedPlaceholder(reader, node);
  if (placeholder !== undefined) return { kind: 'scalar', value: placeholder, span };
  checkTag(reader, node.tag, ['map'], span);
  const entries = new Map<string, MapEntry>();
  const merged: MapEntry[] = [];
  for (const pair of node.items) {
    const value: Node = isNode(pair.value)
      ? readNode(reader, pair.value, depth + 1)
      : { kind: 'scalar', value: null, span: keySpanOf(reader, pair, span) };
    if (isMergeKey(pair)) {
      for (const entry of mergedEntries(reader, value)) merged.push(entry);
      continue;
    }
    const keySpan = keySpanOf(reader, pair, span);
    const key = readKey(reader, pair, keySpan);
    if (key === undefined) continue;
    const former = entries.get(key);
    if (former !== undefined) reader.diagnostics.push(repeatedKey(key, keySpan, former.keySpan));
    entries.set(key, { key, keySpan, value });
  }
  if (merged.length === 0) return { kind: 'map', entries: [...entries.values()], span };
  const all = new Map<string, MapEntry>();
  // Merged keys come first and lose against the mapping's own; of several merged mappings the first wins.
  for (const entry of merged) if (!all.has(entry.key)) all.set(entry.key, entry);
  for (const [key, entry] of entries) all.set(key, entry);
  return { kind: 'map', entries: [...all.values()], span };
}

function isMergeKey(pair: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<';
}

function mergedEntries(reader: Reader, value: Node): readonly MapEntry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'list') return value.items.flatMap((item) => mergedEntries(reader, item));
  reader.diagnostics.push(
    error('parse/bad-yaml', value.span, 'The merge key "<<" takes a mapping or a list of mappings.', {
      hint: 'Write "<<: *name" with an anchor of a mapping.',
    }),
  );
  return [];
}

function readKey(reader: Reader, pair: Pair<ParsedNode, ParsedNode | null>, span: Span): string | undefined {
  const key = pair.key;
  if (isMap(key)) {
    const placeholder = unquotedPlaceholder(reader, key);
    if (placeholder !== undefined) return placeholder;
  }
  if (isAlias(key)) {
    const node = readAlias(reader, key.source, span);
    return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : badKey(reader, span);
  }
  if (!isScalar(key)) return badKey(reader, span);
  const text = String(key.value ?? '');
  const doubt = key.type === 'PLAIN' ? oldKey(text, span) : undefined;
  if (doubt !== undefined) reader.diagnostics.push(doubt);
  return text;
}

function badKey(reader: Reader, span: Span): undefined {
  reader.diagnostics.push(
    error('parse/bad-yaml', span, 'A list or mapping stands as a key; a key is text.', {
      hint: 'Quote it if it is meant as text.',
    }),
  );
  return undefined;
}

/** `{{ x }}` without quotes is, for YAML, a mapping as the only key of a mapping. Gives its text (decisions.md 25). */
function unquotedPlaceholder(reader: Reader, node: YAMLMap.Parsed): string | undefined {
  const only = node.items[0];
  if (node.items.length !== 1 || only === undefined || node.flow !== true) return undefined;
  if (
    !isMap(only.key) ||
    only.key.flow !== true ||
    (isScalar(only.value) ? only.value.range[1] > only.value.range[0] : only.value !== null)
  )
    return undefined;
  const text = reader.file.text.slice(node.range[0], node.range[1]);
  if (!text.startsWith('{{') || !text.endsWith('}}')) return undefined;
  reader.diagnostics.push(unquoted(text, spanOf(reader, node)));
  return text;
}

function readScalar(reader: Reader, node: ParsedNode): Node {
  const span = spanOf(reader, node);
  if (!isScalar(node)) return { kind: 'scalar', value: null, span };
  const text = String(node.value ?? '');
  if (node.tag !== undefined && node.tag !== '!' && node.tag !== 'tag:yaml.org,2002:str')
    return readTagged(reader, node.tag, text, span);
  if (node.tag !== undefined || node.type !== 'PLAIN') return { kind: 'scalar', value: text, span };
  const plain = readPlainScalar(text);
  if (plain.differs !== undefined) reader.diagnostics.push(oldReading(text, plain, span));
  return finite(reader, plain.value, span);
}

const tagPrefix = 'tag:yaml.org,2002:';

/** An explicit tag such as `!!float 3` says what the text is; tags of applications are refused as PyYAML's safe loader does. */
function readTagged(reader: Reader, tag: string, text: string, span: Span): Node {
  const plain = readPlainScalar(text).value;
  const name = tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : '';
  const value =
    name === 'null'
      ? null
      : name === 'float' && (typeof plain === 'number' || typeof plain === 'bigint')
        ? Number(plain)
        : name === 'float' && /^[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?$/.test(text)
          ? Number(text)
          : (name === 'int' && typeof plain === 'bigint') ||
              (name === 'bool' && typeof plain === 'boolean') ||
              name === 'timestamp'
            ? plain
            : undefined;
  if (value !== undefined) return finite(reader, value, span);
  checkTag(reader, tag, [], span);
  return { kind: 'scalar', value: null, span };
}

function checkTag(reader: Reader, tag: string | undefined, allowed: readonly string[], span: Span): void {
  if (tag === undefined || tag === '!' || allowed.some((name) => tag === tagPrefix + name)) return;
  reader.diagnostics.push(
    error('parse/bad-tag', span, `The tag "${tag.replace(tagPrefix, '!!')}" does not fit this value.`, {
      hint: 'Remove the tag.',
    }),
  );
}

function finite(reader: Reader, value: Scalar, span: Span): Node {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    reader.diagnostics.push(
      error('parse/not-finite', span, 'Infinity and not-a-number cannot be passed on exactly.', {
        hint: 'Quote it if it is meant as text.',
      }),
    );
    return { kind: 'scalar', value: null, span };
  }
  return { kind: 'scalar', value, span };
}

function spanOf(reader: Reader, node: ParsedNode): Span {
  return { source: reader.file, start: node.range[0], end: node.range[1] };
}

function keySpanOf(reader: Reader, pair: Pair<ParsedNode, ParsedNode | null>, around: Span): Span {
  return isNode(pair.key) ? spanOf(reader, pair.key) : { ...around, end: around.start };
}

function badYaml(file: SourceFile, message: string, [start, end]: readonly [number, number]): Diagnostic {
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
  const sentence = message.split('\n')[0]?.replace(/[.:]$/, '') ?? 'broken';
  // A quote that nobody closes is the last one of its kind; the package tells the end of the file.
  const quote = /closing (["'])quote/.exec(message)?.[1];
  const opened = quote === undefined ? -1 : file.text.lastIndexOf(quote);
  const [from, to] = opened < 0 ? [start, end] : [opened, opened + 1];
  // The package has a mistake at the very end stand one character behind it.
  const span = { source: file, start: Math.min(from, file.text.length), end: Math.min(to, file.text.length) };
  return error('parse/bad-yaml', span, `This is not valid YAML: ${sentence}.`, {
    hint: yamlHint(message, file.text.slice(lineStart, end + 1)),
  });
}

function tooMuchToRead(file: SourceFile, limits: SourceLimits, start: number): Diagnostic {
  return error(
    'parse/too-large',
    { source: file, start, end: start + 1 },
    `The file has more than ${limits.tokens} words and signs, and what stands here is a mistake or unusual YAML, which only smaller files may have.`,
    { hint: 'Look for a mistake here, write it in plain YAML, or submit JSON (up to 16 MiB).' },
  );
}

function severalDocuments(file: SourceFile, second: YamlDocument): Diagnostic {
  const start = file.text.lastIndexOf('---', second.range[0]);
  return error(
    'parse/several-documents',
    { source: file, start: Math.max(0, start), end: Math.max(0, start) + 3 },
    'A second document begins here; a file holds one operation.',
    {
      hint: 'Move it to a file of its own.',
    },
  );
}

function emptyFile(file: SourceFile): Outcome<Node> {
  return failed([
    error(
      'parse/not-a-mapping',
      { source: file, start: 0, end: 0 },
      'The file is empty; a mapping of sections was expected.',
      { hint: 'Begin with sections such as "run:" and "inputs:".' },
    ),
  ]);
}
