import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/command.ts';

/** PEM texts of a certificate for an address, good for two days, and of its key. It is its own authority. */
export async function selfSigned(
  folder: string,
  address: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const subject = ['-subj', '/CN=tandem-test', '-addext', `subjectAltName=IP:${address}`, '-days', '2'];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run(['openssl', 'req', '-x509', ...newKey, '-keyout', files.key, '-out', files.cert, ...subject]);
  return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
}
