import type { Checked } from '@tandem/shared/compile';
import { type Diagnostic, error } from '@tandem/shared/diagnostics';
import { member } from '@tandem/shared/source';

/** Sections that mean work of the control plane which it does not do yet; to ignore one would run something else than was asked. */
const sections: readonly (readonly [string, string])[] = [
  ['schedule', 'schedules'],
  ['matrix', 'matrices'],
  ['events', 'events'],
  ['joins', 'joins'],
  ['build', 'builds'],
  ['hooks', 'hooks'],
];

/** What stage 1 takes and this control plane cannot carry out yet, each at its place; such an operation is refused, never run in part. */
export function notYet({ operation, run, ops }: Checked): readonly Diagnostic[] {
  const problems = sections.flatMap(([key, what]): readonly Diagnostic[] => {
    const section = member(operation, key);
    const isGiven = section?.kind === 'map' || (section?.kind === 'list' && section.items.length > 0);
    const place = operation.entries.find((entry) => entry.key === key)?.keySpan;
    return isGiven && place !== undefined ? [refusal(what, place)] : [];
  });
  return ops === null ? problems : [...problems, refusal('dags', { ...run.span, end: run.span.start + 1 })];
}

function refusal(what: string, span: Diagnostic['span']): Diagnostic {
  return error('create/not-run-yet', span, `This control plane checks ${what}, but does not run them yet.`, {
    hint: 'Leave it out for now, or only check the operation.',
  });
}
