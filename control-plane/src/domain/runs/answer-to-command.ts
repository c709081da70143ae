import { DONE, isReason, type Reason, type Status } from '@tandem/shared/lifecycle';

/** An agent's answer to a command, with what the command was about. */
export interface Answer {
  readonly command: 'start' | 'stop' | 'remove' | 'observe';
  readonly outcome: 'accepted' | 'already' | 'superseded' | 'rejected' | 'retry';
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs: number;
  /** Generation that the command had; a run of a later one has been told something else since. */
  readonly generation: number;
}

/** What an answer does to its run. */
export type Effect =
  | { readonly kind: 'none' }
  | { readonly kind: 'refresh'; readonly reason: Reason }
  | { readonly kind: 'move'; readonly next: Status; readonly reason: Reason; readonly message: string }
  /** The cluster made nothing: the run waits again, not before so many ms. */
  | { readonly kind: 'requeue'; readonly reason: Reason; readonly message: string; readonly afterMs: number }
  /** The cluster holds nothing of a run that has ended. */
  | { readonly kind: 'release' }
  /** Not an answer yet: the command stays open and is sent again. */
  | { readonly kind: 'again'; readonly afterMs: number };

const none: Effect = { kind: 'none' };

/** Pure: the rules of agent-and-kubernetes.md 4.3 and decisions.md 37 for one answer. */
export function effectOf(answer: Answer, run: { readonly status: Status; readonly generation: number } | null): Effect {
  switch (answer.command) {
    case 'start':
      return run === null ? none : effectOfStart(answer, run);
    case 'stop':
      return effectOfStop(answer);
    case 'observe':
      return run === null ? none : effectOfObserve(answer, run);
    case 'remove':
      if (answer.outcome === 'retry') return { kind: 'again', afterMs: answer.retryAfterMs };
      return { kind: 'release' };
  }
}

function effectOfStart(answer: Answer, run: { readonly status: Status; readonly generation: number }): Effect {
  const holds = run.status === 'scheduled' && run.generation === answer.generation;
  switch (answer.outcome) {
    case 'accepted':
    case 'already':
      return holds ? { kind: 'refresh', reason: 'Accepted' } : none;
    case 'superseded':
      return none;
    case 'rejected':
      if (run.status === 'stopping') return { kind: 'move', next: 'stopped', reason: 'UserStop', message: '' };
      if (!holds) return none;
      return { kind: 'move', next: 'failed', reason: reasonOf(answer), message: answer.message };
    case 'retry':
      if (!holds) return none;
      return { kind: 'requeue', reason: reasonOf(answer), message: answer.message, afterMs: answer.retryAfterMs };
  }
}

/** A stop only promises the end. The end itself is a report, which also says whether the run had ended before (L-05). */
function effectOfStop(answer: Answer): Effect {
  return answer.outcome === 'retry' ? { kind: 'again', afterMs: answer.retryAfterMs } : none;
}

/** What is there is reported. Only a refusal for the reason that nothing is there has an effect of its own. */
function effectOfObserve(answer: Answer, run: { readonly status: Status }): Effect {
  if (answer.outcome === 'retry') return { kind: 'again', afterMs: answer.retryAfterMs };
  if (answer.outcome !== 'rejected' || answer.reason !== 'DeletedExternally' || run.status === 'queued') return none;
  if (DONE.has(run.status)) return { kind: 'release' };
  return {
    kind: 'move',
    next: 'stopped',
    reason: run.status === 'stopping' ? 'UserStop' : 'DeletedExternally',
    message: answer.message,
  };
}

function reasonOf(answer: Answer): Reason {
  return isReason(answer.reason) ? answer.reason : 'Internal';
}
