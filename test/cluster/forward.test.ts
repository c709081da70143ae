import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type Installation, startInstallation } from './support/installation.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

clusterSuite('forwarding to pods of a real cluster', () => {
  let cluster: Cluster;
  let tandem: Installation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'forward', node: 'kubelet' });
    await cluster.importBusybox();
    tandem = await startInstallation(cluster, 'forward');
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
    await cluster?.stop();
  });
  beforeEach(function () {
    this.timeout(90_000);
  });

  /** A service that tells the name of its pod to everybody who connects. */
  async function startService(): Promise<string> {
    const uuid = await tandem.job('exec nc -ll -p 8080 -e hostname', { run: { kind: 'service', ports: [8080] } });
    await tandem.untilReason(uuid, 'Running');
    return uuid;
  }

  /** What comes from a port of a run, or the code of what is in the way. */
  async function said(uuid: string, port: number): Promise<string> {
    const { url, token } = tandem.stack.rest;
    const asked = request(new URL(`/streams/v1/default/default/default/runs/${uuid}/ports/${port}`, url), {
      agent: false,
      headers: {
        authorization: `Token ${token}`,
        accept: 'application/problem+json',
        connection: 'Upgrade',
        upgrade: 'tandem-forward/1',
      },
    });
    asked.end();
    const [answer, socket] = await Promise.race([once(asked, 'upgrade'), once(asked, 'response')]);
    let text = '';
    for await (const part of (socket as Socket | undefined) ?? answer) text += String(part);
    return socket === undefined ? JSON.parse(text).code : text.trim();
  }

  const podsOf = async (uuid: string): Promise<readonly string[]> =>
    (await tandem.objects('pods'))
      .filter(({ metadata }) => metadata.labels?.['tandem.dev/run'] === uuid)
      .map(({ metadata }) => metadata.name);

  it('reaches the pod, also of the one that comes after it, and after a restart of the agent', async () => {
    const uuid = await startService();
    const [first] = await podsOf(uuid);
    assert.equal(
      await eventually(
        'it answers',
        async () => (await said(uuid, 8080)).startsWith('tdm-') && said(uuid, 8080),
        30_000,
      ),
      first,
    );
    await tandem.stack.agent?.killHard();
    await tandem.stack.agent?.restart();
    assert.equal(
      await eventually('the agent is back', async () => (await said(uuid, 8080)) === first && first, 30_000),
      first,
    );
    await cluster.kubectl(['-n', 'forward-runs', 'delete', 'pod', first ?? '', '--grace-period=0', '--force']);
    await eventually(
      'another pod answers',
      async () => {
        const name = await said(uuid, 8080);
        return name.startsWith('tdm-') && name !== first;
      },
      40_000,
    );
  });

  it('reaches no port that the service did not declare, whatever listens there', async () => {
    const uuid = await startService();
    await eventually('it answers', async () => (await said(uuid, 8080)).startsWith('tdm-'), 30_000);
    for (const port of [22, 80, 443, 6443, 10_250]) assert.equal(await said(uuid, port), 'forward/port-not-declared');
  });

  it('stops a service that says that nobody uses it, and lets one go on that is used', async () => {
    const saying = (at: string): string => `
      printf '%s\\n' '#!/bin/sh' 'read line; echo "$line" >> /tmp/asked' \
        'printf "HTTP/1.0 200 OK\\r\\n\\r\\n{\\"last_activity\\":\\"%s\\"}" "${at}"' > /tmp/answer
      chmod +x /tmp/answer; exec nc -ll -p 8080 -e /tmp/answer`;
    const more = {
      run: { kind: 'service', ports: [8080] },
      component: { termination: { culling: { timeout: 4 }, probe: { http: { path: '/used', port: 8080 } } } },
    };
    const used = await tandem.job(saying('$(date -u +%Y-%m-%dT%H:%M:%SZ)'), more);
    await tandem.untilReason(used, 'Running');
    const idle = await tandem.job(saying('2020-01-02T03:04:05Z'), more);
    const end = await tandem.untilFinal(idle);
    assert.deepEqual([end.status, end.reason], ['stopped', 'IdleCulled']);
    assert.match(end.message, /4 s/);
    const [pod = ''] = await podsOf(used);
    const asked = await cluster.kubectl(['-n', 'forward-runs', 'exec', pod, '--', 'cat', '/tmp/asked']);
    assert.match(asked, /^GET \/services\/v1\/\S+\/8080\/used HTTP/m);
    assert.equal((await tandem.stack.rest.run(used)).status, 'running');
    await tandem.stack.rest.insist('POST', `/api/v1/default/default/runs/${used}/stop`, { body: {} });
    assert.equal((await tandem.untilFinal(used)).reason, 'UserStop');
  });

  it('ends connections with the run', async () => {
    const uuid = await tandem.job('exec nc -ll -p 8080 -e cat', { run: { kind: 'service', ports: [8080] } });
    await tandem.untilReason(uuid, 'Running');
    const { url, token } = tandem.stack.rest;
    const socket = await eventually(
      'it is connected',
      async () => {
        const asked = request(new URL(`/streams/v1/default/default/default/runs/${uuid}/ports/8080`, url), {
          agent: false,
          headers: { authorization: `Token ${token}`, connection: 'Upgrade', upgrade: 'tandem-forward/1' },
        });
        asked.end();
        const [, found] = await Promise.race([once(asked, 'upgrade'), once(asked, 'response')]);
        return found as Socket | undefined;
      },
      30_000,
    );
    socket.on('error', () => undefined);
    socket.write('hello');
    assert.equal(String((await once(socket, 'data'))[0]), 'hello');
    const closed = new Promise((resolve) => socket.resume().once('close', resolve));
    await tandem.stack.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    await closed;
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
    assert.equal(await said(uuid, 8080), 'forward/not-running');
  });
});
