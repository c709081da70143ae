import assert from 'node:assert/strict';
import { objectsFor, plain } from '../../testing/objects-for-tests.ts';
import { longArgument, longestArgument } from './long-argument.ts';

const told = (container: object): string | null => {
  const { lead, others } = objectsFor({ run: { container: { image: 'busybox', ...container } }, plugins: plain });
  return longArgument([lead, ...others]);
};

describe('arguments that no program can be given', () => {
  const fits = 'x'.repeat(longestArgument - 1);
  for (const { title, container, sentence } of [
    { title: 'the longest argument', container: { command: ['true', fits] }, sentence: null },
    {
      title: 'one byte more',
      container: { command: ['true', `${fits}x`] },
      sentence: /^Argument 1 of container "main" has 131073 bytes/,
    },
    {
      title: 'bytes, not letters',
      container: { command: ['true'], args: ['Ü'.repeat(70_000)] },
      sentence: /^Argument 1 /,
    },
    { title: 'a variable', container: { env: [{ name: 'BIG', value: fits }] }, sentence: /^The variable "BIG" / },
    {
      title: 'a variable from elsewhere',
      container: { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      sentence: null,
    },
  ])
    it(`${sentence === null ? 'passes' : 'refuses'} ${title}`, () => {
      if (sentence === null) assert.equal(told(container), null);
      else assert.match(told(container) ?? '', sentence);
    });
});
