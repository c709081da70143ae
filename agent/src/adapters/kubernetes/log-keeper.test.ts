import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { eventually } from '../../../../test/support/eventually.ts';
import type { PodView } from '../../observe/run-view.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import { aContainer, aLead, aPod, aView, ended, running } from '../../testing/a-view.ts';
import { silentLog } from '../../testing/silent-log.ts';
import { systemClock } from '../system-clock.ts';
import type { ApiClient } from './api-client.ts';
import type { AttemptState } from './cluster-state.ts';
import { LogKeeper } from './log-keeper.ts';

const going = aPod({ phase: 'Running', containers: [aContainer(running())] });
const over = aPod({ uid: 'pod-2', phase: 'Failed', containers: [aContainer(ended(1))] });

function attemptOf(pods: readonly PodView[], keepsLogs: boolean): AttemptState {
  const view = aView({ settings: { keepsLogs } });
  return {
    ...view,
    isAcknowledged: false,
    isRemoved: false,
    isRemovalTaken: false,
    hasLostPods: false,
    settingsText: null,
    jobs: new Map(),
    pods: new Map(pods.map((pod) => [pod.uid, pod])),
    version: 1n,
  };
}

/** A keeper before an archive that only counts, and an API server whose logs have one line. */
function keeperFor(lastLines: number | null) {
  const kept: { readonly uuid: string; readonly attempt: number; readonly texts: string[] }[] = [];
  const asked: string[] = [];
  let begun = 0;
  const archive: LogArchive = {
    lastLines,
    keep: async (uuid, attempt, chunks) => {
      begun += 1;
      const texts: string[] = [];
      for await (const { lines } of chunks) texts.push(...lines.map(({ bytes }) => Buffer.from(bytes).toString()));
      kept.push({ uuid, attempt, texts });
    },
    read: () => assert.fail('nobody reads'),
    forget: () => undefined,
  };
  const client = {
    stream: ({ path }: { readonly path: string }) => {
      asked.push(path);
      return Promise.resolve(Readable.from([Buffer.from('2026-01-02T03:00:01Z said\n')]));
    },
  } as unknown as ApiClient;
  const keeper = new LogKeeper({ archive, client, clock: systemClock, log: silentLog() });
  return { keeper, kept, asked, begun: () => begun };
}

describe('logs that are kept', () => {
  const cases: readonly (readonly [what: string, room: number | null, keepsLogs: boolean, PodView, isKept: boolean])[] =
    [
      ['a store, a run that wants it, when it has ended', null, true, over, true],
      ['a store, a run that wants it, when it is stopped', null, true, going, true],
      ['a store, a run that does not want it', null, false, going, false],
      ['no store, a run that is stopped', 100, false, going, true],
      ['no store, a run that has ended: its pods stay for a while', 100, false, over, false],
    ];
  for (const [what, room, keepsLogs, pod, isKept] of cases)
    it(`${isKept ? 'are' : 'are not'} those of: ${what}`, async () => {
      const attempt = attemptOf([pod], keepsLogs);
      const { keeper, kept, asked, begun } = keeperFor(room);
      keeper.begin(attempt);
      assert.equal(begun(), isKept ? 1 : 0);
      assert.equal(keeper.isDone(attempt), !(isKept && room === null), 'pods wait until their log is in a store');
      // A stop takes the pods away.
      attempt.pods.clear();
      if (isKept) await eventually('it is kept', () => kept.length > 0);
      await eventually('nothing waits for it', () => keeper.isDone(attempt));
      assert.deepEqual(kept, isKept ? [{ uuid: attempt.run.uuid, attempt: 1, texts: ['said'] }] : []);
      for (const path of asked)
        assert.equal(new URL(path, 'https://x').searchParams.get('tailLines'), room === null ? null : String(room));
    });

  it('are not replaced by an agent that starts anew and sees only the pods that are left', async () => {
    const attempt = attemptOf([over], true);
    const { keeper, kept, begun } = keeperFor(null);
    keeper.begin(attempt);
    await eventually('it is kept and can be noted', () => kept.length > 0 && keeper.isInStore(attempt));
    const next = keeperFor(null);
    const noted = { ...attempt, lead: aLead({ isLogKept: true }) };
    next.keeper.begin(noted);
    assert.deepEqual([begun(), next.begun()], [1, 0]);
    assert.ok(next.keeper.isDone(noted) && next.keeper.keeps(noted));
  });

  it('in the memory of the agent are nothing to note', async () => {
    const attempt = attemptOf([going], true);
    const { keeper, kept } = keeperFor(100);
    keeper.begin(attempt);
    attempt.pods.clear();
    await eventually('it is kept', () => kept.length > 0 && keeper.keeps(attempt));
    assert.ok(!keeper.isInStore(attempt));
  });
});
