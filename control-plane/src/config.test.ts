import assert from 'node:assert/strict';
import { readConfig } from './config.ts';

const read = (args: readonly string[], env: Record<string, string> = {}) => readConfig(args, env);

describe('the configuration', () => {
  it('needs to know where the data is, and nothing else', () => {
    const found = read([], { TANDEM_DATA: '/d' });
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.config.database, { kind: 'pglite', folder: '/d' });
    assert.deepEqual(found.config.http, { host: '127.0.0.1', port: 8000 });
    assert.equal(found.config.command, 'serve');
  });

  it('lets a flag win over its variable', () => {
    const found = read(['serve', '--http-listen', '[::1]:0'], { TANDEM_DATA: '/d', TANDEM_HTTP_LISTEN: '1.2.3.4:5' });
    assert.ok(found.kind === 'config');
    assert.deepEqual(found.config.http, { host: '::1', port: 0 });
  });

  const wrong: readonly (readonly [string, readonly string[], Record<string, string>, RegExp])[] = [
    ['no place for the data', [], {}, /TANDEM_DATABASE_URL.*TANDEM_DATA/],
    ['two places', [], { TANDEM_DATA: '/d', TANDEM_DATABASE_URL: 'postgres://x' }, /exclude each other/],
    ['a server without a secret', [], { TANDEM_DATABASE_URL: 'postgres://x' }, /TANDEM_SECRET_FILE/],
    ['an unknown flag', ['--nope'], { TANDEM_DATA: '/d' }, /--nope/],
    ['an unknown command', ['dance'], { TANDEM_DATA: '/d' }, /"dance"/],
    ['a bad address', [], { TANDEM_DATA: '/d', TANDEM_HTTP_LISTEN: 'x' }, /TANDEM_HTTP_LISTEN/],
    ['half of the TLS files', [], { TANDEM_DATA: '/d', TANDEM_GRPC_TLS_CERT: 'c' }, /belong together/],
  ];
  for (const [what, args, env, message] of wrong) {
    it(`refuses ${what} in one sentence`, () => {
      const found = read(args, env);
      assert.ok(found.kind === 'wrong');
      assert.match(found.message, message);
      assert.ok(!found.message.includes('\n'));
    });
  }
});
