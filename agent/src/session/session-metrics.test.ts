import assert from 'node:assert/strict';
import type { FromAgent } from '@tandem/proto';
import { aSession, uuid } from '../testing/a-session.ts';

const reportIds = (sent: readonly FromAgent[]): string[] =>
  sent.flatMap(({ body }) => (body?.$case === 'reports' ? body.value.reports.map(({ id }) => id) : []));

describe('session, as it is measured', () => {
  it('counts commands as they come and are answered, and each time that it dials anew', async () => {
    const { session, plane, clock, command, start, metrics, welcome } = aSession();
    session.start();
    welcome();
    plane.say({ $case: 'command', value: command({ body: start() }) });
    await clock.advance(100);
    plane.say({ $case: 'command', value: command({ body: start() }) });
    plane.say({ $case: 'command', value: command({ body: start('bad'), runUuid: 'b'.repeat(32) }, 2n) });
    plane.say({ $case: 'command', value: command({ body: undefined, runUuid: 'c'.repeat(32) }, 3n) });
    await clock.advance(100);
    assert.deepEqual(metrics.told.sort(), [
      'answered start accepted',
      'answered start already',
      'answered start rejected',
      'answered unknown rejected',
      'received start',
      'received start',
      'received start',
      'received unknown',
    ]);
    metrics.told.length = 0;
    plane.cut();
    await clock.advance(60_000);
    assert.deepEqual(metrics.told, Array<string>(plane.dials - 1).fill('redialled'));
    assert.ok(plane.dials > 1);
    await session.end();
  });

  it('has figures of its reports, its room and its runs, and has sent nothing while no session is up', async () => {
    const { session, plane, clock, executor, welcome } = aSession();
    session.start();
    executor.become(uuid, 'running', 2n);
    executor.become('b'.repeat(32), 'succeeded', 2n);
    await clock.advance(100);
    const runs = new Map([
      ['running', 1],
      ['succeeded', 1],
    ]);
    assert.deepEqual(session.figures(), { freeCapacity: 3, reportsWaiting: 2, reportsInFlight: 0, runs });
    welcome();
    await clock.advance(100);
    assert.deepEqual(session.figures(), { freeCapacity: 3, reportsWaiting: 2, reportsInFlight: 2, runs });
    plane.cut();
    assert.equal(session.figures().reportsInFlight, 0);
    await clock.advance(20_000);
    welcome(2n);
    const [first] = reportIds(plane.sent);
    plane.say({ $case: 'reportAck', value: { reportIds: [first ?? ''] } });
    assert.deepEqual(session.figures(), { freeCapacity: 3, reportsWaiting: 1, reportsInFlight: 1, runs });
    await session.end();
  });
});
