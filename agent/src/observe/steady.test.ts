import assert from 'node:assert/strict';
import type { Status } from '@tandem/shared/lifecycle';
import { type Judgement, judged } from './judgement.ts';
import { steady } from './steady.ts';

const starting = judged({ status: 'starting', reason: 'Accepted' });
const stopped = judged({ status: 'stopped', reason: 'DeletedExternally' });

const cases: readonly {
  readonly title: string;
  readonly before: Status | null;
  readonly judgement: Judgement;
  readonly since: number | null;
  readonly told: string;
}[] = [
  { title: 'the first that is seen', before: null, judgement: starting, since: null, told: 'starting' },
  { title: 'the way up', before: 'starting', judgement: starting, since: null, told: 'starting' },
  { title: 'a fall that may be the end', before: 'running', judgement: starting, since: null, told: 'hold' },
  { title: 'a fall that is not over yet', before: 'running', judgement: starting, since: 8_500, told: 'hold' },
  { title: 'a fall that lasts', before: 'running', judgement: starting, since: 8_000, told: 'retrying' },
  { title: 'the way up again', before: 'retrying', judgement: starting, since: 8_000, told: 'starting' },
  { title: 'the end', before: 'running', judgement: stopped, since: 9_999, told: 'stopped' },
];

describe('what is told of a run that falls', () => {
  for (const { title, before, judgement, since, told } of cases)
    it(`${told}: ${title}`, () => {
      const found = steady(before, judgement, since, 10_000);
      assert.equal(found.kind === 'hold' ? 'hold' : found.judgement.status, told);
    });
});
