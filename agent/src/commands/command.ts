import type { Command, StartRun, StopRun } from '@tandem/proto';
import type { RunKey } from '../compile/pod-plan.ts';

/** A command of the control plane, as the handlers see it. */
export type AgentCommand =
  | (Addressed & { readonly kind: 'start'; readonly start: StartRun; readonly notAfterMs: number })
  | (Addressed & { readonly kind: 'stop'; readonly stop: StopRun })
  | (Addressed & { readonly kind: 'remove'; readonly artifacts: boolean })
  | (Addressed & { readonly kind: 'observe' })
  /** Newer than this agent, or aimed at nothing. */
  | (Addressed & { readonly kind: 'unknown' });

interface Addressed {
  readonly id: string;
  readonly seq: bigint;
  readonly run: RunKey;
}

/** What the control plane is told about a command: only after its effect would survive a crash of the agent. */
export type Answer =
  | { readonly kind: 'accepted' | 'already' | 'superseded' }
  | { readonly kind: 'rejected'; readonly reason: string; readonly message: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly message: string; readonly afterMs: number };

const uuidShape = /^[0-9a-f]{32}$/;

/** Reads a command from the wire. A body that we do not know, and a run id that is none, give `unknown`. */
export function toCommand(wire: Command): AgentCommand {
  const addressed = {
    id: wire.id,
    seq: wire.seq,
    run: { uuid: wire.runUuid, attempt: wire.attempt, generation: Number(wire.generation) },
  };
  if (!uuidShape.test(wire.runUuid)) return { ...addressed, kind: 'unknown' };
  switch (wire.body?.$case) {
    case 'start':
      return { ...addressed, kind: 'start', start: wire.body.value, notAfterMs: Number(wire.notAfterMs) };
    case 'stop':
      return { ...addressed, kind: 'stop', stop: wire.body.value };
    case 'remove':
      return { ...addressed, kind: 'remove', artifacts: wire.body.value.artifacts };
    case 'observe':
      return { ...addressed, kind: 'observe' };
    default:
      return { ...addressed, kind: 'unknown' };
  }
}

/** Whether an intent is older than another for the same run: (attempt, generation), in this order. */
export function isOlder(run: RunKey, than: RunKey): boolean {
  return run.attempt < than.attempt || (run.attempt === than.attempt && run.generation < than.generation);
}
