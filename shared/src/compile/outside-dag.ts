import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import { member } from '../source/tree.ts';
import type { TypeChecked } from './drafts.ts';
import { eventsOf } from './mentions.ts';

/** What makes sense inside of a dag only, in an operation that stands alone (decisions.md 48). */
export function outsideProblems(draft: TypeChecked): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const { name, reference } of draft.params.values()) {
    if (reference === null || reference.of.kind === 'runs') continue;
    const of = reference.of.kind === 'dag' ? 'dag' : `ops.${reference.of.name}`;
    problems.push(
      error(
        'graph/outside-dag',
        reference.span,
        `"${name}" refers to "${of}", but the operation is not part of a dag.`,
        {
          hint: 'Refer to a run: "ref: runs.UUID".',
        },
      ),
    );
  }
  for (const event of eventsOf(member(draft.operation, 'events'))) {
    if (event.root !== 'ops') continue;
    problems.push(
      error(
        'graph/outside-dag',
        event.span,
        `The event refers to "ops.${event.name}", but the operation is not part of a dag.`,
        {
          hint: 'Refer to a run: "ref: runs.UUID".',
        },
      ),
    );
  }
  const dependencies = member(draft.operation, 'dependencies');
  if (dependencies?.kind === 'list' && dependencies.items.length > 0)
    problems.push(
      warning(
        'graph/no-effect',
        dependencies.span,
        'The operation is not part of a dag, so its "dependencies" have no effect.',
        {
          hint: 'Remove them, or put the operation into a dag.',
        },
      ),
    );
  return problems;
}
