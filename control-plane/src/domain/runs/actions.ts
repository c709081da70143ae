import { closedGates, gates, isDone, pendingOf, SAFE_STOP } from '@tandem/shared/lifecycle';
import { impossible, type Refusal } from '../refusal.ts';
import { type Move, transition } from './move.ts';
import type { RunState } from './run.ts';

/** What an action does to a run: at most one move, and what the agent must be told with it. */
export type RunChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'move'; readonly move: Move; readonly tell?: 'stop' }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** Nothing of the run is on a cluster and nobody was told to put it there. */
function isAtHome(run: RunState): boolean {
  return SAFE_STOP.has(run.status) || run.status === 'queued' || run.managedBy === 'user';
}

/**
 * Stops a run (orchestration.md 1.6): at once when no agent has it, otherwise by asking its agent.
 * Stopping what is stopping or done is no error and changes nothing (decisions.md 67).
 */
export function stopRun(run: RunState, writer: string): RunChange {
  if (isDone(run.status) || run.status === 'stopping') return { kind: 'none' };
  if (isAtHome(run)) return { kind: 'move', move: transition(run, 'stopped', { reason: 'UserStop', writer }) };
  // The new generation supersedes a start that is still on its way.
  const move = transition(run, 'stopping', { reason: 'UserStop', writer, set: { nextGeneration: true } });
  return { kind: 'move', move, tell: 'stop' };
}

/** Skips a run that nobody has started yet (orchestration.md 1.6); a skipped run stays skipped without complaint. */
export function skipRun(run: RunState, writer: string): RunChange {
  if (run.status === 'skipped') return { kind: 'none' };
  if (SAFE_STOP.has(run.status) || run.status === 'queued') {
    return { kind: 'move', move: transition(run, 'skipped', { reason: 'UserSkip', writer }) };
  }
  const message = `Only a run that has not started can be skipped; this one is ${run.status}.`;
  return { kind: 'refuse', refusal: impossible('runs/not-skippable', message) };
}

/** What an approval does: nothing, or open one gate; `starts` when it was the last. */
export type Approval =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly bit: number; readonly starts: boolean }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/**
 * Approving opens the first of upload, approval, cache and build that is closed, and no other gate (decisions.md 14).
 * A run that waits for nothing is approved without effect; one that is stopping or done refuses (decisions.md 67).
 */
export function approveRun(run: RunState): Approval {
  if (isDone(run.status) || run.status === 'stopping') {
    const refusal = impossible('runs/not-pending', `not_pending: the run is ${run.status}.`);
    return { kind: 'refuse', refusal };
  }
  const pending = pendingOf(run.gates);
  if (pending === null) return { kind: 'none' };
  const bit = gates[pending];
  return { kind: 'open', bit, starts: closedGates(run.gates & ~bit).length === 0 };
}
