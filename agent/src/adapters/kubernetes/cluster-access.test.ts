import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessProblem, kubeconfigAccess } from './cluster-access.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const config = (user: object, cluster: object = { server: 'https://127.0.0.1:6443/' }): string =>
  JSON.stringify({
    'current-context': 'one',
    contexts: [{ name: 'one', context: { cluster: 'here', user: 'me' } }],
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user }],
  });

/** Files that give no access, and what is said of each. */
const cases: readonly (readonly [title: string, text: string, message: RegExp])[] = [
  ['a text', 'hello', /is no kubeconfig/],
  ['no current context', '{contexts: []}', /has no context called ""/],
  ['no server', config({}, {}), /The cluster in ".*" has no server/],
  ['a program for credentials', config({ exec: { command: 'aws' } }), /from a program, which the agent does not start/],
  [
    'a damaged client certificate',
    config({ 'client-certificate-data': base64('nothing'), 'client-key-data': base64('nothing') }),
    /The client certificate of the user in ".*" cannot be used with its key/,
  ],
];

describe('a kubeconfig', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-kubeconfig-'));
  });
  after(() => rm(folder, { recursive: true }));
  const access = async (text: string) => {
    const path = join(folder, 'config');
    await writeFile(path, text);
    return kubeconfigAccess(path);
  };

  it('with a token is enough', async () => {
    const { server, token } = await access(config({ token: 't0ken' }));
    assert.deepEqual([server, await token()], ['https://127.0.0.1:6443', 't0ken']);
  });

  for (const [title, text, message] of cases)
    it(`with ${title} is refused with a sentence`, () =>
      assert.rejects(
        () => access(text),
        (error: unknown) => error instanceof AccessProblem && message.test(error.message),
      ));
});
