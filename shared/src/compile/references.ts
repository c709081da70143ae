import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { toValue } from '../values/from-node.ts';
import type { Value } from '../values/value.ts';
import type { Checked, Param, Reference, WithReferences } from './drafts.ts';
import type { Facts, RunEdge, RunEntity } from './facts.ts';
import { wishText } from './read-reference.ts';
import { take } from './take.ts';

/**
 * Puts what params take from other runs in their place (compiler.md 3.2). A run that is not among the facts does not exist
 * or is not allowed; which of both is never said (decisions.md 31). Every run that is referred to becomes an edge.
 */
export function resolveReferences(draft: Checked, facts: Pick<Facts, 'runs' | 'pipeline'>): Outcome<WithReferences> {
  const problems: Diagnostic[] = [];
  const taken = new Map<string, Value>();
  const edges = new Map<string, Map<string, Value>>();
  for (const param of draft.params.values()) {
    if (param.reference === null) continue;
    const run = entityOf(param.reference, facts);
    if (run === undefined) {
      problems.push(notFound(param.reference));
      continue;
    }
    const value = take(run, param.reference.wants);
    if (value === undefined) problems.push(noSuchValue(param, param.reference, run));
    else taken.set(param.name, value);
    if (param.reference.of.kind === 'runs') {
      const values = edges.get(run.uuid) ?? new Map<string, Value>();
      edges.set(run.uuid, values.set(param.name, toValue(param.value)));
    }
  }
  const runEdges = [...edges].map(([upstream, values]): RunEdge => ({ kind: 'run', upstream, values }));
  return settle({ ...draft, stage: 'references', taken, edges: runEdges }, problems);
}

function entityOf({ of }: Reference, facts: Pick<Facts, 'runs' | 'pipeline'>): RunEntity | undefined {
  switch (of.kind) {
    case 'dag':
      return facts.pipeline?.dag;
    case 'ops':
      return facts.pipeline?.ops.get(of.name);
    case 'runs':
      return facts.runs?.get(of.uuid);
  }
}

function notFound({ of, span }: Reference): Diagnostic {
  if (of.kind === 'runs')
    return error('access/run', span, `Run "${of.uuid}": not found or not allowed.`, {
      hint: 'Refer to a run of the same project that you may read.',
    });
  const name = of.kind === 'ops' ? `ops.${of.name}` : 'dag';
  return error('references/not-finished', span, `"${name}" has no run yet, so nothing can be taken from it.`, {
    hint: 'Compile the operation when what it waits for is done.',
  });
}

function noSuchValue(param: Param, { of, wants }: Reference, run: RunEntity): Diagnostic {
  const name = of.kind === 'runs' ? `run "${of.uuid}"` : of.kind === 'ops' ? `"ops.${of.name}"` : 'the dag';
  const known =
    wants.kind === 'name' && (wants.section === 'inputs' || wants.section === 'outputs')
      ? [...run[wants.section].keys()]
      : [];
  const wanted = wants.kind === 'name' ? wants.name : '';
  const state = known.length === 0 ? ` It is ${run.status}.` : '';
  return error(
    'references/no-such-value',
    param.value.span,
    `"${wishText(wants)}" is nothing that ${name} has.${state}`,
    {
      hint: didYouMean(wanted, known) ?? (known.length > 0 ? `It has: ${known.slice(0, 10).join(', ')}.` : undefined),
    },
  );
}
