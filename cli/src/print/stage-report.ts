import type { CheckedOp, Io, Param, StageResult, Submission } from '@tandem/shared/compile';
import { layersOf, standaloneOf } from '@tandem/shared/compile';
import { member, type Node, placeOf, type SourceFile } from '@tandem/shared/source';
import { toValue, type Value, type ValueMap } from '@tandem/shared/values';

type Sanitized = Extract<StageResult, { stage: 'sanitize' }>['outcome'] & { readonly ok: true };
type TypeChecked = (Extract<StageResult, { stage: 'type-check' }>['outcome'] & { readonly ok: true })['value'];

/** What a stage gave, as plain data for people and scripts; null for a stage that failed. */
export function stageReport(result: StageResult, submission: Submission): Value {
  if (!result.outcome.ok) return null;
  switch (result.stage) {
    case 'parse':
      return parsed(submission);
    case 'sanitize':
      return sanitized(result.outcome.value);
    case 'assemble':
      return toValue(standaloneOf(result.outcome.value));
    case 'type-check':
      return typed(result.outcome.value);
    case 'graph':
      return new Map<string, Value>([
        ['kind', result.outcome.value.kind],
        ['runtime', result.outcome.value.runtime],
        ['operations', (result.outcome.value.ops ?? []).map(graphOf)],
      ]);
  }
}

function parsed({ files, library, params }: Submission): Value {
  const texts = [...(library?.texts.values() ?? [])].filter((text): text is SourceFile => 'text' in text);
  const sizes = (list: readonly SourceFile[]): readonly Value[] =>
    list.map(({ name, text }) => record({ name, bytes: BigInt(Buffer.byteLength(text)) }));
  return record({ files: sizes(files), referred: sizes(texts), params: params.map(({ name }) => name) });
}

/** The layers whole; of those below the operations of a dag only where they are, since many may share them. */
function sanitized({ main, parts }: Sanitized['value']): Value {
  const layers = layersOf(main).map(({ role, fields }) =>
    record({ layer: role, place: placeText(fields), sections: toValue(fields) }),
  );
  const below = [...parts.values()].map((stack): Value => {
    const own = member(stack.own.fields, 'name');
    return record({
      name: own === undefined ? null : toValue(own),
      layers: layersOf(stack).map(({ role, fields }) =>
        record({ layer: role, place: placeText(fields), sections: fields.entries.map(({ key }) => key) }),
      ),
    });
  });
  return record({ layers, ...(below.length === 0 ? {} : { parts: below }) });
}

function typed({ ios, params, ops, operation }: TypeChecked): ValueMap {
  const given = member(operation, 'params');
  const declared = (isOutput: boolean): Value => new Map(ios.filter((io) => io.output === isOutput).map(ioOf));
  const paramOf = ({ name }: Param): readonly [string, Value] => {
    const io = ios.find((each) => each.name === name);
    const node = given?.kind === 'map' ? member(given, name) : undefined;
    return [name, new Map([['type', typeOf(io)], ...fieldsOf(node)])];
  };
  return record({
    inputs: declared(false),
    outputs: declared(true),
    params: new Map([...params.values()].map(paramOf)),
    ...(ops === null ? {} : { operations: new Map(ops.map(({ name, draft }) => [name, typed(draft)])) }),
  });
}

function ioOf(io: Io): readonly [string, Value] {
  const value = io.value === undefined ? {} : { value: toValue(io.value) };
  return [io.name, record({ type: typeOf(io), isOptional: io.isOptional, ...value })];
}

/** Null without a declaration, or where it says no type. */
function typeOf(io: Io | undefined): string | null {
  if (io?.type == null) return null;
  return io.isList ? `list of ${io.type}` : io.type;
}

function fieldsOf(node: Node | undefined): readonly (readonly [string, Value])[] {
  return node?.kind === 'map' ? node.entries.map(({ key, value }): [string, Value] => [key, toValue(value)]) : [];
}

function graphOf({ name, upstreams, draft }: CheckedOp): Value {
  const edges = upstreams.map((up) =>
    record({
      name: up.name,
      ...(up.values.size === 0 ? {} : { values: up.values }),
      ...(up.statuses.length === 0 ? {} : { statuses: up.statuses }),
    }),
  );
  const inside = draft.ops === null ? {} : { operations: draft.ops.map(graphOf) };
  return record({ name, runtime: draft.runtime, waitsFor: edges, ...inside });
}

function placeText({ span }: Node): string {
  const { file, line, column } = placeOf(span);
  return `${file}:${line}:${column}`;
}

function record(fields: Readonly<Record<string, Value>>): ValueMap {
  return new Map(Object.entries(fields));
}
