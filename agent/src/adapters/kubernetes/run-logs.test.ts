import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { eventually } from '../../../../test/support/eventually.ts';
import type { ContainerState, PodView } from '../../observe/run-view.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import { aContainer, aPod, aView, ended, running } from '../../testing/a-view.ts';
import { silentLog } from '../../testing/silent-log.ts';
import { systemClock } from '../system-clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import type { AttemptState } from './cluster-state.ts';
import { LogKeeper } from './log-keeper.ts';
import { logMemory } from './log-memory.ts';
import { runLogs } from './run-logs.ts';

const podNamed = (name: string, state: ContainerState): PodView =>
  aPod({ name, uid: name, phase: state.kind === 'running' ? 'Running' : 'Succeeded', containers: [aContainer(state)] });

/** A run of two pods that has ended, whose log was kept; each pod says its name. */
function endedRun() {
  const attempt: AttemptState = {
    ...aView(),
    isAcknowledged: false,
    isRemoved: false,
    isRemovalTaken: false,
    hasLostPods: false,
    settingsText: null,
    jobs: new Map(),
    pods: new Map(['a', 'b'].map((name) => [name, podNamed(name, running())])),
    version: 1n,
  };
  const client = {
    stream: ({ path }: { readonly path: string }) => {
      const name = new URL(path, 'https://x').pathname.split('/').at(-2) ?? '';
      if (!attempt.pods.has(name)) return Promise.reject(new ApiProblem(404, 'NotFound', 'no such pod'));
      return Promise.resolve(Readable.from([Buffer.from(`2026-01-02T03:00:01Z ${name}\n`)]));
    },
  } as unknown as ApiClient;
  const memory = logMemory();
  let reads = 0;
  const archive: LogArchive = {
    ...memory,
    read: (...given) => {
      reads += 1;
      return memory.read(...given);
    },
  };
  const keeper = new LogKeeper({ archive, client, clock: systemClock, log: silentLog() });
  const end = (): void => {
    for (const name of attempt.pods.keys()) attempt.pods.set(name, podNamed(name, ended(0)));
  };
  const lose = (...names: readonly string[]): void => {
    for (const name of names) attempt.pods.delete(name);
    attempt.hasLostPods = true;
  };
  const read = async (cursor = '', follow = false) => {
    const texts: string[] = [];
    const chunks = runLogs({
      client,
      keeper,
      uuid: attempt.run.uuid,
      newest: () => attempt,
      isOver: () => true,
      change: () => Promise.resolve(),
      query: { cursor, follow, tail: 0 },
      signal: new AbortController().signal,
    });
    let place = cursor;
    for await (const chunk of chunks) {
      texts.push(...chunk.lines.map(({ bytes }) => Buffer.from(bytes).toString()));
      place = chunk.cursor;
    }
    return { texts: texts.toSorted(), cursor: place };
  };
  return { attempt, keeper, end, lose, read, reads: () => reads };
}

describe('the log of a run that has ended', () => {
  const losses: readonly (readonly [what: string, lost: readonly string[], readsKept: boolean])[] = [
    ['whose pods are all there', [], false],
    ['one of whose pods is gone', ['a'], true],
    ['whose pods are all gone', ['a', 'b'], true],
  ];
  for (const [what, lost, readsKept] of losses)
    for (const follow of [false, true])
      it(`${what} is whole, once${follow ? ', for one who follows it' : ''}`, async () => {
        const run = endedRun();
        run.keeper.begin(run.attempt);
        await eventually('both pods are read', async () => (await run.read()).texts.length === 2);
        run.end();
        if (lost.length > 0) run.lose(...lost);
        const before = run.reads();
        const { texts, cursor } = await run.read('', follow);
        assert.deepEqual(texts, ['a', 'b']);
        assert.equal(run.reads() > before, readsKept);
        assert.deepEqual((await run.read(cursor, follow)).texts, []);
      });

  it('that was not kept is what its pods say', async () => {
    const run = endedRun();
    run.end();
    run.lose('a');
    assert.deepEqual((await run.read()).texts, ['b']);
    assert.equal(run.reads(), 0);
  });
});
