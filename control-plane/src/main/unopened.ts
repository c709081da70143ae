/**
 * The control plane cannot start, and it is nobody's bug. `message` is one sentence for the person at the terminal; `kind`
 * decides the exit code.
 */
export class Unopened extends Error {
  readonly kind: 'usage' | 'busy' | 'newer' | 'unreachable' | 'failure';

  constructor(kind: Unopened['kind'], message: string) {
    super(message);
    this.name = 'Unopened';
    this.kind = kind;
  }
}

/** The sentence for an error of the operating system on a file or an address; null for what is no such error. */
export function systemSentence(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  switch (error.code) {
    case 'ENOSPC':
      return 'The disk is full.';
    case 'EACCES':
    case 'EPERM':
      return `Permission denied: ${error.message}.`;
    case 'ENOENT':
      return `There is no such file: ${error.message}.`;
    case 'EROFS':
      return 'The file system is read-only.';
    default:
      return 'syscall' in error ? `The system refused: ${error.message}.` : null;
  }
}
