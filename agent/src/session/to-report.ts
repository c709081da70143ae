import { Report } from '@tandem/proto';
import { isDone } from '@tandem/shared/lifecycle';
import type { Clean } from '../mask/clean.ts';
import { cleanOutputs } from '../mask/clean-outputs.ts';
import type { Observed } from '../ports/executor.ts';

/** Makes any text fit to leave the cluster; at most 4 KiB of it unless another limit is given. */
export type Cleaner = (text: string, limitBytes?: number) => Clean;

/**
 * What an observation says to the control plane. The id is made of what it names, so that a report built twice is one.
 * Every text that a user's program or a file name could have shaped goes through `clean` (trust.md 2.2).
 * `serverOffsetMs` is what the control plane's clock is ahead of ours.
 */
export function toReport(observed: Observed, clean: Cleaner, serverOffsetMs = 0): Report {
  const { run, ended } = observed;
  return Report.fromPartial({
    id: reportId(observed),
    runUuid: run.uuid,
    attempt: run.attempt,
    generation: BigInt(run.generation),
    seq: observed.seq,
    status: observed.status,
    reason: observed.reason,
    message: clean(observed.message),
    atMs: BigInt(Math.round(observed.atMs)),
    final: isFinal(observed),
    ...(ended?.exitCode == null ? {} : { exitCode: ended.exitCode }),
    outputs: ended?.outputs == null ? Buffer.alloc(0) : cleanOutputs(ended.outputs, clean),
    artifacts: (ended?.artifacts ?? []).map((artifact) => ({
      name: clean(artifact.name),
      kind: artifact.kind,
      path: clean(artifact.path),
      size: BigInt(artifact.size),
      sha256: artifact.sha256,
    })),
    pods: observed.pods.map(({ name, phase, node }) => ({
      name: clean(name),
      phase: clean(phase),
      node: clean(node),
      drift: [],
    })),
    // By the control plane's clock: it is compared with the time of a stop (orchestration.md, L-05).
    finishedAtMs: ended === null ? 0n : BigInt(Math.round(ended.finishedAtMs + serverOffsetMs)),
  });
}

/** Stable: the same for the same state of the same attempt. */
export function reportId(observed: Observed): string {
  const { uuid, attempt } = observed.run;
  return `${uuid}-${attempt}-${observed.seq}`;
}

export function isFinal(observed: Observed): boolean {
  return observed.ended !== null && isDone(observed.status);
}
