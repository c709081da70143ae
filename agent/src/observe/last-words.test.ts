import assert from 'node:assert/strict';
import { lastWords } from './last-words.ts';

const long = (bytes: number): string => 'x'.repeat(bytes);

describe('the last words of a container', () => {
  for (const { says, message, containers, words } of [
    { says: 'are passed on as they are', message: 'no such file\n', containers: 2, words: 'no such file' },
    {
      says: 'lose a first line that may be cut',
      message: `${long(2_040)}\nkept one\n`,
      containers: 2,
      words: 'kept one',
    },
    { says: 'are nothing where one line is all there is', message: long(2_048), containers: 2, words: '' },
    { says: 'count bytes, not characters', message: `${'é'.repeat(1_024)}\nkept`, containers: 1, words: 'kept' },
    { says: 'lose a last line that may be cut', message: `a\nb\n${long(4_092)}`, containers: 1, words: 'b' },
    { says: 'lose it earlier in a pod of many containers', message: `a\n${long(1_117)}`, containers: 11, words: 'a' },
  ])
    it(says, () => assert.equal(lastWords(message, containers), words));
});
