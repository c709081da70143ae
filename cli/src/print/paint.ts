/** Colours, or none: each function gives its text back, marked for a terminal where one is there. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const mark =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`;

const same = (text: string): string => text;

export const colours: Paint = {
  bold: mark(1, 22),
  dim: mark(2, 22),
  red: mark(31, 39),
  green: mark(32, 39),
  yellow: mark(33, 39),
  cyan: mark(36, 39),
};
export const noColours: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** `--color`, then FORCE_COLOR, then NO_COLOR, then whether a terminal is there (no-color.org). */
export function choosePaint(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): Paint {
  if (option === 'always') return colours;
  if (option === 'never') return noColours;
  if ((env['FORCE_COLOR'] ?? '') !== '') return colours;
  if ((env['NO_COLOR'] ?? '') !== '') return noColours;
  return isTerminal && env['TERM'] !== 'dumb' ? colours : noColours;
}

/** The colour of a run's status: green when good, red when lost, yellow when somebody should look. */
export function paintStatus(status: string, paint: Paint): string {
  switch (status) {
    case 'succeeded':
      return paint.green(status);
    case 'failed':
    case 'upstream_failed':
      return paint.red(status);
    case 'warning':
    case 'unschedulable':
    case 'unknown':
    case 'retrying':
    case 'stopping':
      return paint.yellow(status);
    case 'running':
    case 'starting':
    case 'processing':
      return paint.cyan(status);
    default:
      return status;
  }
}
