import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Identity, readIdentity, writeIdentity } from './identity-file.ts';

const identity: Identity = {
  agentId: 'a'.repeat(32),
  agentName: 'local',
  owner: 'default',
  audience: 'b'.repeat(32),
  privateJwk: { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' },
};

describe('the identity file', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-identity-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  it('is none before enrolment, and comes back as it was, for its user alone', async () => {
    assert.equal(await readIdentity(data), null);
    await writeIdentity(data, identity);
    assert.deepEqual(await readIdentity(data), identity);
    assert.equal((await stat(join(data, 'identity.json'))).mode & 0o777, 0o600);
  });

  for (const text of ['', 'garbage', '[]', '{"agentId":1}']) {
    it(`with ${JSON.stringify(text)} in it, it is damaged and nothing is thrown`, async () => {
      await writeFile(join(data, 'identity.json'), text);
      assert.equal(await readIdentity(data), 'damaged');
    });
  }
});
