import assert from 'node:assert/strict';
import { Command } from 'commander';
import {
  type SubmissionOptions,
  sectionsFile,
  withLongHyperParam,
  withSubmissionOptions,
} from './submission-options.ts';

/** What a command understands of its arguments. */
function parsed(...args: readonly string[]): SubmissionOptions {
  const command = withSubmissionOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(withLongHyperParam(args), { from: 'user' }).opts<SubmissionOptions>();
}

describe('options of a submission', () => {
  it('takes -HP in every spelling, as often as it comes', () => {
    const { hyperParam } = parsed(
      '-HP',
      'a=choice:[1]',
      '-HPb=choice:[2]',
      '--hp',
      'c=choice:[3]',
      '--hyper-param=d=x:4',
    );
    assert.deepEqual(hyperParam, ['a=choice:[1]', 'b=choice:[2]', 'c=choice:[3]', 'd=x:4']);
  });

  it('leaves alone what stands behind --', () => {
    assert.deepEqual(withLongHyperParam(['run', '-HP', 'a', '--', '-HP']), ['run', '--hyper-param', 'a', '--', '-HP']);
  });

  const sections: readonly (readonly [readonly string[], unknown])[] = [
    [[], undefined],
    [['--preset', 'a', '--preset', 'b'], { presets: ['a', 'b'] }],
    [['--cache'], { cache: { disable: false } }],
    [['--nocache', '--preset', 'a'], { presets: ['a'], cache: { disable: true } }],
  ];
  for (const [args, expected] of sections) {
    it(`makes sections of ${args.join(' ') || 'nothing'}`, () => {
      const file = sectionsFile(parsed(...args));
      assert.deepEqual(file === undefined ? undefined : JSON.parse(file.text), expected);
    });
  }

  for (const args of [
    ['--cache', '--nocache'],
    ['--matrix-concurrency', '0'],
    ['--matrix-concurrency', '1.5'],
    ['--matrix-concurrency', 'many'],
  ])
    it(`refuses ${args.join(' ')}`, () => assert.throws(() => parsed(...args), { name: 'CommanderError' }));
});
