import type { Case } from './case.ts';

/** The case as one line of JSON, for machines that keep figures. */
export function jsonLine(bench: string, result: Case): string {
  const { case: name, unit, n, commitMs } = result;
  const [min, median, max] = [rounded(result.min), rounded(result.median), rounded(result.max)];
  return JSON.stringify({
    bench,
    case: name,
    unit,
    min,
    median,
    max,
    n,
    commit_ms: commitMs === null ? null : rounded(commitMs),
  });
}

const widths = [62, 8, 10, 10, 10, 7, 10] as const;

export const tableTitle = row(['case', 'unit', 'min', 'median', 'max', 'n', 'commit ms', 'bar']);

/** The case as a line under `tableTitle`. */
export function tableLine(result: Case): string {
  const { commitMs, bar } = result;
  const cells = [result.min, result.median, result.max].map((value) => String(rounded(value)));
  return row([
    result.case,
    result.unit,
    ...cells,
    String(result.n),
    commitMs === null ? '-' : String(rounded(commitMs)),
    bar === undefined ? '' : barText(result, bar),
  ]);
}

function barText(result: Case, bar: NonNullable<Case['bar']>): string {
  const value = result[bar.of];
  const holds = bar.is === 'at most' ? value <= bar.limit : value >= bar.limit;
  return `${holds ? 'holds' : 'MISSED'}: ${bar.of} ${bar.is} ${rounded(bar.limit)}`;
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at] ?? 0)))
    .join(' ')
    .trimEnd();
}

/** Three digits that count, and never more than two after the point. */
function rounded(value: number): number {
  return Number(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2));
}
