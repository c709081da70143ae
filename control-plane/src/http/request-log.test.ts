import assert from 'node:assert/strict';
import { forEachEngine } from '../../../test/support/engines.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type Rest, startRest } from '../../../test/support/rest.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

forEachEngine('the log of requests', (engine) => {
  let rest: Rest;
  const lines: { readonly level: Level; readonly fields: object; readonly message: string }[] = [];
  before(async () => {
    const to = (level: Level) => (fields: object, message: string) => void lines.push({ level, fields, message });
    const log = { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
    rest = await startRest(engine(), undefined, log);
  });
  after(() => rest.close());

  const requests: readonly (readonly [path: string, withToken: boolean, status: number, level: Level])[] = [
    ['/healthz', false, 200, 'debug'],
    ['/metrics', true, 200, 'debug'],
    ['/metrics', false, 401, 'info'],
    ['/api/v1/installation', false, 200, 'info'],
    ['/api/v1/users/', true, 200, 'info'],
    ['/nowhere', true, 404, 'info'],
  ];
  for (const [path, withToken, status, level] of requests)
    it(`has GET ${path} with ${status} as ${level}`, async () => {
      lines.length = 0;
      const answer = await rest.ask('GET', path, withToken ? {} : { token: null });
      assert.equal(answer.status, status);
      const found = await eventually('the answer is logged', () => lines.find(({ message }) => message === 'answered'));
      assert.equal(found.level, level);
      assert.equal(Reflect.get(found.fields, 'status'), status);
    });
});
