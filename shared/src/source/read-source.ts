import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { readJson } from './json.ts';
import { fitsBytes, type SourceLimits, sourceLimits } from './limits.ts';
import type { SourceFile, Span } from './span.ts';
import type { MapNode, Node } from './tree.ts';
import { readYaml } from './yaml.ts';

/**
 * Reads a file into a tree whose nodes all have places; the document is a map. Never throws, whatever the text is.
 *
 * A text that begins with `{` is read as JSON when it is JSON, all else as YAML 1.1 (README 1 of the specification).
 * Size and control bytes are checked before a parser sees the text (decisions.md 33). Other limits than those of users'
 * files are for callers that made the text themselves.
 */
export function readSource(file: SourceFile, limits: SourceLimits = sourceLimits): Outcome<MapNode> {
  const refusal = refuse(file, limits);
  if (refusal !== undefined) return failed([refusal]);
  const mustBeJson = file.name.endsWith('.json');
  if (mustBeJson || /^\ufeff?\s*\{/.test(file.text)) {
    const json = readJson(file, limits.depth);
    if (json.ok) return ofMap(json.value, json.warnings, file);
    if (mustBeJson || !fitsBytes(file.text, limits.yamlBytes)) return json;
  }
  const yaml = readYaml(file, limits);
  return yaml.ok ? ofMap(yaml.value, yaml.warnings, file) : yaml;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what this finds.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const halfPair = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** What no text file holds: control bytes but tab and line break, and halves of UTF-16 pairs. */
const notText = new RegExp(`${control.source}|${halfPair.source}`);

function refuse(file: SourceFile, limits: SourceLimits): Diagnostic | undefined {
  const json = file.name.endsWith('.json') || /^\ufeff?\s*\{/.test(file.text);
  const limit = json ? limits.jsonBytes : limits.yamlBytes;
  if (!fitsBytes(file.text, limit)) {
    const what = json ? 'JSON' : 'YAML';
    return error(
      'parse/too-large',
      { source: file, start: 0, end: 0 },
      `The file has more than ${limit} bytes, the limit for ${what}.`,
      {
        hint: 'Move large data into a file that the run reads, or submit JSON (up to 16 MiB).',
      },
    );
  }
  const at = file.text.search(file.text.isWellFormed() ? control : notText);
  if (at < 0) return undefined;
  const unit = file.text.charCodeAt(at).toString(16).padStart(4, '0');
  return error(
    'parse/binary',
    { source: file, start: at, end: at + 1 },
    `The file holds the character U+${unit.toUpperCase()}, which text files do not have.`,
    {
      hint: 'Check that this is the YAML or JSON file that you meant, saved as UTF-8.',
    },
  );
}

/** Where an escape stands for half of a UTF-16 pair, which no other program could read. */
function halfCharacterIn(node: Node): Span | undefined {
  if (node.kind === 'scalar')
    return typeof node.value !== 'string' || node.value.isWellFormed() ? undefined : node.span;
  for (const child of node.kind === 'list' ? node.items : node.entries) {
    const inside =
      'keySpan' in child
        ? child.key.isWellFormed()
          ? halfCharacterIn(child.value)
          : child.keySpan
        : halfCharacterIn(child);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function halfCharacter(span: Span): Diagnostic {
  return error('parse/binary', span, 'An escape in this text stands for half of a character.', {
    hint: 'Write the character itself, or "\\U" and 8 hex digits.',
  });
}

function ofMap(node: Node, warnings: readonly Diagnostic[], file: SourceFile): Outcome<MapNode> {
  // Without an escape a sound text has sound pieces.
  const broken = file.text.includes('\\') ? halfCharacterIn(node) : undefined;
  if (broken !== undefined) return failed([...warnings, halfCharacter(broken)]);
  if (node.kind === 'map') return done(node, warnings);
  const what = node.kind === 'list' ? 'a list' : file.text.trim() === '' ? 'empty' : 'a single value';
  return failed([
    ...warnings,
    error(
      'parse/not-a-mapping',
      { ...node.span, end: node.span.start },
      `The file is ${what}; a mapping of sections was expected.`,
      {
        hint: 'Begin with sections such as "run:" and "inputs:".',
      },
    ),
  ]);
}
