import assert from 'node:assert/strict';
import { readQuantity } from '@tandem/shared/values';
import { anyOf } from './pattern.ts';

describe('amounts', () => {
  const good: readonly (readonly [unknown, number])[] = [
    ['500m', 0.5],
    ['2', 2],
    [2, 2],
    [0.5, 0.5],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['1G', 1e9],
    ['128Mi', 128 * 2 ** 20],
    ['1e3', 1000],
    ['12E2', 1200],
    ['1E', 1e18],
    ['+1', 1],
    ['.5', 0.5],
    ['0', 0],
  ];
  for (const [given, expected] of good) it(`reads ${given}`, () => assert.equal(readQuantity(given), expected));
  for (const given of ['', 'x', '-1', -1, '1GB', '1 Gi', 'Infinity', '1e999', null, true, {}])
    it(`refuses ${JSON.stringify(given)}`, () => assert.equal(readQuantity(given), null));
});

describe('patterns', () => {
  const cases: readonly (readonly [pattern: string, text: string, fits: boolean])[] = [
    ['a', 'a', true],
    ['a', 'ab', false],
    ['*', '', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['ab*bc', 'abc', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a**c', 'abc', true],
    ['a.c', 'abc', false],
    ['ghcr.io/*', 'ghcr.io.evil/x', false],
  ];
  for (const [pattern, text, fits] of cases)
    it(`${pattern} ${fits ? 'fits' : 'does not fit'} "${text}"`, () => assert.equal(anyOf([pattern])(text), fits));
  it('fits nothing without patterns', () => assert.equal(anyOf([])(''), false));
  it('takes no more time for a pattern made to be slow', () => {
    assert.equal(anyOf([`${'*a'.repeat(200)}b`])('a'.repeat(20_000)), false);
  });
});
