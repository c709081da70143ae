import type { Code } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readShape } from '../spec/read-section.ts';
import type { Reading } from '../spec/reading.ts';
import { schedule as shape } from '../spec/schedule.ts';
import { toNode } from '../values/to-node.ts';
import type { ValueMap } from '../values/value.ts';

/** What is wrong with a rendered section, in the words of the file format. */
export interface ScheduleProblem {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string | undefined;
}

const nowhere = { source: { name: 'schedule', text: '' }, start: 0, end: 0 };

/**
 * What templates made wrong in a rendered schedule, such as a cron expression or a time; undefined when it can be used.
 * Sections without templates were checked when they were read.
 */
export function scheduleProblem(schedule: ValueMap): ScheduleProblem | undefined {
  const problems: Diagnostic[] = [];
  const reading: Reading = { problems, run: null };
  readShape(toNode(schedule, nowhere), shape, 'schedule', reading);
  const first = problems.find((each) => each.severity === 'error');
  return first === undefined ? undefined : { code: first.code, message: first.message, hint: first.hint };
}
