import type { StageResult, Submission } from '@tandem/shared/compile';
import { toJson } from '@tandem/shared/diagnostics';
import { printProblems } from './diagnostics.ts';
import type { Streams } from './output.ts';
import { stageReport } from './stage-report.ts';
import { jsonText, yamlText } from './value-text.ts';

/** Prints what each stage gave, its problems beside it. Gives whether all went well. */
export async function printStages(
  results: readonly StageResult[],
  submission: Submission,
  streams: Streams,
): Promise<boolean> {
  for (const result of results) {
    const { stage, outcome } = result;
    streams.out(
      `${streams.paint.bold(stage)}: ${outcome.ok ? streams.paint.green('ok') : streams.paint.red('failed')}\n`,
    );
    if (outcome.ok) streams.out(yamlText(stageReport(result, submission), 1));
    await printProblems(outcome.ok ? outcome.warnings : outcome.problems, streams);
  }
  return results.every(({ outcome }) => outcome.ok);
}

/** The same for scripts: one JSON object a line. */
export function printStagesJson(results: readonly StageResult[], submission: Submission, streams: Streams): boolean {
  for (const result of results) {
    const { stage, outcome } = result;
    const diagnostics = (outcome.ok ? outcome.warnings : outcome.problems).map(toJson);
    const head = `"stage":${JSON.stringify(stage)},"ok":${outcome.ok}`;
    streams.out(
      `{${head},"result":${jsonText(stageReport(result, submission))},"diagnostics":${JSON.stringify(diagnostics)}}\n`,
    );
  }
  return results.every(({ outcome }) => outcome.ok);
}
