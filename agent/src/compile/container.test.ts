import assert from 'node:assert/strict';
import type { Value } from '@tandem/shared/values';
import { planFor } from '../testing/objects-for-tests.ts';
import { envText } from './container.ts';

/** A value of a variable, and its text: as JSON has it, not as Python prints it. */
const texts: readonly (readonly [Value, string])[] = [
  ['True', 'True'],
  [true, 'true'],
  [3n, '3'],
  [2, '2.0'],
  [0.00005, '0.00005'],
  [1.5e-7, '1.5e-7'],
  [new Map<string, Value>([['lr', 0.00001]]), '{"lr":0.00001}'],
  [['a', 1n], '["a",1]'],
];

describe('the environment of a container', () => {
  for (const [value, text] of texts) it(`has ${text} as it was given`, () => assert.equal(envText(value), text));

  it('has it for what the user wrote, too', () => {
    const env = [
      { name: 'LR', value: 0.00005 },
      { name: 'ON', value: true },
    ];
    const plan = planFor({ run: { container: { image: 'i', env } } });
    const values = plan.replicas[0]?.main.env.flatMap((each) => (each.kind === 'value' ? [each] : []));
    const of = (name: string) => values?.find((each) => each.name === name)?.value;
    assert.deepEqual([of('LR'), of('ON')], ['0.00005', 'true']);
  });
});
