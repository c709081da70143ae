import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { freshEngine } from '../../../../test/support/engines.ts';
import { type Rest, smallOperation, startRest } from '../../../../test/support/rest.ts';
import { transition } from '../../domain/runs/move.ts';
import { admitRuns } from './admission.ts';
import type { Engine } from './db.ts';
import { findViolations } from './find-violations.ts';
import { type HeadRow, moveRuns, toHead } from './move-runs.ts';

const runs = '/api/v1/default/default/runs';

describe('races on a server', () => {
  let engine: Engine;
  let rest: Rest;
  let agentId = 0;

  before(async () => {
    engine = await freshEngine('postgres', 20);
    rest = await startRest(engine);
    agentId = (await rest.addAgent('one')).id;
    await sql`update agents set epoch = 1, capacity = 100000 where id = ${agentId}`.execute(engine.db);
  });
  after(async () => {
    await rest.close();
    await engine.close();
  });

  const submit = async (): Promise<string> => {
    const answer = await rest.ask('POST', runs, { body: { content: smallOperation } });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.uuid;
  };

  const headOf = async (uuid: string) => {
    const { rows } = await sql<HeadRow>`
      select id, uuid, status, version, attempt, generation, agent_id from runs where uuid = ${uuid}::uuid`.execute(
      engine.db,
    );
    const [row] = rows;
    assert.ok(row !== undefined);
    return toHead(row);
  };

  it('decide a stop against an admission 200 times, and always one way', async () => {
    const uuids = await Promise.all(Array.from({ length: 200 }, submit));
    const admissions = Array.from({ length: 20 }, () => admitRuns(engine.db, agentId, 1, 15));
    const stops = uuids.map((uuid) => rest.ask('POST', `${runs}/${uuid}/stop`));
    for (const answer of await Promise.all(stops)) assert.equal(answer.status, 200);
    await Promise.all(admissions);
    const { rows } = await sql<{ status: string; starts: number; stops: number }>`
      select r.status, count(*) filter (where c.command = 'start') as starts, count(*) filter (where c.command = 'stop') as stops
      from runs r left join agent_commands c on c.run_id = r.id group by r.id`.execute(engine.db);
    for (const { status, starts, stops: told } of rows) {
      // Stopped before it was handed out, or handed out and then told to stop: nothing between the two.
      assert.deepEqual([status, starts, told], status === 'stopped' ? ['stopped', 0, 0] : ['stopping', 1, 1]);
    }
    assert.deepEqual(await findViolations(engine.db), []);
  });

  it('never hand out more than there is room for, however many admissions meet', async () => {
    const { id } = await rest.addAgent('narrow');
    await sql`update agents set epoch = 1, capacity = 30 where id = ${id}`.execute(engine.db);
    const body = { content: JSON.stringify({ ...JSON.parse(smallOperation), queue: 'narrow/default' }) };
    const answers = await Promise.all(Array.from({ length: 60 }, () => rest.ask('POST', runs, { body })));
    for (const { status, text } of answers) assert.equal(status, 201, text);
    const admitted = await Promise.all(Array.from({ length: 16 }, () => admitRuns(engine.db, id, 1, 7)));
    const uuids = admitted.flat().map(({ uuid }) => uuid);
    assert.equal(uuids.length, 30);
    assert.equal(new Set(uuids).size, 30);
    assert.deepEqual(await admitRuns(engine.db, id, 2, 7), [], 'another epoch');
    assert.deepEqual(await findViolations(engine.db), []);
  });

  it('decide a stop against the report of an end 200 times, and never leave a final status', async () => {
    const uuids = await Promise.all(Array.from({ length: 200 }, submit));
    while ((await admitRuns(engine.db, agentId, 1, 200)).length > 0);
    const ended = async (uuid: string): Promise<void> => {
      const run = await headOf(uuid);
      if (run.status !== 'scheduled') return;
      const set = { released: true };
      await moveRuns(engine.db, [transition(run, 'succeeded', { reason: 'Completed', writer: 'agent:one', set })]);
    };
    await Promise.all(uuids.flatMap((uuid) => [ended(uuid), rest.ask('POST', `${runs}/${uuid}/stop`)]));
    for (const uuid of uuids) {
      const { json } = await rest.ask('GET', `${runs}/${uuid}/statuses`);
      const history = json.status_conditions.map((each: { type: string }) => each.type).slice(3);
      assert.ok(['scheduled,succeeded', 'scheduled,stopping'].includes(history.join()), history.join());
    }
    assert.deepEqual(await findViolations(engine.db), []);
  });

  it('give one run for each of many keys that are all sent twice at once', async () => {
    const keys = Array.from({ length: 100 }, (_, at) => `key-${at % 50}`);
    const body = { content: smallOperation, name: 'keyed' };
    const answers = await Promise.all(
      keys.map((key) => rest.ask('POST', runs, { body, headers: { 'idempotency-key': key } })),
    );
    assert.deepEqual(new Set(answers.map((each) => each.status)), new Set([201]));
    assert.equal(new Set(answers.map((each) => each.json.uuid)).size, 50);
    assert.equal((await rest.ask('GET', `${runs}?query=name:keyed&limit=1`)).json.count, 50);
  });
});
