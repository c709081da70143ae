import assert from 'node:assert/strict';
import { StartRun, StopRun } from '@tandem/proto';
import { silentLog } from '../testing/silent-log.ts';
import type { AgentCommand, Answer } from './command.ts';
import { commandLoop } from './command-loop.ts';

const run = (index: number) => ({ uuid: String(index).padStart(32, '0'), attempt: 1, generation: 1 });
const start = (index: number): AgentCommand => ({
  kind: 'start',
  id: `start-${index}`,
  seq: BigInt(index),
  run: run(index),
  start: StartRun.fromPartial({}),
  notAfterMs: 0,
});

describe('two hundred starts whose cluster does not answer', () => {
  function hanging() {
    const asked: string[] = [];
    const answers: string[] = [];
    const ends: (() => void)[] = [];
    const loop = commandLoop({
      handle: async (command): Promise<Answer> => {
        asked.push(command.id);
        if (command.kind === 'start') await new Promise<void>((resolve) => ends.push(resolve));
        return { kind: 'accepted' };
      },
      onAnswer: ({ id }) => answers.push(id),
      chance: { unit: () => 0, id: () => 'i' },
      log: silentLog(),
      mostInFlight: 1_000,
    });
    for (let index = 1; index <= 200; index += 1) loop.receive(start(index));
    return { loop, asked, answers, ends };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are 192 at a time, and all are done in the end', async () => {
    const { loop, asked, answers, ends } = hanging();
    await settled();
    assert.equal(asked.length, 192);
    while (answers.length < 200) {
      for (const end of ends.splice(0)) end();
      await settled();
    }
    await loop.idle();
    assert.equal(new Set(asked).size, 200);
  });

  it('keep no stop of another run waiting', async () => {
    const { loop, answers } = hanging();
    loop.receive({ kind: 'stop', id: 'stop', seq: 201n, run: run(201), stop: StopRun.fromPartial({}) });
    await settled();
    assert.deepEqual(answers, ['stop']);
  });
});
