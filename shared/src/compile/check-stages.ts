import type { Outcome } from '../outcome/index.ts';
import { assemble } from './assemble.ts';
import type { Assembled, Checked, Parsed, Sanitized, TypeChecked } from './drafts.ts';
import { checkGraph } from './graph.ts';
import { parse, type Submission } from './parse.ts';
import { sanitize } from './sanitize.ts';
import { checkTypes } from './type-check.ts';

/** What one offline stage gave: its draft, or what it found wrong. Warnings are those of this stage alone. */
export type StageResult =
  | { readonly stage: 'parse'; readonly outcome: Outcome<Parsed> }
  | { readonly stage: 'sanitize'; readonly outcome: Outcome<Sanitized> }
  | { readonly stage: 'assemble'; readonly outcome: Outcome<Assembled> }
  | { readonly stage: 'type-check'; readonly outcome: Outcome<TypeChecked> }
  | { readonly stage: 'graph'; readonly outcome: Outcome<Checked> };

/**
 * The stages of `check` with what each of them gave, in order (decisions.md 11 and 12). The first one that fails is the last
 * one of the list. Pure; never throws.
 */
export function checkStages(submission: Submission): readonly StageResult[] {
  const parsed = parse(submission);
  const results: StageResult[] = [{ stage: 'parse', outcome: parsed }];
  if (!parsed.ok) return results;
  const sanitized = sanitize(parsed.value);
  results.push({ stage: 'sanitize', outcome: sanitized });
  if (!sanitized.ok) return results;
  const assembled = assemble(sanitized.value);
  results.push({ stage: 'assemble', outcome: assembled });
  if (!assembled.ok) return results;
  const typed = checkTypes(assembled.value);
  results.push({ stage: 'type-check', outcome: typed });
  if (!typed.ok) return results;
  results.push({ stage: 'graph', outcome: checkGraph(typed.value, submission.inPipeline ?? false) });
  return results;
}
