import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member } from '../source/tree.ts';
import { hasBuild } from './build.ts';
import type { Checked } from './drafts.ts';

/** What may be checked, but not be made a run (compiler.md 6, stage create): a template to be copied, a build on a dag. */
export function checkCreation(draft: Checked): Outcome<Checked> {
  const problems: Diagnostic[] = [];
  const template = member(draft.operation, 'template');
  const enabled = template?.kind === 'map' ? member(template, 'enabled') : undefined;
  if (enabled?.kind === 'scalar' && enabled.value === true)
    problems.push(
      error('create/template', enabled.span, 'The file is a template to be filled in, so it cannot be run as it is.', {
        hint: 'Copy it, fill in its fields, and remove "template.enabled".',
      }),
    );
  if (draft.runKind.name === 'dag' && hasBuild(draft.operation))
    problems.push(
      error(
        'create/build-on-dag',
        keySpan(draft.operation, 'build'),
        'A dag has no image of its own, so it cannot have a "build".',
        {
          hint: 'Put the build on the operation whose image it makes.',
        },
      ),
    );
  if (draft.unread !== null)
    problems.push(
      error(
        'references/not-found',
        draft.unread.span,
        `"${draft.unread.ref}" is not at hand, so the operation cannot be compiled.`,
        {
          hint: 'Compile it where the component is known.',
        },
      ),
    );
  return settle(draft, problems);
}

function keySpan(operation: MapNode, key: string): MapNode['span'] {
  return operation.entries.find((entry) => entry.key === key)?.keySpan ?? operation.span;
}
