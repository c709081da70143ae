import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { member, type Node, type ScalarNode } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { readShape } from '../spec/read-section.ts';
import type { Section, Shape } from '../spec/shape.ts';
import { wordsIn } from '../spec/words-in.ts';
import { Fault } from '../template/fault.ts';
import { faultAt } from '../template/locate.ts';
import { isAgentPath } from '../template/names.ts';
import { asSealedText, closed, render, type Scope } from '../template/render.ts';
import { hasTemplate, parseTemplate } from '../template/template.ts';
import { coerce } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { asText, plainText } from '../values/print.ts';
import { toNode } from '../values/to-node.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { booleanWord } from '../values/words.ts';
import { sealedLimit } from '../wire/seal-bytes.ts';
import { sealedSize } from '../wire/sealed-size.ts';
import type { Sealed } from '../wire/sealed-spec.ts';
import type { Context } from './drafts.ts';

/** Renders trees in a context and collects what goes wrong. */
export interface Rendering {
  readonly scope: Scope;
  readonly problems: Diagnostic[];
  /** Characters that templates may still give. */
  room: number;
}

/** More than this cannot be sealed anyway, whatever of it is used. */
const mostRoom = 4 * sealedLimit;

/** A rendering in the context of a draft. A name of the author's own that hides a section is no agent name. */
export function renderingIn(context: Context, problems: Diagnostic[]): Rendering {
  const isAgentName = (path: readonly string[]): boolean => !context.hidden.has(path[0] ?? '') && isAgentPath(path);
  return { scope: { names: context.names, isAgentName, late: context.late }, problems, room: mostRoom };
}

/** A scalar's value: its template rendered, or the value as it stands. A fault is reported and gives null. */
export function renderScalar(node: ScalarNode, rendering: Rendering): Sealed {
  if (!isTemplateNode(node)) return node.value;
  if (rendering.room < 0) return null;
  const text = String(node.value);
  const template = parseTemplate(text);
  const result = template instanceof Fault ? template : render(template, rendering.scope);
  if (!(result instanceof Fault)) return withinRoom(result, node, rendering);
  rendering.problems.push(faultAt(result, node.span, text));
  return null;
}

/** A value that stands in thousands of places is as much text there; it is given up before it fills the memory. */
function withinRoom(value: Sealed, node: ScalarNode, rendering: Rendering): Sealed {
  rendering.room -= sealedSize(value, rendering.room);
  if (rendering.room >= 0) return value;
  rendering.problems.push(
    error('seal/too-large', node.span, `The templates give more than ${mostRoom} characters in all.`, {
      hint: 'Put large data into a file that the run reads.',
    }),
  );
  return null;
}

/** A whole tree, types kept: for values of params and fields that Kubernetes checks. Keys of mappings are templates too. */
export function renderFree(node: Node, rendering: Rendering): Sealed {
  if (node.kind === 'scalar') return renderScalar(node, rendering);
  if (node.kind === 'list') return node.items.map((item) => renderFree(item, rendering));
  return new Map(
    node.entries.map((entry): [string, Sealed] => [
      renderKey(entry.key, entry.keySpan, rendering),
      renderFree(entry.value, rendering),
    ]),
  );
}

function renderKey(key: string, keySpan: ScalarNode['span'], rendering: Rendering): string {
  if (!hasTemplate(key)) return key;
  const value = closed(renderScalar({ kind: 'scalar', value: key, span: keySpan }, rendering));
  if (value !== undefined) return plainText(value);
  rendering.problems.push(
    error(
      'template/agent-name-too-early',
      keySpan,
      `The key "${key}" mentions a name that is known only in the cluster; keys are decided before.`,
    ),
  );
  return key;
}

/** A field by its shape: what a template gives is brought to the field's type, never guessed (decisions.md 20). Null is left out by callers. */
export function renderShape(node: Node, shape: Shape, field: string, rendering: Rendering): Sealed {
  if (isTemplateNode(node) && node.kind === 'scalar' && shape.kind !== 'free')
    return fitShape(renderScalar(node, rendering), shape, field, node, rendering);
  switch (shape.kind) {
    case 'section':
    case 'kubernetes':
      return node.kind === 'map' ? renderSection(node, shape.section, rendering) : renderFree(node, rendering);
    case 'tagged': {
      const kind = node.kind === 'map' ? member(node, 'kind') : undefined;
      const section = kind?.kind === 'scalar' ? shape.of.get(String(kind.value)) : undefined;
      return node.kind === 'map' && section !== undefined
        ? renderSection(node, section, rendering)
        : renderFree(node, rendering);
    }
    case 'list':
      return node.kind === 'list'
        ? node.items.map((item) => renderShape(item, shape.of, field, rendering))
        : renderFree(node, rendering);
    case 'words':
      return node.kind === 'list'
        ? node.items.flatMap((item) => renderWord(item, field, rendering))
        : renderFree(node, rendering);
    case 'map':
      return node.kind === 'map'
        ? new Map(
            node.entries.map((entry): [string, Sealed] => [
              renderKey(entry.key, entry.keySpan, rendering),
              renderShape(entry.value, shape.of, entry.key, rendering),
            ]),
          )
        : renderFree(node, rendering);
    case 'arguments':
      // An item that comes out null stays as null; the agent drops it (compiler.md 3.6).
      return node.kind === 'list'
        ? node.items.map((item) => (item.kind === 'scalar' ? asSealedText(renderScalar(item, rendering)) : null))
        : renderFree(node, rendering);
    default:
      return renderFree(node, rendering);
  }
}

/** A word, or those that a template gives: a list, or a text with commas, as in the file. */
function renderWord(node: Node, field: string, rendering: Rendering): readonly Sealed[] {
  if (node.kind !== 'scalar' || !isTemplateNode(node)) return [renderFree(node, rendering)];
  const sealed = renderScalar(node, rendering);
  const value = closed(sealed);
  if (value === undefined) return [asSealedText(sealed)];
  if (value === null) return [];
  if (isMap(value)) return [fitShape(value, { kind: 'words' }, field, node, rendering)];
  return isList(value) ? value.filter((each) => each !== null).map(asText) : wordsIn(asText(value));
}

/** A section's fields, those that came out null left out. */
export function renderSection(
  node: Extract<Node, { kind: 'map' }>,
  section: Section,
  rendering: Rendering,
): ReadonlyMap<string, Sealed> {
  const fields = new Map<string, Sealed>();
  for (const entry of node.entries) {
    const value = renderShape(entry.value, section.fields.get(entry.key) ?? { kind: 'free' }, entry.key, rendering);
    if (value !== null) fields.set(entry.key, value);
  }
  return fields;
}

/** Brings what a template gave to the type of its field; open values are left to the agent. */
function fitShape(sealed: Sealed, shape: Shape, field: string, node: ScalarNode, rendering: Rendering): Sealed {
  const value = closed(sealed);
  if (value === undefined || value === null)
    return shape.kind === 'text' || shape.kind === 'label' ? asSealedText(sealed) : sealed;
  const fitted = fitValue(value, shape);
  if (fitted !== undefined) return isComposite(shape) ? asIfWritten(fitted, shape, field, node, rendering) : fitted;
  rendering.problems.push(
    error(
      'template/wrong-result',
      node.span,
      `The template gives ${shown(value)} where ${wanted(shape)} was expected for "${field}".`,
    ),
  );
  return null;
}

function isComposite(shape: Shape): boolean {
  return shape.kind === 'list' || shape.kind === 'section' || shape.kind === 'kubernetes' || shape.kind === 'tagged';
}

/** What stands for a list or section is read by the same rules as one in the file: fields known, spellings and scalars alike. */
function asIfWritten(value: Value, shape: Shape, field: string, node: ScalarNode, rendering: Rendering): Value {
  const problems: Diagnostic[] = [];
  const read = readShape(toNode(value, node.span), shape, field, { problems, run: null });
  for (const { code, message, hint } of problems)
    rendering.problems.push(
      error('template/wrong-result', node.span, `What the template gives does not fit: ${message}`, {
        // Other hints show how the place itself could be written.
        hint: code === 'sanitize/unknown-field' ? hint : undefined,
      }),
    );
  return toValue(read);
}

function fitValue(value: Value, shape: Shape): Value | undefined {
  switch (shape.kind) {
    case 'int':
    case 'float': {
      const read = typeof value === 'boolean' ? undefined : coerce(value, shape.kind, false);
      return read?.ok === true ? read.value : undefined;
    }
    case 'bool':
      return typeof value === 'boolean' ? value : booleanWord(plainText(value));
    case 'text':
    case 'label':
      return asText(value);
    case 'words':
      return undefined;
    case 'list':
    case 'arguments': {
      const read = coerce(value, 'list', false);
      if (!read.ok || read.value === null || !isList(read.value)) return undefined;
      if (shape.kind === 'arguments') return read.value.filter((item) => item !== null).map(plainText);
      return shape.of.kind === 'text' ? read.value.map((item) => (item === null ? null : asText(item))) : read.value;
    }
    case 'map':
    case 'section':
    case 'kubernetes': {
      const read = coerce(value, 'dict', false);
      return read.ok ? read.value : undefined;
    }
    default:
      return value;
  }
}

function wanted(shape: Shape): string {
  switch (shape.kind) {
    case 'int':
      return 'a whole number';
    case 'float':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'list':
    case 'arguments':
      return 'a list';
    case 'words':
      return 'a list of texts';
    default:
      return 'a mapping';
  }
}

function shown(value: Value): string {
  if (isList(value)) return 'a list';
  return value !== null && isMap(value) ? 'a mapping' : `"${plainText(value).slice(0, 40)}"`;
}
