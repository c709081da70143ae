import assert from 'node:assert/strict';
import { forEachEngine } from '../../../test/support/engines.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type Rest, startRest } from '../../../test/support/rest.ts';
import type { RunStreams } from '../ports/run-streams.ts';
import { runLogs } from './run-logs.ts';

forEachEngine('logs of a run that is tried once more', (engine) => {
  let rest: Rest;
  before(async () => {
    rest = await startRest(engine());
    await rest.addAgent('one');
  });
  after(() => rest.close());

  it('are asked for when the new attempt has begun, by a reader who came before that', async () => {
    const { db } = engine();
    const made = await rest.ask('POST', '/api/v1/default/default/runs', {
      body: { content: 'kind: operation\ncomponent: {run: {kind: job, container: {image: busybox}}}\n' },
    });
    const run = await db.selectFrom('runs').select('id').where('uuid', '=', made.json.uuid).executeTakeFirstOrThrow();
    const entry = { run_id: run.id, entry: 'condition', reason: 'Running', writer: 'agent:one' } as const;
    await db
      .insertInto('run_log')
      .values({ ...entry, pos: 50, attempt: 1, status: 'running' })
      .execute();
    await db.updateTable('runs').set({ attempt: 2, status: 'queued', log_pos: 50 }).where('id', '=', run.id).execute();

    let looks = 0;
    let hasBegun = false;
    const asked: boolean[] = [];
    const streams: RunStreams = {
      async *logs() {
        asked.push(hasBegun);
        yield { lines: [], cursor: 'end' };
      },
      forward: () => Promise.reject(new Error('nothing is forwarded here')),
    };
    const world = {
      ...rest.world,
      runs: {
        ...rest.world.runs,
        conditions: async (runId: number, afterPos: number) => {
          const found = await rest.world.runs.conditions(runId, afterPos);
          looks += 1;
          return found;
        },
      },
    };
    const principal = (await rest.world.authenticate(rest.token)) ?? assert.fail('nobody has the token');
    const address = { owner: 'default', project: 'default', uuid: String(made.json.uuid) };
    const reader = new AbortController();
    const logs = await runLogs(world, streams, principal, address);
    const reading = (async () => {
      const cursors: string[] = [];
      for await (const { cursor } of logs.read({ cursor: '', follow: true, tail: 0 }, reader.signal))
        cursors.push(cursor);
      return cursors;
    })();
    try {
      await eventually('the reader waits', () => looks > 0);
      hasBegun = true;
      await db
        .insertInto('run_log')
        .values({ ...entry, pos: 51, attempt: 2, status: 'running' })
        .execute();
      rest.world.wakeUps.wake([`run:${address.uuid}`]);
      assert.deepEqual(await reading, ['end']);
      assert.deepEqual(asked, [true]);
    } finally {
      reader.abort();
    }
  });
});
