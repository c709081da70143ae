import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, exitCodes } from '../exit-codes.ts';
import { readContexts, resolveContext, writeContexts } from './contexts.ts';

describe('contexts', () => {
  let folder: string;
  let env: Record<string, string>;
  const contexts = { current: 'a', contexts: { a: { url: 'http://a', token: 't', project: 'acme/vision' } } };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-contexts-'));
    env = { TANDEM_CONFIG: folder };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('come back as they were stored, readable by nobody else', () => {
    writeContexts(env, contexts);
    assert.deepEqual(readContexts(env), contexts);
    assert.equal(statSync(join(folder, 'contexts.json')).mode & 0o777, 0o600);
  });

  it('an option wins over the environment, and that over the file', () => {
    writeContexts(env, contexts);
    assert.equal(resolveContext(env, {}).url, 'http://a');
    assert.equal(resolveContext({ ...env, TANDEM_URL: 'http://b' }, {}).url, 'http://b');
    assert.equal(resolveContext({ ...env, TANDEM_URL: 'http://b' }, { url: 'http://c' }).url, 'http://c');
  });

  it('a project without an owner keeps the owner of the context', () => {
    writeContexts(env, contexts);
    assert.equal(resolveContext(env, { project: 'speech' }).project, 'acme/speech');
    assert.equal(resolveContext({ ...env, TANDEM_ORG: 'umbrella' }, { project: 'speech' }).project, 'umbrella/speech');
  });

  it('without any server the user is told how to get one', () => {
    assert.throws(
      () => resolveContext(env, {}),
      (error) => error instanceof CliError && error.exitCode === exitCodes.auth && /tandem dev/.test(error.hint ?? ''),
    );
  });

  for (const text of [
    '',
    'not json',
    '[]',
    '{"current":1,"contexts":{}}',
    '{"current":null,"contexts":{"a":{"url":1}}}',
  ]) {
    it(`a file with ${JSON.stringify(text)} is refused in a sentence`, () => {
      writeFileSync(join(folder, 'contexts.json'), text);
      assert.throws(() => readContexts(env), CliError);
    });
  }
});
