import { compactJson, fromJson, isMap } from '@tandem/shared/values';
import * as z from 'zod';
import { type CollectResult, resultMark } from '../compile/helper-task.ts';
import { collectorName } from '../compile/kubernetes/names.ts';
import type { ArtifactFound } from '../ports/executor.ts';
import type { PodView } from './run-view.ts';

/** What the collector of a pod left: nothing, the whole, or that it stands in its log. */
export type Collected =
  | { readonly kind: 'none' }
  | { readonly kind: 'in-log' }
  | {
      readonly kind: 'result';
      readonly outputs: string | null;
      readonly artifacts: readonly ArtifactFound[];
      readonly problems: readonly string[];
    };

const artifact = z.object({
  name: z.string(),
  kind: z.string(),
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
});
const shape: z.ZodType<CollectResult> = z.object({
  v: z.literal(1),
  outputs: z.record(z.string(), z.unknown()).nullable(),
  artifacts: z.array(artifact).max(1_000),
  problems: z.array(z.string()),
  isMore: z.boolean(),
});

/** Reads the termination message of a pod's collector. The container shares its pod with the user's, so nothing is believed unread. */
export function collectedBy(pod: PodView): Collected {
  const state = pod.init.find((each) => each.name === collectorName)?.state;
  return state?.kind === 'terminated' ? readResult(state.message) : { kind: 'none' };
}

/**
 * Why a pod's collector left nothing though it worked: it was ended before it could. Null: it left something, was not there,
 * or never began. The run is none the worse for it (agent-and-kubernetes.md 7, row 24).
 */
export function lostByCollector(pod: PodView): string | null {
  const collector = pod.init.find((each) => each.name === collectorName);
  if (collector === undefined || collectedBy(pod).kind !== 'none') return null;
  const end = collector.state.kind === 'terminated' ? collector.state : collector.before;
  if (end === null || end.exitCode === 0) return null;
  return end.reason === 'OOMKilled'
    ? 'the collector used more memory than its limit and was killed.'
    : `the collector ended with exit code ${end.exitCode}.`;
}

/** Finds the result in the collector's log. */
export function collectedIn(log: string): Collected {
  const at = log.lastIndexOf(resultMark);
  if (at < 0) return { kind: 'none' };
  const line = log.slice(at + resultMark.length).split('\n', 1)[0] ?? '';
  const result = readResult(line);
  return result.kind === 'in-log' ? { kind: 'none' } : result;
}

function readResult(text: string): Collected {
  // Read twice: numbers of outputs must stay exact, which `JSON.parse` does not promise.
  const exact = fromJson(text);
  const plain = exact === undefined ? null : (shape.safeParse(JSON.parse(text)).data ?? null);
  // A pod of many containers has less room for each: what was cut stands whole in the log.
  if (exact === undefined && text.startsWith('{')) return { kind: 'in-log' };
  if (plain === null || exact === undefined || !isMap(exact)) return { kind: 'none' };
  if (plain.isMore) return { kind: 'in-log' };
  const outputs = exact.get('outputs') ?? null;
  return {
    kind: 'result',
    outputs: outputs === null ? null : compactJson(outputs),
    artifacts: plain.artifacts,
    problems: plain.problems,
  };
}
