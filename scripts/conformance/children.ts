/** The runs that a parent makes, and the edges between runs, in the shapes of the cases. */
import { type Child, type Children, type Compiled, check, contentOf, type RunEntity } from '@tandem/shared/compile';
import type { Diagnostic } from '@tandem/shared/diagnostics';
import type { Value, ValueMap } from '@tandem/shared/values';
import { byUnits } from '@tandem/shared/wire';
import { compiledDocument, createdDocument } from './documents.ts';

/** What is stored of each child, read again as it will be when the child is released; a problem there is a bug of ours. */
export function childDocuments(children: Children): readonly ValueMap[] {
  const documents = [...children].map(childDocument);
  if (children.kind !== 'dag') return documents;
  return documents.sort((left, right) => byUnits(String(left.get('name')), String(right.get('name'))));
}

function childDocument(child: Child): ValueMap {
  const file = { name: 'child.json', text: contentOf(child) };
  const checked = check({
    files: [file],
    params: [],
    inPipeline: true,
    library: { texts: new Map(), defaultPresets: [], others: 'missing', presetsApplied: true },
  });
  if (!checked.ok) throw new Error(`A child does not read back: ${problemText(checked.problems)}`);
  const { name, meta, scheduleAt } = child;
  return new Map<string, Value>([
    ['compiled', compiledDocument(checked.value)],
    ...createdDocument(checked.value),
    ['kind', child.kind],
    ['runtime', child.runtime],
    ['name', name],
    ['meta_info', meta],
    ['schedule_at', scheduleAt],
  ]);
}

function problemText(problems: readonly Diagnostic[]): string {
  return problems.map(({ code, message }) => `${code} ${message}`).join('; ');
}

/** Edges between the children of a dag, and from other runs to the run itself; sorted, since their order is nobody's. */
export function edgeDocuments(compiled: Compiled, runs: readonly RunEntity[]): readonly ValueMap[] {
  const edges: ValueMap[] = compiled.edges.map(
    ({ kind, upstream, values }) =>
      new Map<string, Value>([
        ['kind', kind],
        ['upstream', runs.find((run) => run.uuid === upstream)?.name ?? upstream],
        ['downstream', '<self>'],
        ['values', values],
      ]),
  );
  for (const child of compiled.children?.kind === 'dag' ? compiled.children : [])
    for (const { name, values, statuses } of child.upstreams)
      edges.push(
        new Map<string, Value>([
          ['kind', 'dag'],
          ['upstream', name],
          ['downstream', child.name],
          ['values', values.size === 0 ? null : values],
          ['statuses', [...statuses]],
        ]),
      );
  const key = (edge: ValueMap): string => `${String(edge.get('upstream'))} ${String(edge.get('downstream'))}`;
  return edges.sort((left, right) => byUnits(key(left), key(right)));
}

export function lineageDocuments(compiled: Compiled): readonly ValueMap[] {
  return compiled.lineage.map(
    ({ name, kind, path, summary, isInput }) =>
      new Map<string, Value>([
        ['name', name],
        ['kind', kind],
        ['path', path],
        ['summary', summary],
        ['is_input', isInput],
      ]),
  );
}
