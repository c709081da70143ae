/** One case through both stages of the compiler, and what came out against what was expected. */
import {
  type Checked,
  type Compiled,
  check,
  compile,
  type Facts,
  queriesOf,
  type RunEntity,
} from '@tandem/shared/compile';
import { type Diagnostic, toJson } from '@tandem/shared/diagnostics';
import { isList, isMap, type Value, type ValueMap } from '@tandem/shared/values';
import { sealBytes } from '@tandem/shared/wire';
import { addConnections, type Connected } from '../../agent/src/compile/connections.ts';
import { open } from '../../agent/src/compile/open.ts';
import { childDocuments, edgeDocuments, lineageDocuments } from './children.ts';
import { type Difference, differences } from './compare.ts';
import { type Divergence, type Settled, settle } from './divergences.ts';
import { compiledDocument, createdDocument, recordDocument, resolvedDocument } from './documents.ts';
import { errorKind } from './error-kinds.ts';
import { hookDocuments } from './hooks.ts';
import { withLibrary } from './library.ts';
import { operationDocument } from './operation.ts';
import { optionsFile, readOptions } from './options.ts';
import type { Case } from './read-case.ts';
import { ask, runsOf } from './runs.ts';
import { catalogueOf, defaultQueue, paths, run, runFacts, storeOf } from './world.ts';

/** Keys that say how to read the others, and texts for information. */
const notDocuments: ReadonlySet<string> = new Set(['ok', 'literal_retyped', 'message', 'reference_class']);

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
  return settle(found, listed, answer.document);
}

/** Check and compile are one stage for a comparison. */
function comparable(document: ValueMap): ValueMap {
  return new Map<string, Value>(
    [...document]
      .filter(([key]) => !notDocuments.has(key) || key === 'ok')
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
  const options = readOptions(given.options);
  if (options.kind === 'refused') return refusal('check', 'invalid_spec', options.message);
  if (options.kind === 'problems') return refused(options.problems);
  if (given.paramProblems.length > 0) return refused(given.paramProblems);
  const [main, ...presets] = given.files;
  const files = main === undefined ? [] : [main, ...options.files, ...presets];
  const submission = withLibrary({ files, params: given.params }, given.folder);
  const checking = check(submission);
  if (!checking.ok) return refused(checking.problems);
  const checked = checking.value;
  const { name, kind, runtime } = checked;
  const runs = runsOf(given.runs);
  const facts: Facts = {
    run: runFacts({ name, kind, runtime, queue: checked.queue ?? defaultQueue }),
    runs: new Map(runs.map((run) => [run.uuid, run])),
    artifactsStore: storeOf(given.agent),
  };
  const queries = queriesOf(checked, facts);
  if (!queries.ok) return refused(queries.problems);
  const compiling = compile(checked, { ...facts, joins: queries.value.map((query) => ask(runs, query)) });
  if (!compiling.ok) return refused(compiling.problems);
  const compiled = compiling.value;
  const { bytes, sha256 } = sealBytes(compiled.spec);
  const opened = open({ bytes, sha256 }, run);
  if (!opened.ok) return refusal('resolve', 'compiler_error', `${opened.reason}: ${opened.message}`);
  const connected = addConnections(opened.value, catalogueOf(given.agent), paths);
  if (!connected.ok) return refusal('resolve', 'compiler_error', `${connected.reason}: ${connected.message}`);
  const document = documentOf(given, checked, compiled, connected.value, runs);
  return { document: new Map([...document, ['operation', operationDocument(submission)]]) };
}

function documentOf(
  given: Case,
  checked: Checked,
  compiled: Compiled,
  connected: Connected,
  runs: readonly RunEntity[],
): ValueMap {
  const document = new Map<string, Value>([
    ['ok', true],
    ['compiled', compiledDocument(checked)],
    ['created', createdDocument(checked)],
    ['resolved', resolvedDocument(checked, compiled, connected)],
    ['run', recordDocument(checked, compiled)],
    ['lineage', lineageDocuments(compiled)],
    ['edges', edgeDocuments(compiled, runs)],
  ]);
  const hooks = given.options.get('hooks') ?? null;
  if (hooks !== null && isMap(hooks)) document.set('hook_operations', hookDocuments(checked, compiled, hooks));
  if (compiled.children === null) return document;
  const children = childDocuments(compiled.children);
  document.set('children', children);
  document.set('children_count', BigInt(children.length));
  const params = children[0]?.get('params') ?? null;
  document.set('children_param_names', params !== null && isMap(params) ? [...params.keys()] : []);
  return document;
}

function refused(problems: readonly Diagnostic[]): Answer {
  const { kind, stage, first } = errorKind(problems);
  const { code, file, line, column, message } = toJson(first);
  const isOption = file === optionsFile;
  return refusal(stage, isOption ? 'invalid_spec' : kind, `${code} at ${file}:${line}:${column}: ${message}`);
}

function refusal(stage: string, kind: string, note: string): Answer {
  const document = new Map<string, Value>([
    ['ok', false],
    ['stage', stage],
    ['error_kind', kind],
  ]);
  return { document, note };
}
