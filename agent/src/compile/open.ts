import { openBytes, type SealedSpec, sha256Hex } from '@tandem/shared/wire';
import type { RunKey } from './pod-plan.ts';
import { refused, type Staged, staged } from './staged.ts';

/** What arrives: bytes, and the hash that the control plane computed of them. */
export interface Arrived {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface Opened {
  readonly stage: 'open';
  readonly run: RunKey;
  readonly sealed: SealedSpec;
  readonly specSha256: string;
}

/**
 * Open: bytes to a sealed spec. Refuses what is newer than this agent (SpecTooNew), and what did not arrive as it was
 * sent or names another run (SpecCorrupt).
 */
export function open(arrived: Arrived, run: RunKey): Staged<Opened> {
  const specSha256 = sha256Hex(arrived.bytes);
  if (specSha256 !== arrived.sha256)
    return refused('SpecCorrupt', 'The spec did not arrive as it was sent: its hash differs.');
  const opened = openBytes(arrived.bytes);
  if (!opened.ok) return refused(opened.reason === 'newer' ? 'SpecTooNew' : 'SpecCorrupt', opened.message);
  if (opened.spec.run.uuid !== run.uuid)
    return refused('SpecCorrupt', 'The spec belongs to another run than its command.');
  return staged({ stage: 'open', run, sealed: opened.spec, specSha256 });
}
