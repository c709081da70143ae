import assert from 'node:assert/strict';
import { Command } from '@tandem/proto';
import fc from 'fast-check';
import type { Observed } from '../ports/executor.ts';
import { dialDelayMs } from './backoff.ts';
import { CommandParts } from './parts.ts';
import { mostReports, ReportQueue } from './report-queue.ts';

const observed = (run: number, seq: bigint, final = false): Observed => ({
  run: { uuid: run.toString(16).padStart(32, '0'), attempt: 1, generation: 1 },
  status: final ? 'succeeded' : 'running',
  reason: 'Running',
  message: '',
  seq,
  atMs: 0,
  ended: final ? { finishedAtMs: 0, exitCode: 0, outputs: null, artifacts: [] } : null,
  pods: [],
});

describe('report queue', () => {
  it('keeps order, and merges only when too many wait', () => {
    const queue = new ReportQueue();
    for (let seq = 1n; seq <= 3n; seq += 1n) queue.add(observed(1, seq));
    assert.deepEqual(
      queue.due(0, 5, 10).map(({ seq }) => seq),
      [1n, 2n, 3n],
    );
    for (let index = 0; index < mostReports; index += 1) queue.add(observed(2 + (index % 50), BigInt(index + 1)));
    assert.ok(queue.size < mostReports);
    assert.deepEqual(
      queue.due(0, 5, 1).map(({ seq }) => seq),
      [3n],
      'the newest of each run stays',
    );
  });

  it('never merges a final report away', () => {
    const queue = new ReportQueue();
    queue.add(observed(1, 1n, true));
    for (let index = 0; index < mostReports + 10; index += 1) queue.add(observed(2, BigInt(index + 1)));
    assert.ok(queue.due(0, 5, 10_000).some(({ ended }) => ended !== null));
  });
});

describe('backoff', () => {
  it('stays between what was asked for and a minute on top', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.option(fc.nat(100_000)),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, retryAfterMs, unit) => {
          const delayMs = dialDelayMs(failures, retryAfterMs, { unit: () => unit, id: () => '' });
          assert.ok(delayMs >= (retryAfterMs ?? 0) && delayMs <= (retryAfterMs ?? 0) + 60_000);
        },
      ),
    );
  });
});

describe('command parts', () => {
  it('give the command, or nothing, whatever order and repeats they come in', () => {
    const command = Command.fromPartial({
      id: 'c',
      runUuid: 'a'.repeat(32),
      body: { $case: 'start', value: { spec: Buffer.alloc(200, 7) } },
    });
    const bytes = Buffer.from(Command.encode(command).finish());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(50), { maxLength: 60 }), (size, order) => {
        const count = Math.ceil(bytes.length / size);
        const part = (index: number) => ({
          commandId: 'c',
          index,
          more: index < count - 1,
          data: bytes.subarray(index * size, (index + 1) * size),
        });
        const parts = new CommandParts();
        for (const index of order) {
          const whole = parts.add(part(index % count));
          if (whole !== null) assert.deepEqual(whole, command);
        }
        parts.clear();
        let whole: Command | null = null;
        for (let index = 0; index < count; index += 1) whole = parts.add(part(index));
        assert.deepEqual(whole, command);
      }),
    );
  });
});
