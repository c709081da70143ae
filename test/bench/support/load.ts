import type { RestCaller } from './rest.ts';

/** A job that does next to nothing, on the named queue such as `cluster/default`. */
export function tinyJob(command: string, queue: string | null = null): string {
  return JSON.stringify({
    kind: 'operation',
    ...(queue === null ? {} : { queue }),
    component: { run: { kind: 'job', container: { image: 'busybox', command: ['/bin/sh', '-c', command] } } },
  });
}

/** What became of a load. Times by `performance.now`, in ms. */
export interface Loaded {
  readonly firstPostMs: number;
  readonly lastAnswerMs: number;
  /** From the moment when a submission was due, not from when it could be sent: a slow server cannot hide in the queue. */
  readonly answerMs: readonly number[];
}

/** Submits operations at a fixed rate, whatever the server answers: an open loop. `perSecond` may be Infinity. */
export async function openLoop(rest: RestCaller, contents: readonly string[], perSecond: number): Promise<Loaded> {
  const firstPostMs = performance.now();
  const answerMs: number[] = [];
  const answers: Promise<void>[] = [];
  for (const [index, content] of contents.entries()) {
    const dueMs = firstPostMs + (index * 1000) / perSecond;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    answers.push(
      rest.post('/api/v1/default/default/runs', { content }).then(() => {
        answerMs.push(performance.now() - dueMs);
      }),
    );
  }
  await Promise.all(answers);
  return { firstPostMs, lastAnswerMs: performance.now(), answerMs };
}
