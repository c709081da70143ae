import {
  type Checked,
  type Child,
  type Compiled,
  check,
  compile,
  contentOf,
  type Facts,
  queriesOf,
  type RunEntity,
  wantedTexts,
} from '@tandem/shared/compile';
import { codes, type Diagnostic, printDiagnostic, toJson } from '@tandem/shared/diagnostics';
import type { Span } from '@tandem/shared/source';
import type { Value, ValueMap } from '@tandem/shared/values';
import { sealBytes } from '@tandem/shared/wire';
import { addConnections } from '../../agent/src/compile/connections.ts';
import { open } from '../../agent/src/compile/open.ts';
import { runsOf } from '../../scripts/conformance/runs.ts';
import { catalogueOf, defaultQueue, paths, run, runFacts } from '../../scripts/conformance/world.ts';

/** How far a text came, and what was said of it. */
export interface Probed {
  readonly reached: 'nothing' | 'check' | 'compile' | 'agent';
  readonly errors: number;
  readonly errorsWithHint: number;
  readonly children: number;
  /** The code of the first error. */
  readonly refusedFor: string | null;
}

const catalogue = catalogueOf(null);
const others: readonly RunEntity[] = runsOf([1, 2].map(former));
const dag: RunEntity | undefined = others[0];

function former(number: number): ValueMap {
  return new Map<string, Value>([
    ['uuid', `${'0'.repeat(31)}${number}`],
    ['name', 'former'],
    ['status', 'succeeded'],
    ['inputs', new Map<string, Value>([['lr', 0.5]])],
    [
      'outputs',
      new Map<string, Value>([
        ['loss', 0.0],
        ['k', 3n],
      ]),
    ],
    [
      'artifacts',
      [
        new Map<string, Value>([
          ['name', 'f'],
          ['kind', 'file'],
          ['path', 'f.txt'],
        ]),
      ],
    ],
  ]);
}

/** Children of one run that are tried; a matrix may have thousands. */
const mostChildren = 5;

/**
 * Sends a text through everything that is done with an operation, up to the agent. A text may be refused at any point, but
 * by diagnostics that are whole and point into it. Throws an Error that says what is wrong with ours.
 */
export function probe(text: string, depth = 0, inPipeline = false): Probed {
  const submission = { files: [{ name: 'fuzz.yaml', text }], params: [], inPipeline };
  wantedTexts(submission);
  const checked = check(submission);
  const said = [...soundDiagnostics(checked.ok ? checked.warnings : checked.problems, checked.ok)];
  if (!checked.ok) return { reached: 'nothing', ...counted(said), children: 0 };
  const { name, kind, runtime, queue } = checked.value;
  const facts: Facts = {
    run: runFacts({ name, kind, runtime, queue: queue ?? defaultQueue }),
    runs: new Map(others.map((each) => [each.uuid, each])),
    artifactsStore: 'store',
    ...(dag === undefined
      ? {}
      : {
          pipeline: {
            dag,
            ops: new Map(
              inPipeline
                ? [
                    ['prep', dag],
                    ['fit', dag],
                  ]
                : [],
            ),
          },
        }),
  };
  const queries = queriesOf(checked.value, facts);
  const joins = queries.ok ? queries.value.map(() => others) : [];
  const compiled = compile(checked.value, { ...facts, joins });
  said.push(...soundDiagnostics(compiled.ok ? compiled.warnings : compiled.problems, compiled.ok));
  if (!compiled.ok) return { reached: 'check', ...counted(said), children: 0 };
  const children = childrenOf(compiled.value, checked.value, depth);
  const reached = arrives(compiled.value) ? 'agent' : 'compile';
  return { reached, ...counted(said), children };
}

/** Children are operations like any other, and sound but for the values that it gives them, since they were checked with their parent. */
function childrenOf(compiled: Compiled, { kind }: Checked, depth: number): number {
  if (compiled.children === null || depth > 2) return 0;
  let count = 0;
  for (const child of compiled.children) {
    count += 1;
    if (count > mostChildren) break;
    probeChild(child, depth, kind);
  }
  return count;
}

function probeChild(child: Child, depth: number, parent: Checked['kind']): void {
  try {
    const { reached, refusedFor } = probe(contentOf(child), depth + 1, parent === 'dag');
    // A value that its parent made, as from the rows of a matrix, is first held against the child's types here.
    if (reached === 'nothing' && !/^(?:types|params)\//.test(refusedFor ?? ''))
      throw new Error(`it was accepted as part of its parent, but not by itself: ${refusedFor}`);
  } catch (thrown) {
    throw new Error(`child "${child.name}": ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  }
}

/** Whether the agent can finish it; what it cannot even open is a bug. */
function arrives({ spec, isParent }: Compiled): boolean {
  const { bytes, sha256 } = sealBytes(spec);
  const opened = open({ bytes, sha256 }, run);
  if (!opened.ok) throw new Error(`the agent cannot open what was sealed: ${opened.message}`);
  const again = sealBytes(opened.value.sealed);
  if (again.sha256 !== sha256) throw new Error('what was opened is sealed to other bytes');
  if (isParent) return false;
  const connected = addConnections(opened.value, catalogue, paths);
  if (!connected.ok && connected.message === '') throw new Error('the agent refuses without a word');
  return connected.ok;
}

function soundDiagnostics(diagnostics: readonly Diagnostic[], isDone: boolean): readonly Diagnostic[] {
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (isDone !== (errors.length === 0)) throw new Error(`${errors.length} errors, but the outcome is ${isDone}`);
  for (const each of diagnostics) {
    const at = `${each.code} "${each.message}"`;
    if (!Object.hasOwn(codes, each.code)) throw new Error(`unknown code: ${at}`);
    if (!/\S.*[.!?…"]$/s.test(each.message)) throw new Error(`no sentence: ${at}`);
    if (/\[object |function \w*\(|native code/.test(each.message)) throw new Error(`the inside of ours: ${at}`);
    inside(each.span, at);
    for (const related of each.related ?? []) inside(related.span, `${at}, related`);
    toJson(each);
    printDiagnostic(each);
  }
  return diagnostics;
}

function inside({ source, start, end }: Span, at: string): void {
  const isInside =
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= source.text.length;
  if (!isInside) throw new Error(`${start}–${end} is outside of ${source.name} (${source.text.length}): ${at}`);
}

function counted(said: readonly Diagnostic[]): Pick<Probed, 'errors' | 'errorsWithHint' | 'refusedFor'> {
  const errors = said.filter((each) => each.severity === 'error');
  return {
    refusedFor: errors[0]?.code ?? null,
    errors: errors.length,
    errorsWithHint: errors.filter((each) => each.hint !== undefined).length,
  };
}
