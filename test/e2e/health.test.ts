import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type AgentHealth, healthOf } from '../support/agent-health.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { bundleOf, endLife, type Life, startProgram } from '../support/stack-process.ts';

const unread = 'The runs that are there are not read yet.';
const noSession = 'There is no session with the control plane.';
const job = (script: string): string =>
  JSON.stringify({
    kind: 'operation',
    name: 'an-unusual-name',
    component: {
      kind: 'component',
      run: { kind: 'job', container: { image: 'busybox', command: ['sh', '-c', script] } },
    },
  });

describe('health of an agent', function () {
  this.timeout(180_000);
  let stack: Stack;
  let life: Life;
  let health: AgentHealth;

  before(async () => {
    stack = await startStack({ agent: null });
    const made = await stack.rest.insist('POST', '/api/v1/orgs/default/agents', { body: { name: 'cluster' } });
    await stack.replicas[0]?.killHard();
    const folder = join(stack.folder, 'asked-agent');
    await mkdir(folder, { mode: 0o700 });
    const config = join(folder, 'agent.json');
    await writeFile(config, JSON.stringify({ health: { port: 0 }, capacity: 3 }));
    life = startProgram({
      bundle: bundleOf('tandem-agent'),
      args: ['--config', config, '--data', join(folder, 'data'), '--ready-json', '--exit-with-parent'],
      env: {
        TANDEM_SESSIONS: stack.sessions.address,
        TANDEM_CONTROL_PLANE_URL: stack.rest.url,
        TANDEM_INSECURE: 'true',
        TANDEM_ENROLMENT_TOKEN: (JSON.parse(made.text) as { token: string }).token,
      },
      log: join(stack.folder, 'asked-agent.log'),
    });
    health = await healthOf(life);
  });
  after(async () => {
    if (life !== undefined) await endLife(life);
    await stack?.close();
  });

  it('is to live and not to be ready before there was a control plane', async () => {
    assert.deepEqual(await health.ask('/livez'), { status: 200, text: 'It lives.\n' });
    assert.deepEqual(await health.ask('/readyz'), { status: 503, text: `${unread}\n${noSession}\n` });
    assert.equal(await health.sample('tandem_agent_session_up'), 0);
  });

  it('is to be ready when there is a session, and to count what it does', async () => {
    await stack.replicas[0]?.restart();
    await life.ready;
    assert.equal(await health.until('/readyz', 200), 'It works.\n');
    assert.equal((await health.ask('/livez')).status, 200);
    const uuid = await stack.rest.submit(job('exit 0'));
    assert.equal((await stack.rest.untilFinal(uuid)).status, 'succeeded');
    const started = 'tandem_agent_commands_acknowledged_total{kind="start",outcome="accepted"}';
    await eventually('the run is counted', async () => {
      assert.equal(await health.sample('tandem_agent_runs{status="succeeded"}'), 1);
      assert.equal(await health.sample('tandem_agent_reports_unacknowledged'), 0);
      assert.equal(await health.sample(started), 1);
      return true;
    });
    assert.equal(await health.sample('tandem_agent_session_up'), 1);
    assert.equal(await health.sample('tandem_agent_leader'), 1);
    assert.equal(await health.sample('tandem_agent_capacity'), 3);
    assert.equal(await health.sample('tandem_agent_credits'), 3);
    assert.equal(await health.sample('tandem_agent_reconnects_total'), 0);
    const { text } = await health.ask('/metrics');
    for (const inner of [uuid, uuid.replaceAll('-', ''), 'an-unusual-name', 'busybox', 'default'])
      assert.ok(!text.includes(inner), `the metrics name ${inner}`);
  });

  it('is to live, and not to be ready, while the control plane is away; what it does goes on', async () => {
    const go = join(stack.folder, 'go');
    const uuid = await stack.rest.submit(job(`while [ ! -e ${go} ]; do sleep 0.05; done`));
    await stack.rest.untilStatus(uuid, 'running');
    await stack.replicas[0]?.killHard();
    assert.equal(await health.until('/readyz', 503), `${noSession}\n`);
    await writeFile(go, '');
    await eventually('the run ends without a control plane, and its end waits', async () => {
      assert.equal(await health.sample('tandem_agent_runs{status="succeeded"}'), 2);
      assert.ok(Number(await health.sample('tandem_agent_reports_unacknowledged')) > 0);
      return true;
    });
    assert.equal((await health.ask('/livez')).status, 200);
    assert.equal(await health.sample('tandem_agent_session_up'), 0);
    assert.equal(await health.sample('tandem_agent_reports_in_flight'), 0);
    await stack.replicas[0]?.restart();
    assert.equal(await health.until('/readyz', 200, 90_000), 'It works.\n');
    assert.equal((await stack.rest.untilFinal(uuid)).status, 'succeeded');
    assert.ok(Number(await health.sample('tandem_agent_reconnects_total')) > 0);
  });

  const garbage: readonly (readonly [string, string | Buffer])[] = [
    ['the greeting of another protocol', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04', 'latin1')],
    ['bytes', Buffer.from(Array.from({ length: 64 * 1024 }, (_, at) => (at * 7919) % 256))],
    ['a request without end', `GET /${'x'.repeat(1024 * 1024)}`],
    ['a body to read', `POST /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n${'x'.repeat(1024)}`],
    ['headers that split', 'GET /livez\r\nx: y HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'],
    ['many questions at once', 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_000)],
  ];
  for (const [what, bytes] of garbage) {
    it(`is not harmed by ${what}`, async () => {
      const [host = '', port] = health.address.split(':');
      const socket = connect(Number(port), host);
      socket.on('error', () => undefined); // Being cut off in the middle is an answer.
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.write(bytes);
      await closed;
      assert.equal((await health.ask('/livez')).status, 200);
      assert.equal((await health.ask('/readyz')).status, 200);
      assert.equal(life.isOver(), false);
    });
  }

  it('is over when the agent ends', async () => {
    life.signal('SIGTERM');
    assert.equal(await life.ended, 0);
    await assert.rejects(health.ask('/livez'));
  });
});
