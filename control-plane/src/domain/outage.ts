/** Something outside does not answer. No caller can act on it but to try again, or not (style-anchors B.5). */
export class Outage extends Error {
  /** Words for machines, such as `agent-away`. */
  readonly code: string;
  readonly retry: 'now' | 'later' | 'never';

  constructor(code: string, message: string, retry: 'now' | 'later' | 'never' = 'later', cause?: unknown) {
    super(message, { cause });
    this.name = 'Outage';
    this.code = code;
    this.retry = retry;
  }
}
