import assert from 'node:assert/strict';
import { aContainer, aJob, aPod, aView, ended, running, t0, waiting } from '../testing/a-view.ts';
import { judge } from './judge.ts';
import { progresses } from './judge-progress.cases.ts';
import { troubles } from './judge-troubles.cases.ts';

const pending = (state: Parameters<typeof aContainer>[0]) => aPod({ containers: [aContainer(state)] });
describe('the status of a run from its objects', () => {
  for (const each of [...troubles, ...progresses]) {
    it(`row ${each.row}`, () => {
      const judgement = judge(each.view, t0 + (each.after ?? 10) * 1000);
      assert.deepEqual([judgement.status, judgement.reason], [each.status, each.reason], judgement.message);
      if (each.message !== undefined) assert.match(judgement.message, each.message);
      assert.equal(judgement.end !== null, each.isEnd ?? false);
      if (each.exitCode !== undefined) assert.equal(judgement.end?.exitCode, each.exitCode);
    });
  }

  it('looks again when a silent node has been silent for long enough', () => {
    const pods = [aPod({ phase: 'Running', containers: [aContainer(running())] })];
    const { status, againMs } = judge(aView({ pods, silentNodes: new Map([['node1', t0 + 50_000]]) }), t0 + 80_000);
    assert.deepEqual([status, againMs], ['running', 30_000]);
  });

  it('keeps an end that was recorded, whatever the objects do after it', () => {
    const recordedEnd = judge(aView({ pods: [pending(waiting('InvalidImageName'))] }), t0 + 10_000);
    const later = aView({ recordedEnd, pods: [aPod({ phase: 'Running', containers: [aContainer(running())] })] });
    assert.equal(judge(later, t0 + 20_000).status, 'failed');
  });

  it('asks for events only about what is stuck', () => {
    const early = judge(aView({ pods: [aPod()] }), t0 + 5_000);
    assert.deepEqual([early.wantsEvents, early.againMs], [false, 25_000]);
    assert.equal(judge(aView({ pods: [aPod()] }), t0 + 31_000).wantsEvents, true);
  });

  it('ends a distributed run with the role that decides, though others still run', () => {
    const view = aView({
      settings: { kind: 'tfjob', replicas: { chief: 1, ps: 1 }, decidingRoles: ['chief'] },
      jobs: [aJob({ role: 'chief' }), aJob({ uid: 'job-2', role: 'ps' })],
      pods: [
        aPod({ role: 'chief', phase: 'Succeeded', containers: [aContainer(ended(0))] }),
        aPod({ uid: 'pod-2', role: 'ps', phase: 'Running', containers: [aContainer(running())] }),
      ],
    });
    assert.equal(judge(view, t0 + 9_000).status, 'succeeded');
  });
});
