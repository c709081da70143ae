/**
 * The world is not answering as it should (disk full, API server away) and no caller can decide what to do: the
 * command loop answers `retry` (style-anchors B.5). Never a mistake of the user, never a bug of ours.
 */
export class Outage extends Error {
  /** Machine word, such as ENOSPC. */
  readonly code: string;
  /** When another try makes sense. */
  readonly afterMs: number;

  constructor(code: string, message: string, afterMs: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'Outage';
    this.code = code;
    this.afterMs = afterMs;
  }
}
