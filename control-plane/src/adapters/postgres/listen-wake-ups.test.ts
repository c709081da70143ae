import assert from 'node:assert/strict';
import pg from 'pg';
import { eventually } from '../../../../test/support/eventually.ts';
import { freshDatabase } from '../../../../test/support/postgres.ts';
import type { WakeUps } from '../../ports/wake-ups.ts';
import { localWakeUps } from '../local-wake-ups.ts';
import { listenWakeUps } from './listen-wake-ups.ts';
import { topicsFrom, wakeBatches } from './wake-batches.ts';

const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

describe('wake-ups', () => {
  it('reach the listeners of their topic until they leave', async () => {
    const wakeUps = localWakeUps();
    const heard: string[] = [];
    const off = wakeUps.on('run:a', () => heard.push('a'));
    wakeUps.on('run:b', () => heard.push('b'));
    wakeUps.wake(['run:a', 'run:a', 'run:c']);
    assert.deepEqual(heard, []);
    await Promise.resolve();
    assert.deepEqual(heard, ['a']);
    off();
    off();
    wakeUps.wake(['run:a', 'run:b']);
    await Promise.resolve();
    assert.deepEqual(heard, ['a', 'b']);
  });

  it('are packed into payloads that the server takes', () => {
    const topics = Array.from({ length: 1000 }, (_, at) => `run:${String(at).padStart(32, '0')}`);
    const batches = wakeBatches('me', topics);
    assert.ok(batches.every((each) => Buffer.byteLength(each) < 8000));
    assert.ok(batches.length <= 5);
    assert.deepEqual(
      batches.flatMap((each) => topicsFrom(each, 'you')),
      topics,
    );
    assert.deepEqual(
      batches.flatMap((each) => topicsFrom(each, 'me')),
      [],
    );
  });

  describe('over a server', () => {
    let url = '';
    let here: WakeUps;
    let there: WakeUps;
    before(async () => {
      url = await freshDatabase();
      here = listenWakeUps(url, log);
      there = listenWakeUps(url, log);
      for (const [from, to] of [
        [here, there],
        [there, here],
      ] as const) {
        const probe = count(to, 'probe');
        await eventually('both are connected', () => {
          from.wake(['probe']);
          return probe.times > 0;
        });
      }
    });
    after(() => Promise.all([here.close(), there.close()]));

    const count = (wakeUps: WakeUps, topic: string) => {
      const seen = { times: 0 };
      wakeUps.on(topic, () => {
        seen.times += 1;
      });
      return seen;
    };

    it('reach other replicas, and our own listeners once', async () => {
      const own = count(here, 'agent:1');
      const other = count(there, 'agent:1');
      here.wake(['agent:1']);
      await eventually('the other replica hears it', () => other.times === 1);
      assert.equal(own.times, 1);
    });

    it('are collected: many hints are few messages', async () => {
      const client = new pg.Client(url);
      await client.connect();
      let messages = 0;
      client.on('notification', () => {
        messages += 1;
      });
      await client.query('listen tandem_wake');
      const other = count(there, 'run:last');
      for (let at = 0; at < 500; at += 1) here.wake([`run:${at % 50}`]);
      here.wake(['run:last']);
      await eventually('the last hint arrives', () => other.times === 1);
      assert.ok(messages <= 3, `${messages} messages`);
      await client.end();
    });

    it('wake everybody once after the connection was lost', async () => {
      const other = count(there, 'agent:9');
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'tandem-control-plane' and datname = current_database()`);
      await client.end();
      await eventually('the listener is woken after the break', () => other.times >= 1);
      here.wake(['agent:9']);
      await eventually('hints pass again', () => other.times >= 2);
    });
  });
});
