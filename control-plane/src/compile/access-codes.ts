import { type Code, type CodeEntry, type Diagnostic, error } from '@tandem/shared/diagnostics';
import type { Span } from '@tandem/shared/source';

/**
 * Codes of the stage `access`. Only a server has this stage, so no file alone produces them: their examples are empty.
 * They belong into the catalogue of `shared/diagnostics/codes.ts`; with them there, this file goes and `error` is called.
 */
export const accessCodes = {
  'access/queue': {
    says: 'The queue does not exist, or the project may not use it.',
    help: 'See the queues with `tandem queues ls`; write `queue` or `agent/queue`.',
    example: '',
  },
  'access/connection': {
    says: 'The agent of the queue has no such connection, or the project may not use it.',
    help: 'See the connections with `tandem connections ls`; another agent may have it.',
    example: '',
  },
  'access/namespace': {
    says: 'The agent of the queue does not run in this namespace, or the project may not use it.',
    help: 'Leave the namespace out to use the first one of the agent.',
    example: '',
  },
  'access/preset': {
    says: 'The preset does not exist, or the project may not use it.',
    help: 'Give the preset as a file with `-f` instead.',
    example: '',
  },
  'queues/no-agent': {
    says: 'The agent of the queue has never connected, so nothing is known of its connections.',
    help: 'Connect the agent with its enrolment token, or choose another queue.',
    example: '',
  },
  'queues/kind-not-run': {
    says: 'The agent of the queue cannot run this kind of run.',
    help: 'Choose the queue of an agent that can.',
    example: '',
  },
} as const satisfies Record<string, CodeEntry>;

export type AccessCode = keyof typeof accessCodes;

/** A problem of the stage `access`. */
export function denied(code: AccessCode, span: Span, message: string): Diagnostic {
  const text: string = code;
  return error(text as Code, span, message, { hint: accessCodes[code].help });
}
