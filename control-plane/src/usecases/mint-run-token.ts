import type { RunTokens } from '../ports/run-tokens.ts';

/** 30 days: a run without a time limit may be that old; the run's state ends the token long before (decisions.md 45). */
const defaultSeconds = 30 * 24 * 3_600;

/** A token for the pod of one attempt of a run: it reads that run and writes what it produced, nothing else. */
export async function mintRunToken(
  tokens: RunTokens,
  run: { readonly uuid: string; readonly attempt: number; readonly timeoutSeconds: number | null },
): Promise<string> {
  return tokens.sign(run, run.timeoutSeconds ?? defaultSeconds);
}
