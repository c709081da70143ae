import type { Submission } from '@tandem/shared/compile';
import type { Diagnostic } from '@tandem/shared/diagnostics';

/**
 * Says of a `urlRef` that it is not fetched: what stands at an address may change between a check and a run, so its text
 * has to be at hand as a file. Other diagnostics stay as they are.
 */
export async function withUrlNotes(
  diagnostics: readonly Diagnostic[],
  submission: Submission,
): Promise<readonly Diagnostic[]> {
  if (!diagnostics.some(isOpen)) return diagnostics;
  const { wantedTexts } = await import('@tandem/shared/compile');
  const urls = wantedTexts(submission).filter(({ kind }) => kind === 'url');
  return diagnostics.map((each) => {
    const url = urls.find(({ span }) => placeKey(span) === placeKey(each.span));
    if (!isOpen(each) || url === undefined) return each;
    return {
      ...each,
      message: `"${url.ref}" is an address, which is not fetched, so what it declares is not checked here.`,
      hint: 'Save it as a file, and use "pathRef".',
    };
  });
}

function isOpen(diagnostic: Diagnostic): boolean {
  return diagnostic.code === 'references/not-checked';
}

function placeKey({ source, start, end }: Diagnostic['span']): string {
  return `${source.name}:${start}:${end}`;
}
