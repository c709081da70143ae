import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { bundleOf, endLife, type Life, startProgram } from '../../support/stack-process.ts';
import { type RestClient, restClient } from '../../support/stack-rest.ts';
import type { Cluster } from './cluster.ts';
import { run } from './command.ts';

/** A control plane outside of a cluster, as an agent inside reaches it: by its address, with TLS. */
export interface OutsideControlPlane {
  readonly rest: RestClient;
  /** `host:port` of the sessions. */
  readonly sessions: string;
  /** PEM file of the authority that signed its certificate. */
  readonly caFile: string;
  readonly log: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '../../..');

/** Starts it on the outside address of the cluster. */
export async function startOutsideControlPlane(cluster: Cluster): Promise<OutsideControlPlane> {
  const folder = join(cluster.folder, 'control-plane');
  mkdirSync(folder, { recursive: true });
  const tls = await makeCertificate(folder, cluster.outsideAddress);
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const databaseUrl = await freshDatabase();
  const log = join(folder, 'control-plane.log');
  const life: Life = startProgram({
    bundle: bundleOf('tandem-control-plane'),
    args: ['serve', '--dev', '--ready-json', '--exit-with-parent'],
    env: {
      TANDEM_DATABASE_URL: databaseUrl,
      TANDEM_SECRET_FILE: secretFile,
      TANDEM_HTTP_LISTEN: `${cluster.outsideAddress}:0`,
      TANDEM_GRPC_LISTEN: `${cluster.outsideAddress}:0`,
      TANDEM_GRPC_TLS_CERT: tls.cert,
      TANDEM_GRPC_TLS_KEY: tls.key,
    },
    log,
  });
  const ready = await life.ready;
  return {
    rest: restClient(String(ready['http']), String(ready['firstToken'])),
    sessions: String(ready['grpc']),
    caFile: tls.ca,
    log,
    databaseUrl,
    close: async () => void (await endLife(life)),
  };
}

async function makeCertificate(folder: string, address: string): Promise<{ ca: string; cert: string; key: string }> {
  const at = (name: string): string => join(folder, name);
  const files = { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') };
  writeFileSync(at('san'), `subjectAltName=IP:${address}\n`);
  const openssl = (...args: readonly string[]): Promise<string> => run(['openssl', ...args]);
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    at('ca.key'),
    '-out',
    files.ca,
    '-subj',
    '/CN=tandem-test',
    '-days',
    '2',
  );
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    files.key,
    '-out',
    at('server.csr'),
    '-subj',
    '/CN=tandem',
  );
  await openssl(
    'x509',
    '-req',
    '-in',
    at('server.csr'),
    '-CA',
    files.ca,
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-out',
    files.cert,
    '-days',
    '2',
    '-extfile',
    at('san'),
  );
  return files;
}

/**
 * Installs the agent as the guide says: an enrolment token from the control plane, `helm install`, and a wait until it is
 * there. `values` go over those that say where the control plane is.
 */
export async function installAgent(
  cluster: Cluster,
  controlPlane: OutsideControlPlane,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { rest, caFile, sessions } = controlPlane;
  const made = await rest.insist('POST', '/api/v1/orgs/default/agents', { body: { name: 'cluster' } });
  const { token } = JSON.parse(made.text) as { token: string };
  await cluster.kubectl(['create', 'namespace', 'tandem']);
  await cluster.kubectl([
    '-n',
    'tandem',
    'create',
    'secret',
    'generic',
    'control-plane-ca',
    `--from-file=ca.crt=${caFile}`,
  ]);
  const file = join(cluster.folder, 'values.json');
  const given = {
    controlPlane: { sessions, url: rest.url, caSecret: 'control-plane-ca' },
    enrollment: { token },
    namespaces: { create: true },
    image: { tag: 'test' },
    helpers: { image: { tag: 'test' } },
    ...values,
  };
  writeFileSync(file, JSON.stringify(given));
  const chart = join(root, 'deploy/charts/agent');
  const installed = await cluster.exec([
    'helm',
    'install',
    'agent',
    chart,
    '-n',
    'tandem',
    '-f',
    file,
    '--wait',
    '--timeout',
    '120s',
  ]);
  if (installed.code !== 0) throw new Error(`helm install: ${installed.stderr}${await describeAgent(cluster)}`);
}

/** Other values in place of those of the same name; the pods of the agent are made anew, so another one leads. */
export async function upgradeAgent(cluster: Cluster, values: Readonly<Record<string, unknown>>): Promise<void> {
  const file = join(cluster.folder, 'values.json');
  // Not as a second file: Helm would mix the fields of the two stores.
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...values }));
  const chart = join(root, 'deploy/charts/agent');
  const upgraded = await cluster.exec([
    'helm',
    'upgrade',
    'agent',
    chart,
    '-n',
    'tandem',
    '-f',
    file,
    '--wait',
    '--timeout',
    '120s',
  ]);
  if (upgraded.code !== 0) throw new Error(`helm upgrade: ${upgraded.stderr}`);
  await cluster.kubectl(['-n', 'tandem', 'rollout', 'restart', 'deployment/agent-tandem-agent']);
  const status = ['rollout', 'status', 'deployment/agent-tandem-agent', '--timeout=120s'];
  await cluster.kubectl(['-n', 'tandem', ...status]);
  await eventually('one of the new pods leads', () => leadsNewly(cluster), 60_000);
}

/** The pods from before have gone, which takes a little after the rollout, and one of the others holds the lease. */
async function leadsNewly(cluster: Cluster): Promise<boolean> {
  const names = async (...what: readonly string[]): Promise<string> =>
    cluster.kubectl(['-n', 'tandem', 'get', ...what]);
  const pods = (await names('pods', '-l', 'app.kubernetes.io/component=agent', '-o', 'name')).trim().split('\n');
  const holder = await names('lease', 'agent-tandem-agent', '-o', 'jsonpath={.spec.holderIdentity}');
  return pods.length === 2 && pods.some((pod) => holder.startsWith(pod.replace('pod/', '')));
}

/** What an admin would look at when the agent does not come up. */
async function describeAgent(cluster: Cluster): Promise<string> {
  const shown = [
    await cluster.exec(['kubectl', '-n', 'tandem', 'get', 'pods,events']),
    await cluster.exec([
      'kubectl',
      '-n',
      'tandem',
      'logs',
      '-l',
      'app.kubernetes.io/component=agent',
      '--tail=20',
      '--prefix',
    ]),
  ];
  return shown.map(({ stdout, stderr }) => `\n${stdout}${stderr}`).join('');
}
