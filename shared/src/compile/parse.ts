import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { failed, type Outcome, settle } from '../outcome/index.ts';
import { readSource } from '../source/read-source.ts';
import type { SourceFile } from '../source/span.ts';
import type { MapNode } from '../source/tree.ts';
import type { Parsed } from './drafts.ts';
import { emptyLibrary, type Library } from './library.ts';
import { type Limits, submissionLimits } from './limits.ts';
import type { ParamOption } from './param-option.ts';

/** What a user hands in: the main file, files merged into it in order, and params. */
export interface Submission {
  readonly files: readonly SourceFile[];
  readonly params: readonly ParamOption[];
  /** What references and preset names stand for; nothing is at hand when it is left out. */
  readonly library?: Library;
  /** The operation is part of a dag: its references to other operations are resolved by facts. */
  readonly inPipeline?: boolean;
  /** For benchmarks that lift them. */
  readonly limits?: Limits;
}

/** Texts to trees. The only stage whose problems are about YAML and JSON; problems of all files come together. */
export function parse(submission: Submission): Outcome<Parsed> {
  const limits = submission.limits ?? submissionLimits;
  const diagnostics: Diagnostic[] = [];
  const trees: MapNode[] = [];
  for (const file of submission.files) {
    const read = readSource(file, limits);
    diagnostics.push(...(read.ok ? read.warnings : read.problems));
    if (read.ok) trees.push(read.value);
  }
  diagnostics.push(...repeatedOptions(submission.params));
  const [main, ...presets] = trees;
  if (main !== undefined) {
    const library = submission.library ?? emptyLibrary;
    return settle({ stage: 'parse', main, presets, options: submission.params, library, limits }, diagnostics);
  }
  const source = submission.files[0] ?? { name: 'submission', text: '' };
  return failed(
    diagnostics.length > 0
      ? diagnostics
      : [
          error('parse/no-file', { source, start: 0, end: 0 }, 'The submission has no file.', {
            hint: 'Give one with -f.',
          }),
        ],
  );
}

function repeatedOptions(options: readonly ParamOption[]): readonly Diagnostic[] {
  const seen = new Map<string, ParamOption>();
  const problems: Diagnostic[] = [];
  for (const option of options) {
    const former = seen.get(option.name);
    if (former !== undefined)
      problems.push(
        error('params/repeated', option.value.span, `The param "${option.name}" is given twice.`, {
          hint: 'Give it once.',
          related: [{ message: 'The first value is here.', span: former.value.span }],
        }),
      );
    seen.set(option.name, option);
  }
  return problems;
}
