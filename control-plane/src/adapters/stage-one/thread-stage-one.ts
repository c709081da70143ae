import { Worker } from 'node:worker_threads';
import type { Outcome } from '@tandem/shared/outcome';
import { Refusal } from '../../domain/refusal.ts';
import { stageOneThread } from '../../files-beside.ts';
import type { CheckedRun, CompiledRun, CompileFacts } from '../../ports/stage-one.ts';

/** A question to the other thread; without facts it is only checked. */
export interface Asked {
  readonly id: number;
  readonly text: string;
  readonly facts: CompileFacts | null;
}

export interface Answered {
  readonly id: number;
  readonly outcome: Outcome<CheckedRun> | Outcome<CompiledRun>;
}

/** A text that takes longer is refused: whatever it is, it is no operation (attacks.md V16). */
const patienceMs = 10_000;
/** An idle thread costs memory and starts again in some 50 ms. */
const idleMs = 30_000;
const mostMegabytes = 512;

/** One thread that is started when it is needed and ends when it is not, or when it takes too long. */
export class StageOneThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;
  readonly #waiting = new Map<
    number,
    { readonly answer: (outcome: Answered['outcome']) => void; readonly fail: (error: unknown) => void }
  >();

  /** What stage 1 says to the text. Throws a `Refusal` when it took too long or too much memory. */
  async ask(text: string, facts: CompileFacts | null): Promise<Answered['outcome']> {
    const worker = this.#running();
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = new Promise<Answered['outcome']>((answer, fail) => this.#waiting.set(id, { answer, fail }));
    const asked: Asked = { id, text, facts };
    worker.postMessage(asked);
    const late = setTimeout(() => this.#end(worker), patienceMs);
    try {
      return await answered;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#restLater(worker);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #running(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(stageOneThread, { resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } });
    worker.unref();
    worker.on('message', ({ id, outcome }: Answered) => this.#waiting.get(id)?.answer(outcome));
    worker.on('error', () => this.#end(worker));
    worker.on('exit', () => this.#end(worker));
    this.#worker = worker;
    return worker;
  }

  #restLater(worker: Worker): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(worker), idleMs).unref();
  }

  /** Ends the thread; whoever still waits for it is refused. */
  #end(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    worker.terminate().catch(() => undefined);
    const message = `The operation could not be read within ${patienceMs / 1000} seconds and ${mostMegabytes} MB.`;
    for (const { fail } of this.#waiting.values())
      fail(new Refusal({ kind: 'impossible', code: 'parse/too-much', message }));
  }
}
