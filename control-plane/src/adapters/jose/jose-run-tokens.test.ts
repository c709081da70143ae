import assert from 'node:assert/strict';
import { SignJWT } from 'jose';
import { forEachEngine } from '../../../../test/support/engines.ts';
import { joseReplicaTokens } from './jose-replica-tokens.ts';
import { joseRunTokens } from './jose-run-tokens.ts';
import { sealedBox } from './sealed-box.ts';
import { keyRing } from './signing-keys.ts';

const run = { uuid: 'a'.repeat(32), attempt: 3 };

forEachEngine('run tokens', (engine) => {
  const box = sealedBox(new Uint8Array(32), 'test');
  const ring = () => keyRing(engine().db, box, 'run');

  it('say which attempt of which run they are for, on every replica', async () => {
    const rings = [ring(), ring(), ring()];
    const tokens = await Promise.all(rings.map((each) => joseRunTokens(each).sign(run, 60)));
    for (const token of tokens) {
      const claims = await joseRunTokens(ring()).read(token);
      assert.deepEqual([claims?.runUuid, claims?.attempt], [run.uuid, 3]);
    }
    assert.equal(new Set(tokens).size, 3);
  });

  it('are refused with another key, audience, purpose, date or form', async () => {
    const keys = ring();
    const { kid, privateKey } = await keys.current();
    const jwt = (claims: object, header: { alg: string; kid?: string }, audience = 'run') =>
      new SignJWT({ ...claims }).setProtectedHeader(header).setAudience(audience).setSubject(run.uuid).setJti('j');
    const good = { alg: 'EdDSA', kid };
    const tokens = [
      await jwt({ attempt: 1 }, good).sign(privateKey),
      await jwt({ attempt: 1 }, good, 'replica').setExpirationTime('1h').sign(privateKey),
      await jwt({ attempt: 1 }, { alg: 'EdDSA', kid: '../../etc/passwd' }).setExpirationTime('1h').sign(privateKey),
      await jwt({ attempt: 1 }, { alg: 'EdDSA' }).setExpirationTime('1h').sign(privateKey),
      await jwt({ attempt: 1 }, { alg: 'HS256', kid }).setExpirationTime('1h').sign(new Uint8Array(32)),
      await jwt({ attempt: 'x' }, good).setExpirationTime('1h').sign(privateKey),
      await jwt({ attempt: 1 }, good)
        .setExpirationTime(new Date(Date.now() - 120_000))
        .sign(privateKey),
      await jwt({ attempt: 1 }, good).setNotBefore('1h').setExpirationTime('2h').sign(privateKey),
      await joseReplicaTokens(keyRing(engine().db, box, 'replica')).sign(),
      '',
      'a.b.c',
      `${'a'.repeat(100_000)}.b.c`,
    ];
    for (const token of tokens) assert.equal(await joseRunTokens(ring()).read(token), null, token.slice(0, 200));
  });

  it('stand on keys that another secret cannot read', async () => {
    await ring().current();
    await assert.rejects(keyRing(engine().db, sealedBox(new Uint8Array(32).fill(1), 'test'), 'run').current());
    const rows = await engine().db.selectFrom('signing_keys').selectAll().execute();
    assert.ok(rows.every((row) => !Buffer.from(row.private_jwk).includes('"d"')));
  });

  it('of replicas are good for replicas only', async () => {
    const replicas = joseReplicaTokens(keyRing(engine().db, box, 'replica'));
    assert.equal(await replicas.verify(await replicas.sign()), true);
    assert.equal(await replicas.verify(await joseRunTokens(ring()).sign(run, 60)), false);
  });
});
