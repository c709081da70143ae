import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { makeCertificates } from './certificates.ts';
import { type ComponentName, components, lastLines, startComponent } from './components.ts';
import { adminToken, nodeAddress, type Place, serviceAddress } from './place.ts';

export interface ControlPlaneOptions {
  /** Whether etcd waits for the disk. Tests do not need it, and a slow disk makes them slow. */
  readonly fsync: boolean;
  /** Arguments for single components, after ours. */
  readonly extraArguments: Readonly<Partial<Record<ComponentName, readonly string[]>>>;
}

const etcd = { client: 'http://127.0.0.1:12379', peer: 'http://127.0.0.1:12380' } as const;
const startLimitMs = 90_000;

/** The URL at which the API server is reached from outside and from inside the namespace. */
export function apiServerUrl(place: Place): string {
  return `https://${place.insideAddress}`;
}

/** Starts etcd, API server, controller manager and scheduler; gives back when the API server says that it is ready. */
export async function startControlPlane(place: Place, options: ControlPlaneOptions): Promise<void> {
  await makeCertificates(place);
  writeKubeconfig(place, place.kubeconfig, adminToken);
  writeFileSync(join(place.pkiFolder, 'tokens.csv'), `${adminToken},admin,admin,system:masters\n`, { mode: 0o600 });
  const start = (name: ComponentName, program: string, flags: readonly string[]): Promise<void> =>
    startComponent(place, name, [join(place.tools, program), ...flags, ...(options.extraArguments[name] ?? [])]);
  await start('etcd', 'etcd', etcdFlags(place, options.fsync));
  await start('apiserver', 'kube-apiserver', apiServerFlags(place));
  // The others end when they find no API server for some seconds.
  await apiServerReady(place);
  await start('controller-manager', 'kube-controller-manager', [
    ...clientFlags(place),
    `--service-account-private-key-file=${join(place.pkiFolder, 'sa.key')}`,
    `--root-ca-file=${join(place.pkiFolder, 'ca.crt')}`,
    '--concurrent-job-syncs=20',
  ]);
  await start('scheduler', 'kube-scheduler', clientFlags(place));
}

/** Waits until the API server answers that it is ready; says what it wrote where it has ended instead. */
export async function apiServerReady(place: Place): Promise<void> {
  const hasEnded = (): boolean => components(place).some((each) => each.name === 'apiserver' && !each.alive);
  await eventually('the API server is ready', async () => hasEnded() || (await isReady(place)), startLimitMs);
  if (hasEnded()) throw new Error(`The API server has ended:\n${lastLines(place, 'apiserver')}`);
}

/** Writes a configuration for clients with a token of anybody, such as of a service account. Works inside and outside the namespace. */
export function writeKubeconfig(place: Place, file: string, token: string): void {
  const authority = readFileSync(join(place.pkiFolder, 'ca.crt')).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: apiServerUrl(place), 'certificate-authority-data': authority } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  };
  // JSON is YAML, too.
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

function etcdFlags(place: Place, fsync: boolean): readonly string[] {
  return [
    `--data-dir=${join(place.folder, 'etcd')}`,
    `--listen-client-urls=${etcd.client}`,
    `--advertise-client-urls=${etcd.client}`,
    `--listen-peer-urls=${etcd.peer}`,
    `--initial-advertise-peer-urls=${etcd.peer}`,
    `--initial-cluster=default=${etcd.peer}`,
    '--log-level=warn',
    ...(fsync ? [] : ['--unsafe-no-fsync']),
  ];
}

function apiServerFlags(place: Place): readonly string[] {
  const pki = (name: string): string => join(place.pkiFolder, name);
  return [
    `--etcd-servers=${etcd.client}`,
    '--secure-port=443',
    '--bind-address=0.0.0.0',
    `--advertise-address=${nodeAddress}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    `--tls-cert-file=${pki('api.crt')}`,
    `--tls-private-key-file=${pki('api.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--token-auth-file=${pki('tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    `--service-cluster-ip-range=${serviceAddress.replace(/\.1$/, '.0')}/16`,
    '--allow-privileged',
    // A machine with two cores would refuse requests of a load test long before its load says anything.
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    '--enable-priority-and-fairness=false',
  ];
}

function clientFlags(place: Place): readonly string[] {
  return [`--kubeconfig=${place.kubeconfig}`, '--leader-elect=false', '--kube-api-qps=1000', '--kube-api-burst=2000'];
}

async function isReady(place: Place): Promise<boolean> {
  const ca = readFileSync(join(place.pkiFolder, 'ca.crt'));
  return await new Promise<boolean>((resolve, reject) => {
    const options = { ca, agent: false, timeout: 2000, headers: { authorization: `Bearer ${adminToken}` } };
    const asked = request(`${apiServerUrl(place)}/readyz`, options, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === 200));
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer')));
    asked.once('error', reject);
    asked.end();
  });
}
