import assert from 'node:assert/strict';
import { StartRun } from '@tandem/proto';
import { silentLog } from '../testing/silent-log.ts';
import type { AgentCommand, Answer } from './command.ts';
import { commandLoop } from './command-loop.ts';

const run = { uuid: 'a'.repeat(32), attempt: 1, generation: 1 };
const start = (id: string): AgentCommand => ({
  kind: 'start',
  id,
  seq: 1n,
  run,
  start: StartRun.fromPartial({}),
  notAfterMs: 0,
});
const observe = (id: string): AgentCommand => ({ kind: 'observe', id, seq: 2n, run });
const refusal: Answer = { kind: 'retry', reason: 'ClusterQuota', message: 'Full.', afterMs: 5 };

describe('a start that was refused', () => {
  /** A loop whose world refuses the first command and takes every later one. */
  function loopThatRelents() {
    const answers: string[] = [];
    let asked = 0;
    const loop = commandLoop({
      handle: async () => {
        asked += 1;
        return asked === 1 ? refusal : { kind: 'accepted' };
      },
      onAnswer: (_, answer) => answers.push(answer.kind),
      chance: { unit: () => 0, id: () => 'i' },
      log: silentLog(),
      mostInFlight: 10,
    });
    return { loop, answers, asked: () => asked };
  }

  it('stays refused when a second copy of it arrives, and the world is not asked again', async () => {
    const { loop, answers, asked } = loopThatRelents();
    loop.receive(start('one'));
    await loop.idle();
    loop.receive(start('one'));
    await loop.idle();
    assert.deepEqual(answers, ['retry', 'retry']);
    assert.equal(asked(), 1);
  });

  it('does not stand in the way of the next command for the run', async () => {
    const { loop, answers } = loopThatRelents();
    loop.receive(start('one'));
    loop.receive(start('two'));
    await loop.idle();
    assert.deepEqual(answers, ['retry', 'accepted']);
  });

  it('other commands are tried again under the same id, as the control plane means it', async () => {
    const { loop, answers } = loopThatRelents();
    loop.receive(observe('one'));
    await loop.idle();
    loop.receive(observe('one'));
    await loop.idle();
    assert.deepEqual(answers, ['retry', 'accepted']);
  });
});
