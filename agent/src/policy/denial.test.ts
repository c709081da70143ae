import assert from 'node:assert/strict';
import { changed } from './changed.cases.ts';
import { denialText } from './denial.ts';
import { evaluate } from './evaluate.ts';
import { facts, ordinary } from './ordinary.cases.ts';
import { readPolicy } from './policy.ts';

const { policy } = readPolicy({ maxReplicas: 1 });

describe('policy: what the user is told', () => {
  it('names every violation with its path', () => {
    const object = changed(ordinary.indexedJob, { 'spec.template.spec.hostPID': true });
    assert.deepEqual(denialText(evaluate([object], policy, facts)).split('\n'), [
      'The policy of the cluster does not allow the run.',
      'spec.template.spec.hostPID: Pods may not see the processes of the node.',
      'Job: The run may have 3 pods at a time, which is too many.',
    ]);
  });

  it('stays short, and says how much it leaves out', () => {
    const odd = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`metadata.odd${index}`, 'x']));
    const long = { [`metadata["${'k'.repeat(10_000)}"]`]: 'x' };
    const violations = evaluate([changed(ordinary.job, { ...long, ...odd })], policy, facts);
    const text = denialText(violations);
    assert.equal(violations.length, 501);
    assert.ok(text.length < 4096);
    const more = Number(/… and (\d+) more$/.exec(text)?.[1]);
    assert.equal(text.split('\n').length - 2 + more, 501);
  });
});
