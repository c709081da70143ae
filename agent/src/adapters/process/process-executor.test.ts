import assert from 'node:assert/strict';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../../test/support/eventually.ts';
import { executorPlace, extra, uuid } from '../../../../test/support/executor-place.ts';
import { aContainer, aPlan, script } from '../../testing/a-plan.ts';
import { attemptFolder, runFolder } from './layout.ts';
import { signalGroup } from './process-identity.ts';
import { readStep } from './step-state.ts';

describe('process executor', () => {
  const place = executorPlace();
  const { ended, run, statuses, logText } = place;

  it('runs a command and reports every state once, in order', async () => {
    const end = await run(aPlan(place.data));
    assert.equal(end.status, 'succeeded');
    assert.equal(end.ended?.exitCode, 0);
    assert.deepEqual(statuses(), [
      'starting/Accepted',
      'starting/Started',
      'running/Running',
      'processing/Collecting',
      'succeeded/Completed',
    ]);
    assert.deepEqual(
      place.seen.map(({ seq }) => seq),
      [1n, 2n, 3n, 4n, 5n],
    );
    assert.equal(await logText(), 'hello\n');
  });

  it('passes arguments as they are', async () => {
    const odd = ['a b', '"q"', '$HOME', "it's", '*', '', 'ü\n'];
    await run(aPlan(place.data, { main: { command: ['printf', '[%s]'], args: odd } }));
    assert.equal(await logText(), odd.map((each) => `[${each}]`).join(''));
  });

  it('gives the child the plan and a minimal base, never the environment of the agent', async () => {
    process.env['AGENT_ONLY'] = 'must-not-leak';
    await run(aPlan(place.data, { main: { ...script('env'), env: [{ kind: 'value', name: 'MINE', value: '1' }] } }));
    delete process.env['AGENT_ONLY'];
    const names = (await logText())
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .sort();
    assert.deepEqual(names, ['HOME', 'LANG', 'MINE', 'PATH', 'PWD', 'TZ']);
  });

  it('delivers secrets and config maps as variables and files', async () => {
    await mkdir(join(place.data, 'secrets', 'db'), { recursive: true });
    await writeFile(join(place.data, 'secrets', 'db', 'password'), 'hunter2-hunter2');
    await mkdir(join(place.data, 'config-maps', 'team'), { recursive: true });
    await writeFile(join(place.data, 'config-maps', 'team', 'REGION'), 'eu');
    const end = await run(
      aPlan(place.data, {
        main: {
          ...script(
            `echo "$PASSWORD $password $REGION"; stat -c %a "${runFolder(place.data, uuid).mounts}/etc/db/password"; cat "${runFolder(place.data, uuid).mounts}/etc/db/password"`,
          ),
          env: [
            { kind: 'secret', name: 'PASSWORD', secret: 'db', key: 'password' },
            { kind: 'all-of-secret', secret: 'db', keys: null },
            { kind: 'all-of-config', configMap: 'team', keys: null },
          ],
          mounts: [{ volume: 'v', path: '/etc/db', subPath: null, readOnly: true, more: null }],
        },
        replica: { volumes: [{ kind: 'secret', name: 'v', secret: 'db', items: null, mode: null }] },
      }),
    );
    assert.equal(end.status, 'succeeded');
    assert.equal(await logText(), 'hunter2-hunter2 hunter2-hunter2 eu\n600\nhunter2-hunter2');
    const kept = await readFile(attemptFolder(place.data, uuid, 1).plan, 'utf8');
    assert.ok(!kept.includes('hunter2'), 'the plan must not hold the value');
  });

  it('fails with a reason when a secret is missing, without naming it', async () => {
    const end = await run(
      aPlan(place.data, { main: { env: [{ kind: 'secret', name: 'P', secret: 'absent', key: 'k' }] } }),
    );
    assert.equal(end.reason, 'ConnectionError');
    assert.ok(!end.message.includes('absent'));
  });

  it('puts the run token where clients look, readable by the owner alone', async () => {
    const plan = aPlan(place.data, {
      main: {
        ...script('cat .configs/.auth; stat -c " %a" .configs/.auth; cd artifacts/aaaa*; touch outputs/through-link'),
        workingDir: runFolder(place.data, uuid).context,
      },
    });
    const end = await run(plan);
    assert.equal(await logText(), '{"username":"run","token":"token-of-the-run"} 600\n');
    assert.deepEqual(
      end.ended?.artifacts.map(({ path }) => path),
      ['outputs/through-link'],
    );
  });

  it('reports the exit code and the last lines of a failure', async () => {
    const end = await run(aPlan(place.data, { main: script('echo doing; echo broken >&2; exit 7') }));
    assert.equal(end.status, 'failed');
    assert.equal(end.reason, 'ContainerFailed');
    assert.equal(end.ended?.exitCode, 7);
    assert.equal(end.message, 'The command ended with exit code 7.\ndoing\nbroken');
  });

  it('says what is wrong when there is no command or no such program', async () => {
    const without = await run(aPlan(place.data, { main: { command: [] } }));
    assert.equal(without.reason, 'StartFailed');
    assert.match(without.message, /needs "command"/);
    const other = 'b'.repeat(32);
    const missing = await run(aPlan(place.data, { run: { uuid: other }, main: { command: ['no-such-program-here'] } }));
    assert.equal(missing.reason, 'StartFailed');
    assert.match(missing.message, /"no-such-program-here" was not found/);
  });

  it('retries within the attempt, each try with its own claim', async () => {
    const counter = join(place.data, 'tries');
    const plan = aPlan(place.data, { main: script(`echo x >> ${counter}; [ $(wc -l < ${counter}) -ge 3 ]`) });
    const end = await run({ ...plan, termination: { ...plan.termination, maxRetries: 3 } });
    assert.equal(end.status, 'succeeded');
    assert.equal(await readFile(counter, 'utf8'), 'x\nx\nx\n');
    assert.equal(place.seen.filter(({ status }) => status === 'retrying').length, 2);
    await access(attemptFolder(place.data, uuid, 1).step('try-3').claim);
  });

  it('ends what takes too long', async () => {
    const plan = aPlan(place.data, { main: script('sleep 60') });
    const end = await run({ ...plan, termination: { ...plan.termination, timeoutSeconds: 1 } });
    assert.equal(end.status, 'failed');
    assert.equal(end.reason, 'TimeoutExceeded');
  });

  it('stops politely: the run may finish its work', async () => {
    const plan = aPlan(place.data, {
      main: script('trap "echo saving; exit 0" TERM; echo ready; while :; do sleep 0.05; done'),
    });
    await place.executor.apply(plan, extra);
    await eventually('it is ready', async () => (await logText()).includes('ready'));
    assert.deepEqual(await place.executor.stop({ ...plan.run, generation: 2 }, 10), { kind: 'stopping' });
    const end = await ended();
    assert.equal(end.status, 'stopped');
    assert.equal(end.run.generation, 2);
    assert.match(await logText(), /saving/);
  });

  it('stops by force after the grace, the whole group', async () => {
    const child = join(place.data, 'child');
    const plan = aPlan(place.data, {
      main: script(
        `trap "" TERM; sh -c 'trap "" TERM; echo $$ > ${child}; while :; do sleep 0.05; done' & wait; while :; do sleep 0.05; done`,
      ),
    });
    await place.executor.apply(plan, extra);
    const pid = Number(await eventually('the child runs', () => readFile(child, 'utf8')));
    await place.executor.stop(plan.run, 0.2);
    assert.equal((await ended()).status, 'stopped');
    await eventually('the child is gone', async () =>
      (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z')).includes('Z'),
    );
  });

  it('takes what a run leaves running with it', async () => {
    const child = join(place.data, 'child');
    await run(aPlan(place.data, { main: script(`sleep 300 & echo $! > ${child}`) }));
    const pid = (await readFile(child, 'utf8')).trim();
    await eventually('the child is gone', async () =>
      (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z')).includes('Z'),
    );
  });

  it('lets an end that came before the stop count', async () => {
    const end = await run(aPlan(place.data));
    assert.deepEqual(await place.executor.stop({ ...end.run, generation: 2 }, 1), { kind: 'gone' });
    assert.equal((await place.executor.find(uuid))?.status, 'succeeded');
  });

  it('answers a start again with already, and an older one with superseded', async () => {
    const plan = aPlan(place.data, { run: { generation: 3 } });
    await run(plan);
    assert.deepEqual(await place.executor.apply(plan, extra), { kind: 'already' });
    assert.deepEqual(await place.executor.apply(aPlan(place.data, { run: { generation: 2 } }), extra), {
      kind: 'superseded',
    });
  });

  it('remembers a stop that came before its start, also over a restart', async () => {
    const plan = aPlan(place.data, { run: { generation: 1 } });
    assert.deepEqual(await place.executor.stop({ ...plan.run, generation: 2 }, 1), { kind: 'gone' });
    place.close();
    await place.open();
    assert.deepEqual(await place.executor.apply(plan, extra), { kind: 'superseded' });
    assert.equal((await place.executor.find(uuid))?.status, 'stopped');
    assert.deepEqual(await place.executor.apply(aPlan(place.data, { run: { generation: 3 } }), extra), {
      kind: 'accepted',
    });
    assert.equal((await ended()).status, 'succeeded');
  });

  it('waits with the next attempt until the former has ended', async () => {
    await place.executor.apply(aPlan(place.data, { main: script('sleep 60') }), extra);
    const next = aPlan(place.data, { run: { attempt: 2, generation: 2 } });
    assert.equal((await place.executor.apply(next, extra)).kind, 'retry');
    await place.executor.stop(aPlan(place.data).run, 0);
    await ended();
    assert.deepEqual(await place.executor.apply(next, extra), { kind: 'accepted' });
    await eventually('attempt 2 succeeds', async () => (await place.executor.find(uuid))?.status === 'succeeded');
  });

  it('shows a reader who follows the next attempt from its beginning, and one who comes back only that', async () => {
    const go = join(place.data, 'go');
    const first = script(`echo one; while [ ! -e ${go} ]; do sleep 0.02; done; echo two`);
    await place.executor.apply(aPlan(place.data, { main: first }), extra);
    const query = { cursor: '', follow: true, tail: 1 };
    const reader = place.executor.logs(uuid, query, new AbortController().signal)[Symbol.asyncIterator]();
    const texts: string[] = [];
    let cursor = '';
    const take = async (): Promise<boolean> => {
      const { done, value } = await reader.next();
      if (done === true) return false;
      texts.push(...value.lines.map(({ bytes }) => Buffer.from(bytes).toString()));
      cursor = value.cursor;
      return true;
    };
    assert.ok(await take());
    // The reader is slow: meanwhile the attempt ends, and the next one, too.
    const ofFirst = cursor;
    await writeFile(go, '');
    await ended();
    const next = aPlan(place.data, { run: { attempt: 2, generation: 2 }, main: script('echo three; echo four') });
    assert.deepEqual(await place.executor.apply(next, extra), { kind: 'accepted' });
    await eventually('attempt 2 ends', async () => (await place.executor.find(uuid))?.status === 'succeeded');
    while (await take());
    assert.deepEqual(texts, ['one', 'two', 'three', 'four']);
    const later = place.executor.logs(uuid, { ...query, tail: 0, cursor: ofFirst }, new AbortController().signal);
    const back: string[] = [];
    for await (const { lines } of later) back.push(...lines.map(({ bytes }) => Buffer.from(bytes).toString()));
    assert.deepEqual(back, ['three', 'four']);
  });

  it('keeps a run when it is closed and takes it up again', async () => {
    const go = join(place.data, 'go');
    await place.executor.apply(
      aPlan(place.data, { main: script(`while [ ! -e ${go} ]; do sleep 0.02; done; echo done`) }),
      extra,
    );
    await eventually('it runs', async () => (await place.executor.find(uuid))?.status === 'running');
    place.close();
    await writeFile(go, '');
    place.seen.length = 0;
    await place.open();
    const end = await ended();
    assert.equal(end.status, 'succeeded');
    assert.equal(await logText(), 'done\n');
    assert.ok(
      place.seen.every(({ seq }) => seq >= 3n),
      'numbers of reports go on after a restart',
    );
  });

  it('ends a run as vanished when it was killed while nobody looked', async () => {
    await place.executor.apply(aPlan(place.data, { main: script('sleep 60') }), extra);
    await eventually('it runs', async () => (await place.executor.find(uuid))?.status === 'running');
    place.close();
    const state = await readStep(attemptFolder(place.data, uuid, 1).step('try-1'));
    assert.ok(state.kind === 'running' && signalGroup(state.leader, 'SIGKILL'));
    await place.open();
    const end = await ended();
    assert.equal(end.status, 'failed');
    assert.equal(end.reason, 'DeletedExternally');
  });

  it('refuses what it cannot do', async () => {
    const sidecar = await place.executor.apply(aPlan(place.data, { replica: { sidecars: [aContainer()] } }), extra);
    assert.deepEqual([sidecar.kind, 'reason' in sidecar && sidecar.reason], ['rejected', 'Unsupported']);
    const kind = await place.executor.apply(aPlan(place.data, { plan: { kind: 'tfjob' } }), extra);
    assert.ok(kind.kind === 'rejected' && kind.message.includes('"tfjob"'));
    assert.equal(await place.executor.find(uuid), null);
  });

  it('runs a service until it is stopped', async () => {
    await place.executor.apply(
      aPlan(place.data, { main: script('while :; do sleep 0.05; done'), plan: { kind: 'service' } }),
      extra,
    );
    await eventually('it runs', async () => (await place.executor.find(uuid))?.status === 'running');
    await place.executor.stop(aPlan(place.data).run, 5);
    assert.equal((await ended()).status, 'stopped');
  });

  it('removes an ended run, artifacts only when asked', async () => {
    await place.executor.apply(aPlan(place.data, { main: script('sleep 60') }), extra);
    assert.deepEqual(await place.executor.remove(uuid, { artifacts: false }), { kind: 'active' });
    await place.executor.stop(aPlan(place.data).run, 0);
    await ended();
    await writeFile(join(runFolder(place.data, uuid).outputs, 'kept'), '');
    assert.deepEqual(await place.executor.remove(uuid, { artifacts: false }), { kind: 'removed' });
    await access(join(runFolder(place.data, uuid).outputs, 'kept'));
    assert.equal(await place.executor.find(uuid), null);
    assert.deepEqual(await place.executor.remove(uuid, { artifacts: true }), { kind: 'removed' });
    await assert.rejects(access(runFolder(place.data, uuid).root));
  });
});
