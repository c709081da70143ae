import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { freshEngine } from '../../../test/support/engines.ts';
import { type Rest, smallOperation, startRest } from '../../../test/support/rest.ts';
import type { Engine } from '../adapters/postgres/db.ts';
import { routes } from './routes.ts';

/** Routes that everybody may call; a new one must be added here by somebody who means it. */
const anonymous = ['health', 'getInstallation', 'getCompatibility', 'getLogHandler', 'getOpenApi', 'login'];

describe('who may call what', () => {
  let engine: Engine;
  let rest: Rest;
  let stranger: string;
  let viewer: string;
  let run: string;
  let agent: string;

  before(async () => {
    engine = await freshEngine('pglite');
    rest = await startRest(engine);
    stranger = await rest.addUser('stranger');
    viewer = await rest.addUser('viewer', 'viewer');
    agent = (await rest.addAgent('one')).uuid;
    const made = await rest.ask('POST', '/api/v1/default/default/runs', { body: { content: smallOperation } });
    run = made.json.uuid;
  });
  after(async () => {
    await rest.close();
    await engine.close();
  });

  /** The path of a route with the names of things that are there. */
  const real = (path: string): string =>
    path
      .replace('{owner}', 'default')
      .replace('{project}', 'default')
      .replace('{namespace}', 'work')
      .replace('{port}', '8080')
      .replace('{uuid}', path.includes('/agents/') ? agent : run);

  /** Everything of another tenant that an answer must not hold. */
  const foreign = (): readonly string[] => [run, agent, 'busybox'];

  const guarded = routes.filter((route) => route.access === 'token');
  const owned = guarded.filter((route) => route.path.includes('{owner}'));

  it('knows each route that needs no token', () => {
    const open = routes.filter((route) => route.access === 'public').map((route) => route.id);
    assert.deepEqual(open.toSorted(), anonymous.toSorted());
    assert.ok(guarded.length > 40);
  });

  it('gives each route a name of its own', () => {
    assert.equal(new Set(routes.map((route) => route.id)).size, routes.length);
  });

  const bad = [
    ['no token', null],
    ['a garbage token', 'nothing'],
    ['a token that was never made', `tdm_${'A'.repeat(43)}`],
    ['a token of 12,000 characters', 'x'.repeat(12_000)],
    ['a JWT without a signature', 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJydW4iLCJzdWIiOiJ4In0.'],
    ['a JWT with a symmetric algorithm', 'eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uIn0.eyJhdWQiOiJydW4ifQ.c2ln'],
  ] as const;
  for (const [what, token] of bad) {
    it(`answers 401 to ${what} on every route, and says nothing else`, async () => {
      for (const route of guarded) {
        const answer = await rest.ask(route.method.toUpperCase(), real(route.path), { token });
        assert.equal(answer.status, 401, route.id);
        assert.deepEqual(answer.json, { detail: 'Authentication credentials were not provided or are not valid.' });
      }
    });
  }

  it('answers 404 to another tenant on every route, whatever the body, and shows nothing', async () => {
    for (const route of owned) {
      for (const body of route.body === null ? [undefined] : [{}, '[', { name: 'x', content: 'x', uuids: [run] }]) {
        const answer = await rest.ask(route.method.toUpperCase(), real(route.path), { token: stranger, body });
        // A body that cannot be read at all is refused before anybody looks at who sent it.
        assert.ok(
          answer.status === 404 || (body === '[' && answer.status === 400),
          `${route.id}: ${answer.status} ${answer.text}`,
        );
        for (const secret of foreign()) assert.ok(!answer.text.includes(secret), route.id);
      }
    }
  });

  it('says the same about what is foreign and what is not there', async () => {
    for (const route of owned) {
      const method = route.method.toUpperCase();
      const there = await rest.ask(method, real(route.path), { token: stranger });
      const missing = await rest.ask(method, real(route.path.replace('{owner}', 'nobody')), { token: stranger });
      assert.deepEqual([there.status, there.text], [missing.status, missing.text], route.id);
    }
  });

  it('lets a viewer look and nothing more', async () => {
    for (const route of owned.filter(
      (each) => each.path.includes('{project}') || each.id.includes('Agent') || each.id.includes('Enrol'),
    )) {
      if (route.id === 'watchRun' || route.id === 'getRunLogs') continue;
      const body = route.body === null ? undefined : { name: 'x', content: 'x', uuids: [run], artifacts: [] };
      const answer = await rest.ask(route.method.toUpperCase(), real(route.path), { token: viewer, body });
      // What answers at a port does what it is told: that is more than to look.
      const expected = route.method === 'get' && route.id !== 'forwardRunPort' ? [200] : [403];
      assert.ok(expected.includes(answer.status), `${route.id}: ${answer.status} ${answer.text}`);
    }
    assert.equal((await rest.ask('GET', `/api/v1/default/default/runs/${run}`)).json.status, 'queued');
  });

  it('never finds a thing of one tenant under the name of another', async () => {
    await rest.ask('POST', '/api/v1/stranger-org/projects/create', { token: stranger, body: { name: 'own' } });
    for (const path of [`own/runs/${run}`, `own/runs/${run}/waiting`, `own/runs/${run}/statuses`]) {
      assert.equal((await rest.ask('GET', `/api/v1/stranger-org/${path}`, { token: stranger })).status, 404);
    }
    assert.equal((await rest.ask('GET', `/api/v1/orgs/stranger-org/agents/${agent}`, { token: stranger })).status, 404);
    await rest.ask('POST', '/api/v1/stranger-org/own/runs/stop', { token: stranger, body: { uuids: [run] } });
    assert.equal((await rest.ask('GET', `/api/v1/default/default/runs/${run}`)).json.status, 'queued');
  });

  it('ignores what a body may not set', async () => {
    const privileged = {
      status: 'succeeded',
      owner: 'x',
      user: 'x',
      created_at: '2020-01-01',
      agent_id: 7,
      live_state: 0,
      id: 1,
      version: 9,
    };
    const made = await rest.ask('POST', '/api/v1/default/default/runs', {
      body: { content: smallOperation, ...privileged },
    });
    const { json } = await rest.ask('PATCH', `/api/v1/default/default/runs/${made.json.uuid}`, {
      body: JSON.stringify({ ...privileged, content: 'x' }).replace('{', '{"__proto__":{"polluted":1},'),
    });
    assert.deepEqual([json.status, json.user, json.owner, json.live_state], ['queued', 'admin', 'default', 1]);
    assert.notEqual(json.content, 'x');
    assert.ok(json.created_at > '2026');
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('lets the token of a run read and write its own run, until the run has ended', async () => {
    const made = await rest.ask('POST', '/api/v1/default/default/runs', { body: { content: smallOperation } });
    const own = made.json.uuid as string;
    const token = await rest.world.runTokens.sign({ uuid: own, attempt: 1 }, 3600);
    const path = (uuid: string, rest = ''): string => `/api/v1/default/default/runs/${uuid}${rest}`;
    const as = (method: string, at: string, body?: unknown, by = token) => rest.ask(method, at, { token: by, body });

    assert.equal((await as('GET', path(own))).status, 200);
    assert.deepEqual((await as('PATCH', path(own), { outputs: { loss: 1 }, merge: true })).json.outputs, { loss: 1 });
    assert.equal(
      (await as('POST', path(own, '/lineage/artifacts'), { artifacts: [{ name: 'm', kind: 'model', path: 'm' }] }))
        .status,
      201,
    );
    assert.equal((await as('GET', path(own, '/lineage/artifacts'))).json.results[0].name, 'm');
    assert.equal((await as('PATCH', path(own), { name: 'other' })).status, 403);
    assert.equal((await as('POST', path(own, '/stop'))).status, 403);
    assert.equal((await as('GET', path(run))).status, 404);
    for (const at of ['/api/v1/users', '/api/v1/default/default/runs', '/api/v1/orgs/default/agents', '/metrics']) {
      assert.equal((await as('GET', at)).status, 403, at);
    }
    const older = await rest.world.runTokens.sign({ uuid: own, attempt: 2 }, 3600);
    assert.equal((await as('GET', path(own), undefined, older)).status, 401);
    const expired = await rest.world.runTokens.sign({ uuid: own, attempt: 1 }, -120);
    assert.equal((await as('GET', path(own), undefined, expired)).status, 401);

    await rest.ask('POST', path(own, '/stop'));
    await sql`update runs set finished_at = clock_timestamp() - interval '31 seconds' where uuid = ${own}::uuid`.execute(
      engine.db,
    );
    const fresh = await rest.world.runTokens.sign({ uuid: own, attempt: 1 }, 3601);
    assert.equal((await as('GET', path(own), undefined, fresh)).status, 401);
  });

  it('refuses a revoked token at once, and an expired one', async () => {
    const made = await rest.ask('POST', '/api/v1/users/tokens', { body: { name: 'short' } });
    const { key, uuid } = made.json;
    assert.equal((await rest.ask('GET', '/api/v1/users', { token: key })).status, 200);
    assert.equal((await rest.ask('DELETE', `/api/v1/users/tokens/${uuid}`)).status, 204);
    assert.equal((await rest.ask('GET', '/api/v1/users', { token: key })).status, 401);
    const user = await rest.world.accounts.findUser('admin');
    const { text, hash } = rest.world.secrets.create('tdm_');
    await rest.world.accounts.createToken(user?.id ?? 0, { name: 'old', hash, expiresInSeconds: -1 });
    assert.equal((await rest.ask('GET', '/api/v1/users', { token: text })).status, 401);
  });
});
