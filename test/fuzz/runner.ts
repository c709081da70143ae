import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Inputs to probe, by their numbers. */
export interface Asked {
  readonly from: number;
  readonly count: number;
  /** Where the number of the input at hand is kept. */
  readonly at: SharedArrayBuffer;
}

/** What came of some inputs. */
export interface Told {
  inputs: number;
  /** How many of them were compiled. */
  reached: number;
  errors: number;
  errorsWithHint: number;
  children: number;
  /** Each with how to have it again; after five no more are looked for. */
  readonly failures: string[];
}

/** Probes inputs in a thread of its own, since a text that is never done with would stop everything else. */
export interface FuzzRunner {
  run(from: number, count: number): Promise<Told>;
  /** The number of the input at hand, or of the last one. */
  current(): number;
  close(): Promise<void>;
}

export function newRunner(): FuzzRunner {
  const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.ts'), {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
  });
  const at = new SharedArrayBuffer(4);
  return {
    run: (from, count) =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        const asked: Asked = { from, count, at };
        worker.postMessage(asked);
      }),
    current: () => new Uint32Array(at)[0] ?? 0,
    close: async () => void (await worker.terminate()),
  };
}
