import assert from 'node:assert/strict';
import { exitCodes } from '../exit-codes.ts';
import { refusalOf, SpecRefused } from './refusal.ts';

describe('refusalOf', () => {
  const cases: readonly (readonly [string, number, unknown, number, RegExp])[] = [
    [
      'a field with messages',
      400,
      { name: ['project with this name already exists.'] },
      exitCodes.failure,
      /^name: project with/,
    ],
    ['a bare list', 400, ['Cannot resume this run'], exitCodes.failure, /^Cannot resume/],
    [
      'a problem document',
      400,
      { code: 'x/y', title: 'Refused', detail: 'The key was used.' },
      exitCodes.failure,
      /^The key was used/,
    ],
    ['a bad token', 401, { detail: 'Unauthorized.' }, exitCodes.auth, /^Unauthorized/],
    ['nothing there', 404, { detail: 'No Run matches the given query.' }, exitCodes.notFound, /^No Run/],
    ['a page of a proxy', 502, '<html>Bad gateway</html>', exitCodes.failure, /^The server answered 502/],
    ['nothing at all', 503, '', exitCodes.unreachable, /cannot do this at the moment/],
  ];
  for (const [title, status, body, exitCode, message] of cases) {
    it(`${title} ends with ${exitCode}`, () => {
      const error = refusalOf(status, body as string, null);
      assert.equal(error.exitCode, exitCode);
      assert.match(error.message, message);
    });
  }

  it('diagnostics make it a refused operation', () => {
    const diagnostic = {
      code: 'access/queue',
      severity: 'error',
      message: 'No.',
      file: 'a',
      line: 1,
      column: 2,
      length: 3,
    } as const;
    const error = refusalOf(400, { code: 'compile', diagnostics: [diagnostic] }, 'r1');
    assert.ok(error instanceof SpecRefused);
    assert.equal(error.exitCode, exitCodes.invalidSpec);
    assert.equal(error.requestId, 'r1');
  });
});
