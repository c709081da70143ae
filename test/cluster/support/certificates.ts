import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { nodeAddress, type Place, serviceAddress } from './place.ts';

/** Keys and certificates of one cluster, good for a month: its own authority, the API server's, and the key of its service accounts. */
export async function makeCertificates(place: Place): Promise<void> {
  const at = (name: string): string => join(place.pkiFolder, name);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(at('sa.key'), privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(at('sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const addresses = ['127.0.0.1', nodeAddress, serviceAddress, place.insideAddress];
  const alternatives = [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
  writeFileSync(at('api.ext'), `subjectAltName=${alternatives.join(',')}\n`);
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  const commands = [
    `req -x509 ${newKey} -keyout ca.key -out ca.crt -subj /CN=tandem-test -days 30`,
    `req ${newKey} -keyout api.key -out api.csr -subj /CN=kube-apiserver`,
    'x509 -req -in api.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile api.ext -out api.crt',
  ];
  for (const command of commands) await run(['openssl', ...command.split(' ')], { cwd: place.pkiFolder });
}
