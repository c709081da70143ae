import assert from 'node:assert/strict';
import { CliError } from '../exit-codes.ts';
import { parsePair } from './port-pair.ts';

describe('a pair of ports', () => {
  for (const [text, local, remote] of [
    ['8888', 8888, 8888],
    ['9999:80', 9999, 80],
    ['0:80', 0, 80],
    ['65535:65535', 65_535, 65_535],
  ] as const) {
    it(`${text} is port ${local} here and ${remote} of the run`, () =>
      assert.deepEqual(parsePair(text), { local, remote }));
  }

  for (const text of [
    '',
    '0',
    '80:0',
    '65536',
    '65536:1',
    '1:2:3',
    '-1',
    'http',
    '8080 ',
    '127.0.0.1:80',
    ':80',
    '1e3',
  ]) {
    it(`"${text}" is none`, () => assert.throws(() => parsePair(text), CliError));
  }
});
