import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptFolder } from '../../agent/src/adapters/process/layout.ts';
import type { ProcessExecutor } from '../../agent/src/adapters/process/process-executor.ts';
import type { PodPlan } from '../../agent/src/compile/pod-plan.ts';
import type { Observed } from '../../agent/src/ports/executor.ts';
import { openExecutor } from '../../agent/src/testing/open-executor.ts';
import { eventually } from './eventually.ts';

export const extra = { runToken: 'token-of-the-run', traceparent: null };
export const uuid = 'a'.repeat(32);

/** A process executor on a folder of its own, watched from the start; it can be closed and opened again on the same folder. */
export interface ExecutorPlace {
  readonly data: string;
  readonly executor: ProcessExecutor;
  /** Everything that the watch has told, in order. */
  readonly seen: Observed[];
  open(): Promise<void>;
  close(): void;
  /** The end of a run, when it has come. */
  ended(of?: string): Promise<Observed>;
  /** Starts a plan and gives its end. */
  run(plan: PodPlan): Promise<Observed>;
  /** Each state that was seen, once, as `status/reason`. */
  statuses(): string[];
  logText(step?: string): Promise<string>;
}

/** Opens one before each test of the suite that calls it, and ends everything in it after each. */
export function executorPlace(): ExecutorPlace {
  let data = '';
  let executor: ProcessExecutor | undefined;
  let seen: Observed[] = [];
  let watching = new AbortController();
  const opened = (): ProcessExecutor => {
    assert.ok(executor !== undefined, 'the executor is there inside tests only');
    return executor;
  };
  const place: ExecutorPlace = {
    get data() {
      return data;
    },
    get seen() {
      return seen;
    },
    get executor() {
      return opened();
    },
    open: async () => {
      executor = await openExecutor(data, (name) => (name === 'store' ? join(data, 'store') : null));
      watching = new AbortController();
      void executor.watch((observed) => seen.push(observed), watching.signal);
    },
    close: () => {
      watching.abort();
      opened().close();
    },
    ended: (of = uuid) =>
      eventually('the run ends', async () => {
        const found = await opened().find(of);
        return found?.ended == null ? null : found;
      }),
    run: async (plan) => {
      assert.deepEqual(await opened().apply(plan, extra), { kind: 'accepted' });
      return place.ended(plan.run.uuid);
    },
    statuses: () => [...new Set(seen.map(({ status, reason }) => `${status}/${reason}`))],
    logText: (step = 'try-1') => readFile(attemptFolder(data, uuid, 1).step(step).log, 'utf8'),
  };

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-process-'));
    seen = [];
    await place.open();
  });

  afterEach(async () => {
    for await (const { run: key, ended } of opened().list()) if (ended === null) await opened().stop(key, 0);
    await eventually('all runs have ended', async () => {
      for await (const { ended } of opened().list()) if (ended === null) return false;
      return true;
    });
    place.close();
    await rm(data, { recursive: true, force: true });
  });

  return place;
}
