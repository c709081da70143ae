/** One case through both stages of the compiler, and what came out against what was expected. */
import { asks, check, compile } from '@tandem/shared/compile';
import { type Diagnostic, toJson } from '@tandem/shared/diagnostics';
import { isList, type Value, type ValueMap } from '@tandem/shared/values';
import { sealBytes } from '@tandem/shared/wire';
import { addConnections } from '../../agent/src/compile/connections.ts';
import { open } from '../../agent/src/compile/open.ts';
import { type Difference, differences } from './compare.ts';
import { type Divergence, type Settled, settle } from './divergences.ts';
import { compiledDocument, createdDocument, recordDocument, resolvedDocument } from './documents.ts';
import { errorKind } from './error-kinds.ts';
import type { Case } from './read-case.ts';
import { catalogueOf, defaultQueue, paths, presets, queues, run, runFacts } from './world.ts';

/** Keys that say how to read the others, and texts for information. */
const notDocuments: ReadonlySet<string> = new Set(['ok', 'literal_retyped', 'message', 'reference_class']);

/**
 * Keys that ours has no counterpart for: the client sends files, and the server makes one operation of all layers
 * (decisions.md 11, 12 and 34), so no document has the operation beside its component.
 */
export const notCompared: ReadonlySet<string> = new Set(['operation']);

/** Options that are hints to the harness. The others must be known to `submitted`. */
const hints: ReadonlySet<string> = new Set(['note', 'hooks', 'unordered_children', 'seed_divergence']);

interface Answer {
  readonly document: ValueMap;
  /** Of a refusal: its code, sentence and place. */
  readonly note?: string;
}

export function runCase(given: Case, listed: readonly Divergence[]): Settled {
  const answer = submitted(given);
  const retyped = given.expected.get('literal_retyped') ?? null;
  const pointers = new Set(retyped !== null && isList(retyped) ? retyped.map(String) : []);
  const [expected, got] = [comparable(given.expected), comparable(answer.document)];
  const isOther = expected.get('ok') !== got.get('ok');
  const all: readonly Difference[] = isOther
    ? [{ pointer: '/ok', expected: expected.get('ok') ?? null, got: got.get('ok') ?? null }]
    : differences(expected, onlyExpected(expected, got), pointers);
  const found = all.map((each): Difference => ({ ...each, note: each.note ?? answer.note ?? missing(each, got) }));
  // What is missing is no decision: the list cannot hide it.
  const isMissing = got.get('error_kind') === 'not_supported_yet';
  return settle(found, isMissing ? [] : listed, answer.document);
}

/** Check and compile are one stage for a comparison. */
function comparable(document: ValueMap): ValueMap {
  return new Map<string, Value>(
    [...document]
      .filter(([key]) => !notDocuments.has(key) || key === 'ok')
      .filter(([key]) => !notCompared.has(key))
      .map(([key, value]) => [key, key === 'stage' && value === 'compile' ? 'check' : value]),
  );
}

/** A case that leaves a document out does not ask for it. */
function onlyExpected(expected: ValueMap, got: ValueMap): ValueMap {
  return new Map([...got].filter(([key]) => expected.has(key)));
}

function missing({ pointer }: Difference, got: ValueMap): string | undefined {
  const key = pointer.split('/')[1] ?? '';
  return got.has(key) ? undefined : `Ours does not make "${key}" yet.`;
}

function submitted(given: Case): Answer {
  const unknown = [...given.options.keys()].find((key) => !hints.has(key) && key !== 'queue');
  if (unknown !== undefined)
    return refusal('check', 'not_supported_yet', `The option "${unknown}" is not supported yet.`);
  if (given.paramProblems.length > 0) return refused('check', given.paramProblems);
  const queue = given.options.get('queue');
  // As `tandem run --queue` does it.
  const files =
    queue === undefined
      ? given.files
      : [...given.files, { name: '--queue', text: `{"queue": ${JSON.stringify(queue)}}` }];
  const checking = check({ files, params: given.params });
  if (!checking.ok) return refused('check', checking.problems);
  const checked = checking.value;

  const asked = asks(checked);
  const absent = [
    ...asked.presets.filter((name) => !presets.has(name)),
    ...(asked.queue === null || queues.has(asked.queue) ? [] : [asked.queue]),
  ];
  if (absent.length > 0) return refusal('create', 'access_error', `There is no "${absent.join('", "')}".`);

  const { name, kind, runtime } = checked;
  const facts = {
    run: runFacts({ name, kind, runtime, queue: checked.queue ?? defaultQueue }),
    entities: new Map(given.runs.map((each): [string, unknown] => [`runs.${String(each.get('uuid'))}`, each])),
  };
  const compiling = compile(checked, facts);
  if (!compiling.ok) return refused('resolve', compiling.problems);
  const { bytes, sha256 } = sealBytes(compiling.value.spec);
  const opened = open({ bytes, sha256 }, run);
  if (!opened.ok) return refusal('resolve', 'compiler_error', `${opened.reason}: ${opened.message}`);
  const connected = addConnections(opened.value, catalogueOf(given.agent), paths);
  if (!connected.ok) return refusal('resolve', 'compiler_error', `${connected.reason}: ${connected.message}`);

  return {
    document: new Map<string, Value>([
      ['ok', true],
      ['compiled', compiledDocument(checked)],
      ['created', createdDocument(checked)],
      ['resolved', resolvedDocument(checked, compiling.value, connected.value)],
      ['run', recordDocument(checked, compiling.value)],
    ]),
  };
}

function refused(stage: string, problems: readonly Diagnostic[]): Answer {
  const { kind, first } = errorKind(problems);
  const { code, file, line, column, message } = toJson(first);
  return refusal(stage, kind, `${code} at ${file}:${line}:${column}: ${message}`);
}

function refusal(stage: string, kind: string, note: string): Answer {
  const document = new Map<string, Value>([
    ['ok', false],
    ['stage', stage],
    ['error_kind', kind],
  ]);
  return { document, note };
}
