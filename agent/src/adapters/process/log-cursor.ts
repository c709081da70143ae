/** A place in the logs of a run: `<attempt>/<step>/<offset>`, with `+` behind it inside a line whose rest is left out. */
export interface LogCursor {
  readonly attempt: number;
  readonly step: string;
  readonly offset: number;
  readonly skipping: boolean;
}

const shape = /^(\d{1,9})\/((?:init|try)-\d{1,9})\/(\d{1,15})(\+?)$/;

/** Null for an empty or foreign text: read from the beginning. */
export function parseCursor(text: string): LogCursor | null {
  const match = shape.exec(text);
  if (match === null) return null;
  const [, attempt = '0', step = '', offset = '0', plus] = match;
  return { attempt: Number(attempt), step, offset: Number(offset), skipping: plus === '+' };
}

export function printCursor(cursor: LogCursor): string {
  return `${cursor.attempt}/${cursor.step}/${cursor.offset}${cursor.skipping ? '+' : ''}`;
}

/** Order in which steps run: `init-0`, `init-1`, …, `try-1`, `try-2`, … */
export function byStep(left: string, right: string): number {
  return rank(left) - rank(right);
}

function rank(step: string): number {
  const [role, number] = step.split('-');
  return (role === 'init' ? 0 : 1_000_000_000) + Number(number);
}
