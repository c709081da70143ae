import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { forEachEngine } from '../../../test/support/engines.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type Rest, smallOperation, startRest } from '../../../test/support/rest.ts';
import { admitRuns } from '../adapters/postgres/admission.ts';
import { findViolations } from '../adapters/postgres/find-violations.ts';

const runs = '/api/v1/default/default/runs';

forEachEngine('runs over REST', (engine) => {
  let rest: Rest;
  let agent: { readonly id: number; readonly uuid: string };

  before(async () => {
    rest = await startRest(engine());
    agent = await rest.addAgent('one');
  });
  after(() => rest.close());

  /** Submits an operation and gives its uuid. */
  async function submit(operation: unknown = smallOperation, extra: object = {}): Promise<string> {
    const content = typeof operation === 'string' ? operation : JSON.stringify(operation);
    const answer = await rest.ask('POST', runs, { body: { content, ...extra } });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.uuid;
  }

  const operationWith = (run: object, more: object = {}) => ({
    kind: 'operation',
    ...more,
    component: { kind: 'component', run: { kind: 'job', container: { image: 'busybox' }, ...run } },
  });

  const historyOf = async (uuid: string): Promise<readonly string[]> => {
    const { json } = await rest.ask('GET', `${runs}/${uuid}/statuses`);
    return json.status_conditions.map((each: { type: string }) => each.type);
  };

  /** Hands the run to its agent, as a session would. */
  const admit = async (): Promise<void> => {
    await sql`update agents set epoch = 1 where id = ${agent.id}`.execute(engine().db);
    await admitRuns(engine().db, agent.id, 1, 100);
  };

  for (const [title, more] of [
    ['at once', {}],
    ['after an approval', { isApproved: false }],
  ] as const) {
    it(`shows the ports of a service that is compiled ${title}, beside what its author says of it`, async () => {
      const service = {
        ...operationWith({ kind: 'service', ports: '{{ [p, 9999] }}' }),
        ...more,
        params: { p: { value: 8888 } },
      };
      const content = JSON.stringify({
        ...service,
        component: { ...service.component, inputs: [{ name: 'p', type: 'int' }] },
      });
      const uuid = await submit(content, { meta_info: { mine: 1, ports: [1] } });
      if (title !== 'at once') await rest.ask('POST', `${runs}/${uuid}/approve`, { body: {} });
      const { json } = await rest.ask('GET', `${runs}/${uuid}`);
      assert.deepEqual([json.status, json.meta_info], ['queued', { mine: 1, ports: [8888, 9999] }]);
    });
  }

  it('queues a submission with its history, its texts and its facts', async () => {
    const uuid = await submit();
    assert.match(uuid, /^[0-9a-f]{12}4[0-9a-f]{19}$/);
    const { status, json } = await rest.ask('GET', `${runs}/${uuid}`);
    assert.equal(status, 200);
    assert.equal(json.status, 'queued');
    assert.equal(json.name, 'small');
    assert.equal(json.kind, 'job');
    assert.equal(json.user, 'admin');
    assert.equal(json.raw_content, smallOperation);
    assert.equal(json.settings.namespace, 'work');
    assert.equal(json.settings.agent.name, 'one');
    assert.equal(json.settings.queue.name, 'default');
    assert.match(json.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.deepEqual(await historyOf(uuid), ['created', 'compiled', 'queued']);
    assert.equal(json.status_conditions[2].reason, 'Queued');
  });

  it('reads a dashed uuid and answers with a plain one', async () => {
    const uuid = await submit();
    const dashed = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    assert.equal((await rest.ask('GET', `${runs}/${dashed}/`)).json.uuid, uuid);
  });

  it('keeps the uuid of the client and refuses it a second time', async () => {
    const uuid = '0123456789abcdef0123456789abcdef';
    assert.equal(await submit(smallOperation, { uuid }), uuid);
    const again = await rest.ask('POST', runs, { body: { content: smallOperation, uuid } });
    assert.equal(again.status, 400);
    assert.deepEqual(again.json, { uuid: ['run with this uuid already exists.'] });
  });

  it('stores nothing when the operation is wrong, and says where it is', async () => {
    const before = (await rest.ask('GET', runs)).json.count;
    const body = { content: 'kind: operation\nrun: {kind: job, contaner: {image: x}}\n' };
    const plain = await rest.ask('POST', runs, { body });
    assert.equal(plain.status, 400);
    assert.match(plain.json[0], /^request:2:18: .*contaner/);
    const document = await rest.ask('POST', runs, { body, headers: { accept: 'application/problem+json' } });
    assert.match(document.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal(document.json.status, 400);
    assert.equal(document.json.diagnostics[0].line, 2);
    assert.equal(document.json.code, document.json.diagnostics[0].code);
    assert.equal((await rest.ask('GET', runs)).json.count, before);
  });

  it('refuses unknown queues, connections, namespaces and presets with one text and their place', async () => {
    const operation = operationWith(
      { connections: ['data', 'nothing'] },
      { queue: 'one/default', namespace: 'elsewhere', presets: ['p'] },
    );
    const { status, json } = await rest.ask('POST', runs, { body: { content: JSON.stringify(operation) } });
    assert.equal(status, 400);
    assert.equal(json.length, 3);
    for (const line of json) assert.match(line, /not found or not allowed/);
    const queue = await rest.ask('POST', runs, {
      body: { content: JSON.stringify(operationWith({}, { queue: 'x/y' })) },
    });
    assert.match(queue.json[0], /Queue "x\/y": not found or not allowed\. \[access\/queue\]/);
  });

  it('refuses the queue of an agent that has never connected', async () => {
    await rest.world.agents.create(1, { name: 'never', description: null });
    const content = JSON.stringify(operationWith({}, { queue: 'never/default' }));
    const { status, json } = await rest.ask('POST', runs, { body: { content } });
    assert.equal(status, 400);
    assert.match(json[0], /\[queues\/no-agent\]$/);
  });

  it('skips a run whose condition is false', async () => {
    const uuid = await submit(operationWith({}, { conditions: '{{ 1 == 2 }}' }));
    assert.deepEqual(await historyOf(uuid), ['created', 'skipped']);
    assert.notEqual((await rest.ask('GET', `${runs}/${uuid}`)).json.finished_at, null);
  });

  it('keeps a run that waits for approval, compiles it then, and never approves twice', async () => {
    const uuid = await submit(operationWith({}, { isApproved: false }));
    const { json } = await rest.ask('GET', `${runs}/${uuid}`);
    assert.deepEqual([json.status, json.pending], ['created', 'approval']);
    const waiting = await rest.ask('GET', `${runs}/${uuid}/waiting`);
    assert.equal(waiting.json.reasons[0].code, 'gate/approval');
    const answers = await Promise.all([1, 2, 3, 4].map(() => rest.ask('POST', `${runs}/${uuid}/approve`)));
    assert.deepEqual(
      answers.map((each) => each.status),
      [200, 200, 200, 200],
    );
    assert.deepEqual(await historyOf(uuid), ['created', 'compiled', 'queued']);
    await rest.ask('POST', `${runs}/${uuid}/stop`);
    const late = await rest.ask('POST', `${runs}/${uuid}/approve`);
    assert.deepEqual([late.status, late.json], [400, ['not_pending: the run is stopped.']]);
  });

  it('opens upload before approval, one gate for each approval', async () => {
    const uuid = await submit(operationWith({}, { isApproved: false }), { pending: 'upload' });
    const pending = async () => (await rest.ask('GET', `${runs}/${uuid}`)).json.pending;
    assert.equal(await pending(), 'upload');
    await rest.ask('POST', `${runs}/${uuid}/approve`);
    assert.equal(await pending(), 'approval');
    await rest.ask('POST', `${runs}/${uuid}/approve`);
    assert.deepEqual(await historyOf(uuid), ['created', 'compiled', 'queued']);
  });

  it('stops a queued run at once, and again without complaint', async () => {
    const uuid = await submit();
    for (const _ of [1, 2]) assert.equal((await rest.ask('POST', `${runs}/${uuid}/stop`)).status, 200);
    assert.deepEqual(await historyOf(uuid), ['created', 'compiled', 'queued', 'stopped']);
  });

  it('asks the agent to stop what it has, with a new generation', async () => {
    const uuid = await submit();
    await admit();
    assert.equal((await rest.ask('POST', `${runs}/${uuid}/skip`)).status, 400);
    assert.equal((await rest.ask('POST', `${runs}/${uuid}/stop`)).status, 200);
    assert.equal((await historyOf(uuid)).at(-1), 'stopping');
    const { rows } = await sql<{ command: string; generation: number }>`
      select c.command, c.generation from agent_commands c join runs r on r.id = c.run_id where r.uuid = ${uuid}::uuid
      order by c.seq`.execute(engine().db);
    assert.deepEqual(rows, [
      { command: 'start', generation: 1 },
      { command: 'stop', generation: 2 },
    ]);
  });

  it('hides a deleted run, keeps it readable, and tells its agent when it has ended', async () => {
    const queued = await submit();
    assert.equal((await rest.ask('DELETE', `${runs}/${queued}`)).status, 204);
    const { json } = await rest.ask('GET', `${runs}/${queued}`);
    assert.deepEqual([json.status, json.live_state], ['stopped', -1]);
    const listed = await rest.ask('GET', `${runs}?query=uuid:${queued}`);
    assert.equal(listed.json.count, 0);

    const sent = await submit();
    await admit();
    await sql`update runs set status = 'succeeded', released = true, log_pos = log_pos + 1, finished_at = clock_timestamp()
      where uuid = ${sent}::uuid`.execute(engine().db);
    await sql`insert into run_log (run_id, pos, entry, attempt, status, reason, writer)
      select id, log_pos, 'condition', 1, status, 'Completed', 'test' from runs where uuid = ${sent}::uuid`.execute(
      engine().db,
    );
    await rest.ask('DELETE', `${runs}/${sent}`);
    await rest.ask('DELETE', `${runs}/${sent}`);
    const { rows } = await sql<{ command: string }>`
      select c.command from agent_commands c join runs r on r.id = c.run_id where r.uuid = ${sent}::uuid and c.command = 'remove'`.execute(
      engine().db,
    );
    assert.equal(rows.length, 1);
  });

  it('answers a repeated key with the same text and another body with a 400', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const body = { content: smallOperation };
    const first = await rest.ask('POST', runs, { body, headers });
    const second = await rest.ask('POST', runs, { body, headers });
    assert.deepEqual([second.status, second.text], [first.status, first.text]);
    const other = await rest.ask('POST', runs, {
      body: { ...body, name: 'other' },
      headers: { ...headers, accept: 'application/problem+json' },
    });
    assert.deepEqual([other.status, other.json.code], [400, 'idempotency/other-body']);
  });

  it('makes one run of 64 requests with one key', async () => {
    const body = { content: smallOperation, name: 'once' };
    const headers = { 'idempotency-key': 'k-64' };
    const answers = await Promise.all(Array.from({ length: 64 }, () => rest.ask('POST', runs, { body, headers })));
    assert.deepEqual(new Set(answers.map((each) => each.status)), new Set([201]));
    assert.equal(new Set(answers.map((each) => each.json.uuid)).size, 1);
    assert.equal((await rest.ask('GET', `${runs}?query=name:once`)).json.count, 1);
  });

  it('merges patches that arrive together without losing one', async () => {
    const uuid = await submit();
    const patch = (key: number) =>
      rest.ask('PATCH', `${runs}/${uuid}`, {
        body: { outputs: { [`k${key}`]: key }, tags: [`t${key}`], merge: true, status: 'failed' },
      });
    await Promise.all(Array.from({ length: 20 }, (_, key) => patch(key)));
    const { json } = await rest.ask('GET', `${runs}/${uuid}`);
    assert.equal(Object.keys(json.outputs).length, 20);
    assert.equal(json.tags.length, 20);
    assert.equal(json.status, 'queued');
  });

  it('gives numbers back as they were compiled', async () => {
    const operation = {
      kind: 'operation',
      params: { big: { value: 0 }, half: { value: 0 } },
      component: {
        inputs: [
          { name: 'big', type: 'int' },
          { name: 'half', type: 'float' },
        ],
        run: { kind: 'job', container: { image: 'busybox' } },
      },
    };
    const text = JSON.stringify(operation)
      .replace('{"value":0}', '{"value":1152921504606846977}')
      .replace('{"value":0}', '{"value":2.0}');
    const uuid = await submit(text);
    const { text: answer } = await rest.ask('GET', `${runs}/${uuid}`);
    assert.match(answer, /"big":1152921504606846977\b/);
    assert.match(answer, /"half":2\.0\b/);
  });

  it('lists by query and sort, ignores garbage in paging, and refuses unknown fields', async () => {
    const list = (query: string) => rest.ask('GET', `${runs}?${query}`);
    assert.ok((await list('query=status:queued|stopped,kind:job&limit=2')).json.results.length === 2);
    assert.equal((await list('limit=abc&offset=-1')).status, 200);
    assert.match((await list('limit=1')).json.next, /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/.*offset=1/);
    assert.equal(
      (await list('query=status:~queued')).json.results.some((each: { status: string }) => each.status === 'queued'),
      false,
    );
    const unknown = await list('query=foo:1');
    assert.deepEqual([unknown.status, unknown.json], [400, ['key `foo` is not supported by the query manager `run`.']]);
    const names = (await list('sort=name&limit=100')).json.results.map((each: { name: string | null }) => each.name);
    assert.deepEqual(
      names.filter((each: string | null) => each !== null),
      names.filter((each: string | null) => each !== null).toSorted(),
    );
  });

  it('says why a queued run waits', async () => {
    const uuid = await submit();
    await sql`update agents set status = 'offline' where id = ${agent.id}`.execute(engine().db);
    const { json } = await rest.ask('GET', `${runs}/${uuid}/waiting`);
    await sql`update agents set status = 'online' where id = ${agent.id}`.execute(engine().db);
    assert.equal(json.status, 'queued');
    assert.deepEqual(
      json.reasons.map((each: { code: string }) => each.code),
      ['agent/offline', 'queue/position'],
    );
  });

  it('checks without storing', async () => {
    const before = (await rest.ask('GET', runs)).json.count;
    const good = await rest.ask('POST', `${runs}/check`, { body: { content: smallOperation } });
    assert.deepEqual([good.status, good.json.ok, good.json.goes_to.agent], [200, true, 'one']);
    const bad = await rest.ask('POST', `${runs}/check`, { body: { content: 'run: [' } });
    assert.deepEqual([bad.status, bad.json.ok], [200, false]);
    assert.equal((await rest.ask('GET', runs)).json.count, before);
  });

  it('takes a text that is compiled on another thread', async () => {
    const args = Array.from({ length: 4000 }, (_, index) => `argument-${index}-of-many`);
    const uuid = await submit(operationWith({ container: { image: 'busybox', args } }, { name: 'large' }));
    assert.deepEqual(await historyOf(uuid), ['created', 'compiled', 'queued']);
    assert.equal((await rest.ask('GET', `${runs}/${uuid}`)).json.name, 'large');
  });

  it('keeps a traceparent that is one and drops what is none', async () => {
    const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const [given, kept] of [
      [good, good],
      ['00-nonsense', null],
    ] as const) {
      const answer = await rest.ask('POST', runs, {
        body: { content: smallOperation },
        headers: { traceparent: given },
      });
      const { rows } = await sql<{ traceparent: string | null }>`
        select traceparent from runs where uuid = ${answer.json.uuid}::uuid`.execute(engine().db);
      assert.equal(rows[0]?.traceparent, kept);
    }
  });

  it('shows a run of somebody else’s process as created, without an agent', async () => {
    const answer = await rest.ask('POST', runs, { body: { is_managed: false, name: 'mine', tags: ['a'] } });
    assert.equal(answer.status, 201);
    assert.deepEqual([answer.json.status, answer.json.managed_by, answer.json.kind], ['created', 'user', 'job']);
    const missing = await rest.ask('POST', runs, { body: { name: 'mine' } });
    assert.deepEqual(missing.json, { non_field_errors: ['Run expects a `content`.'] });
  });

  it('streams the changes of a run until it has ended, and goes on behind Last-Event-ID', async () => {
    const uuid = await submit();
    const answer = await fetch(`${rest.url}${runs}/${uuid}/watch`, {
      headers: { authorization: `Bearer ${rest.token}`, 'last-event-id': '2' },
    });
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    const text = answer.text();
    await rest.ask('POST', `${runs}/${uuid}/stop`);
    const events = (await text).split('\n\n').filter((each) => each.startsWith('event: status'));
    assert.deepEqual(
      events.map((each) => /id: (\d+)/.exec(each)?.[1]),
      ['3', '4'],
    );
    assert.match(events[1] ?? '', /"status":"stopped"/);
  });

  it('leaves a database that breaks no rule', async () => {
    await eventually('the rules hold', async () => {
      assert.deepEqual(await findViolations(engine().db), []);
      return true;
    });
  });
});
