import assert from 'node:assert/strict';
import { forEachEngine } from '../../../test/support/engines.ts';
import { type Rest, startRest } from '../../../test/support/rest.ts';
import type { Engine } from '../adapters/postgres/db.ts';
import type { RunStreams } from '../ports/run-streams.ts';

/** The agent has begun with every run there is. */
async function begin({ db }: Engine): Promise<void> {
  const at = '2026-01-01T00:00:00Z';
  await db.updateTable('runs').set({ started_at: at, status: 'running', log_pos: 4 }).execute();
  const entry = {
    pos: 4,
    entry: 'condition',
    attempt: 1,
    status: 'running',
    reason: 'Running',
    writer: 'agent:one',
  } as const;
  const runs = await db.selectFrom('runs').select('id as run_id').execute();
  await db
    .insertInto('run_log')
    .values(runs.map((run) => ({ ...run, ...entry })))
    .execute();
}

forEachEngine('the installation over REST', (engine) => {
  let rest: Rest;
  before(async () => {
    rest = await startRest(engine());
  });
  after(() => rest.close());

  it('tells clients that they may log in', async () => {
    const { status, json } = await rest.ask('GET', '/api/v1/installation', { token: null });
    assert.deepEqual([status, json.dist], [200, 'ee']);
    const { json: compatible } = await rest.ask('GET', '/api/v1/compatibility/x/2-18-0/cli', { token: null });
    assert.equal(compatible.cli.latest, '2.18.0');
    assert.equal((await rest.ask('GET', '/healthz', { token: null })).status, 200);
  });

  it('knows the user behind every spelling of the header', async () => {
    for (const scheme of ['Token', 'token', 'Bearer', 'BEARER']) {
      const answer = await rest.ask('GET', '/api/v1/users/', {
        token: null,
        headers: { authorization: `${scheme} ${rest.token}` },
      });
      assert.deepEqual([answer.json.username, answer.json.organization], ['admin', 'default']);
    }
  });

  it('answers in JSON where there is no route, no JSON and too much of it', async () => {
    assert.deepEqual((await rest.ask('GET', '/nowhere')).json, { detail: 'Not found.' });
    const broken = await rest.ask('POST', '/api/v1/default/projects/create', { body: '{"name":' });
    assert.deepEqual([broken.status, broken.json], [400, { detail: 'JSON parse error.' }]);
    const large = await rest.ask('POST', '/api/v1/default/projects/create', {
      body: { name: 'x'.repeat(17 * 1024 * 1024) },
    });
    assert.deepEqual([large.status, large.json], [400, { detail: 'The body is larger than 16 MiB.' }]);
    assert.equal((await rest.ask('GET', '/api/v1/default/%zz')).status, 400);
    assert.match(
      (await rest.ask('GET', '/nowhere', { headers: { 'x-request-id': 'r-1' } })).headers.get('x-request-id') ?? '',
      /^r-1$/,
    );
  });

  it('makes, lists, changes and removes projects in the words of the clients', async () => {
    const create = (body: object) => rest.ask('POST', '/api/v1/default/projects/create', { body });
    const made = await create({ name: 'p', description: 'd', tags: ['a'] });
    assert.equal(made.status, 201);
    assert.match(made.json.uuid, /^[0-9a-f]{32}$/);
    assert.deepEqual((await create({ name: 'p' })).json, { name: ['project with this name already exists.'] });
    assert.deepEqual((await create({})).json, { name: ['This field is required.'] });
    assert.equal((await create({ name: 'a b' })).status, 400);
    assert.equal((await create({ name: 'projects' })).status, 400);
    const names = (await rest.ask('GET', '/api/v1/default/projects/names')).json.results.map(
      (each: { name: string }) => each.name,
    );
    assert.deepEqual(names, ['p', 'default']);
    assert.equal(
      (await rest.ask('PATCH', '/api/v1/default/p', { body: { name: 'q', is_public: true } })).json.name,
      'q',
    );
    assert.equal((await rest.ask('PATCH', '/api/v1/default/q', { body: { name: 'default' } })).status, 400);
    assert.equal((await rest.ask('DELETE', '/api/v1/default/q')).status, 204);
    assert.deepEqual((await rest.ask('GET', '/api/v1/default/q')).json, {
      detail: 'No Project matches the given query.',
    });
    assert.equal((await create({ name: 'q' })).status, 201);
  });

  it('makes agents with a queue and one live enrolment token, and revokes them', async () => {
    const made = await rest.ask('POST', '/api/v1/orgs/default/agents', { body: { name: 'edge' } });
    assert.equal(made.status, 201);
    assert.match(made.json.token, /^tde_[0-9A-Za-z]{43}$/);
    assert.equal((await rest.ask('POST', '/api/v1/orgs/default/agents', { body: { name: 'edge' } })).status, 400);
    const renewed = await rest.ask('POST', `/api/v1/orgs/default/agents/${made.json.uuid}/token`);
    assert.notEqual(renewed.json.token, made.json.token);
    const { count } = await engine()
      .db.selectFrom('enrolment_tokens')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    assert.equal(count, 1);
    const queues = (await rest.ask('GET', '/api/v1/orgs/default/queues')).json.results;
    assert.deepEqual([queues[0].agent, queues[0].name], ['edge', 'default']);
    assert.equal((await rest.ask('DELETE', `/api/v1/orgs/default/agents/${made.json.uuid}`)).status, 204);
    assert.equal((await rest.ask('GET', `/api/v1/orgs/default/agents/${made.json.uuid}`)).status, 404);
    assert.equal((await rest.ask('GET', '/api/v1/orgs/default/queues')).json.count, 0);
  });

  it('never shows the key of a token again', async () => {
    const made = await rest.ask('POST', '/api/v1/users/tokens', { body: { name: 'ci', expiration: 1 } });
    assert.match(made.json.key, /^tdm_/);
    assert.ok(made.json.expires_at > made.json.created_at);
    const listed = await rest.ask('GET', '/api/v1/users/tokens');
    assert.ok(!listed.text.includes(made.json.key));
    assert.equal(
      (await rest.ask('PATCH', `/api/v1/users/tokens/${made.json.uuid}`, { body: { name: 'cd' } })).json.name,
      'cd',
    );
  });

  it('shows metrics to an owner', async () => {
    const { text } = await rest.ask('GET', '/metrics');
    assert.match(text, /tandem_http_requests_total\{method="GET",path="\/api\/v1\/installation",status="200"\} 1/);
  });

  it('describes every route in one document', async () => {
    const { json } = await rest.ask('GET', '/api/v1/openapi.json', { token: null });
    assert.equal(json.openapi, '3.1.0');
    assert.ok(json.paths['/api/v1/{owner}/{project}/runs/{uuid}/waiting'].get);
    assert.deepEqual(json.paths['/healthz'].get.security, []);
  });
});

forEachEngine('logs over REST', (engine) => {
  let rest: Rest;
  let uuid = '';
  const lines = [1, 2, 3].map((n) => ({
    at: `2026-01-01T00:00:0${n}.000Z`,
    pod: 'p',
    container: 'c',
    node: 'n',
    text: `line ${n}`,
  }));
  const streams: RunStreams = {
    async *logs(_run, query) {
      const from = query.cursor === '' ? 0 : Number(query.cursor);
      for (let at = from; at < lines.length; at += 1) {
        const line = lines[at];
        if (line !== undefined) yield { lines: [line], cursor: String(at + 1) };
      }
    },
    forward: () => Promise.reject(new Error('nothing is forwarded here')),
  };
  before(async () => {
    rest = await startRest(engine(), streams);
    await rest.addAgent('one');
    const made = await rest.ask('POST', '/api/v1/default/default/runs', {
      body: { content: 'kind: operation\ncomponent: {run: {kind: job, container: {image: busybox}}}\n' },
    });
    uuid = made.json.uuid;
    await begin(engine());
  });
  after(() => rest.close());
  const path = (): string => `/streams/v1/cluster/default/default/runs/${uuid}/logs`;

  it('answers a poll with the lines strictly behind last_time', async () => {
    const { json } = await rest.ask('GET', `${path()}?last_time=${lines[0]?.at}`);
    assert.deepEqual(
      json.logs.map((each: { value: string }) => each.value),
      ['line 2', 'line 3'],
    );
    assert.deepEqual([json.last_time, json.last_file, json.files], [lines[2]?.at, null, []]);
    assert.deepEqual(Object.keys(json.logs[0]), ['timestamp', 'node', 'pod', 'container', 'value']);
  });

  it('streams with follow and goes on behind a cursor', async () => {
    const { text, headers } = await rest.ask('GET', `${path()}?follow=true&cursor=2`);
    assert.match(headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.match(
      text,
      /^event: logs\nid: 3\ndata: \{"lines":\[\{"timestamp":"2026-01-01T00:00:03\.000Z".*"value":"line 3"/,
    );
    assert.match(text, /event: end\n/);
  });
});

forEachEngine('logs while the agent is away', (engine) => {
  it('answers 503 and when to come again, for a poll and for a stream', async () => {
    const rest = await startRest(engine());
    try {
      await rest.addAgent('one');
      const made = await rest.ask('POST', '/api/v1/default/default/runs', {
        body: { content: 'kind: operation\ncomponent: {run: {kind: job, container: {image: busybox}}}\n' },
      });
      await begin(engine());
      for (const query of ['', '?follow=true']) {
        const answer = await rest.ask('GET', `/streams/v1/cluster/default/default/runs/${made.json.uuid}/logs${query}`);
        assert.equal(answer.status, 503);
        assert.equal(answer.headers.get('retry-after'), '5');
      }
    } finally {
      await rest.close();
    }
  });
});
