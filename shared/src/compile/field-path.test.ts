import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fieldPathText, readFieldPath, type Step } from './field-path.ts';

describe('a path of a field', () => {
  const cases: readonly (readonly [string, readonly Step[] | null])[] = [
    ['name', ['name']],
    ['run.container.image', ['run', 'container', 'image']],
    ['inputs[0].type', ['inputs', 0, 'type']],
    ['run.environment.labels["a.b/c"]', ['run', 'environment', 'labels', 'a.b/c']],
    ['a[1][2]', ['a', 1, 2]],
    ['', null],
    ['.', null],
    ['a.', null],
    ['a..b', null],
    ['a[', null],
    ['a[x]', null],
    ['a.[0]', null],
    ['a[0]b', null],
  ];
  for (const [text, steps] of cases)
    it(`"${text}" is ${JSON.stringify(steps)}`, () => assert.deepEqual(readFieldPath(text), steps));

  it('reads back what it writes', () => {
    const name = fc.string({ minLength: 1 }).filter((each) => !/["\\]/.test(each));
    const steps = fc.array(fc.oneof(name, fc.nat({ max: 999_999 })), { minLength: 1 });
    fc.assert(fc.property(steps, (path) => assert.deepEqual(readFieldPath(fieldPathText(path)), path)));
  });
});
