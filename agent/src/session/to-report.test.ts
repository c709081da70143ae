import assert from 'node:assert/strict';
import { clean } from '../mask/clean.ts';
import { createMasker } from '../mask/masker.ts';
import type { Observed } from '../ports/executor.ts';
import { toReport } from './to-report.ts';

const masker = createMasker('off', []);
const run = { uuid: 'a'.repeat(32), attempt: 1, generation: 1 };
const ended: Observed['ended'] = { finishedAtMs: 1_000_000, exitCode: 3, outputs: null, artifacts: [] };
const observed: Observed = {
  run,
  status: 'failed',
  reason: 'ContainerFailed',
  message: 'x',
  seq: 4n,
  atMs: 1_000_000,
  ended,
  pods: [],
};

describe('toReport', () => {
  const report = (given: Partial<Observed>, offset: number) =>
    toReport({ ...observed, ...given }, (text) => clean(text, masker), offset);

  it('tells the end by the clock of the control plane, for a stop is judged by it', () => {
    assert.equal(report({}, 90_000).finishedAtMs, 1_090_000n);
    assert.equal(report({}, -90_000).finishedAtMs, 910_000n);
  });

  it('has no end for what still runs', () => {
    const running = report({ status: 'running', ended: null }, 90_000);
    assert.equal(running.finishedAtMs, 0n);
    assert.equal(running.final, false);
  });
});
