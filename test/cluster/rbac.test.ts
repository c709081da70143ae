import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ApiClient, type Method } from '../../agent/src/adapters/kubernetes/api-client.ts';
import { ApiProblem } from '../../agent/src/adapters/kubernetes/api-problem.ts';
import { kubeconfigAccess } from '../../agent/src/adapters/kubernetes/cluster-access.ts';
import { type Rendered, render } from '../charts/helm.ts';
import { eventually } from '../support/eventually.ts';
import { realCluster } from './situations/support/shared-clusters.ts';
import { type Situation, startSituation } from './situations/support/situation.ts';
import type { Cluster } from './support/cluster.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

/** `method path`, with a body where one is needed to be understood at all. */
type Try = readonly [method: Method, path: string, body?: object];

const runs = '/api/v1/namespaces/rbac-runs';
const own = '/api/v1/namespaces/rbac';
const batch = '/apis/batch/v1/namespaces';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const role = (verbs: readonly string[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'more' },
  rules: [{ apiGroups: [''], resources: ['secrets'], verbs }],
});

/** What the agent must not do, each as the API server is asked for it (agent-and-kubernetes.md 5.2). */
const refused: readonly Try[] = [
  // Secrets of runs are written and never read.
  ['GET', `${runs}/secrets`],
  ['GET', `${runs}/secrets?watch=true`],
  ['GET', `${runs}/secrets/database`],
  ['GET', `${runs}/secrets/tdm-x-1-token`],
  ['PUT', `${runs}/secrets/database`, { metadata: { name: 'database' } }],
  ['DELETE', `${runs}/secrets`],
  // Its own namespace: one Secret and one Lease.
  ['GET', `${own}/secrets`],
  ['GET', `${own}/secrets/control-plane-ca`],
  ['GET', `${own}/secrets/agent-enrollment`],
  ['POST', `${own}/secrets`, { metadata: { name: 'more' } }],
  ['DELETE', `${own}/secrets/agent-identity`],
  ['PATCH', `${own}/secrets/agent-identity`, { data: {} }],
  ['GET', `${own}/pods`],
  ['GET', `${own}/configmaps`],
  ['POST', `${batch}/rbac/jobs`, { metadata: { name: 'here' } }],
  ['GET', '/apis/coordination.k8s.io/v1/namespaces/rbac/leases'],
  ['POST', '/apis/coordination.k8s.io/v1/namespaces/rbac/leases', { metadata: { name: 'more' } }],
  ['DELETE', '/apis/coordination.k8s.io/v1/namespaces/rbac/leases/agent'],
  // Pods are made by controllers, and nobody gets into them.
  ['POST', `${runs}/pods`, { metadata: { name: 'own' } }],
  ['PATCH', `${runs}/pods/x/status`, { status: {} }],
  ['PATCH', `${runs}/pods/x/ephemeralcontainers`, { spec: {} }],
  ['DELETE', `${runs}/pods`],
  ['POST', `${runs}/pods/x/exec?command=sh`],
  ['GET', `${runs}/pods/x/exec?command=sh`],
  ['POST', `${runs}/pods/x/attach`],
  ['GET', `${runs}/pods/x/proxy/`],
  ['POST', `${runs}/pods/x/eviction`, {}],
  ['POST', `${runs}/pods/x/binding`, {}],
  // Other things of the runs' namespace.
  ['GET', `${runs}/configmaps`],
  ['POST', `${runs}/configmaps`, { metadata: { name: 'more' } }],
  ['POST', `${runs}/events`, { metadata: { name: 'more' } }],
  ['GET', `${runs}/persistentvolumeclaims`],
  ['POST', `${runs}/serviceaccounts`, { metadata: { name: 'more' } }],
  ['POST', `${runs}/serviceaccounts/tandem-runs/token`, {}],
  ['POST', `${own}/serviceaccounts/agent/token`, {}],
  ['DELETE', `${batch}/rbac-runs/jobs`],
  ['POST', `${batch}/rbac-runs/cronjobs`, { metadata: { name: 'more' } }],
  ['PUT', `${batch}/rbac-runs/jobs/x/status`, {}],
  ['POST', '/apis/apps/v1/namespaces/rbac-runs/daemonsets', { metadata: { name: 'more' } }],
  ['POST', '/apis/apps/v1/namespaces/rbac-runs/statefulsets', { metadata: { name: 'more' } }],
  ['PATCH', '/apis/apps/v1/namespaces/rbac-runs/deployments/x/scale', { spec: { replicas: 9 } }],
  ['POST', '/apis/networking.k8s.io/v1/namespaces/rbac-runs/ingresses', { metadata: { name: 'more' } }],
  ['DELETE', '/apis/networking.k8s.io/v1/namespaces/rbac-runs/networkpolicies'],
  ['DELETE', `${runs}/resourcequotas/tight`],
  // More rights than it has.
  ['GET', `${rbac}/namespaces/rbac-runs/roles`],
  ['POST', `${rbac}/namespaces/rbac-runs/roles`, role(['get'])],
  ['PATCH', `${rbac}/namespaces/rbac-runs/roles/agent-runs`, { rules: [] }],
  ['POST', `${rbac}/namespaces/rbac-runs/rolebindings`, { metadata: { name: 'more' } }],
  ['POST', `${rbac}/clusterroles`, { metadata: { name: 'more' } }],
  ['POST', `${rbac}/clusterrolebindings`, { metadata: { name: 'more' } }],
  // Other namespaces, and what belongs to all.
  ['GET', '/api/v1/pods'],
  ['GET', '/api/v1/secrets'],
  ['GET', '/apis/batch/v1/jobs'],
  ['GET', '/api/v1/namespaces/kube-system/secrets'],
  ['GET', '/api/v1/namespaces/default/pods'],
  ['POST', `${batch}/default/jobs`, { metadata: { name: 'there' } }],
  ['POST', '/api/v1/namespaces/kube-system/secrets', { metadata: { name: 'there' } }],
  ['GET', '/api/v1/namespaces'],
  ['POST', '/api/v1/namespaces', { metadata: { name: 'more' } }],
  ['DELETE', '/api/v1/namespaces/rbac-runs'],
  ['GET', '/api/v1/nodes'],
  ['GET', '/api/v1/nodes/node1'],
  ['GET', '/api/v1/nodes/node1/proxy/pods'],
  ['PATCH', '/api/v1/nodes/node1', { spec: { unschedulable: true } }],
  ['GET', '/api/v1/persistentvolumes'],
  ['POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests', { metadata: { name: 'more' } }],
  ['POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', { metadata: { name: 'more' } }],
  ['GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'],
  ['POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'x' } }],
  ['GET', '/logs/'],
  ['GET', '/metrics'],
];

/** What the account of runs must not do: nothing at all is allowed to it but what everybody may ask. */
const refusedToRuns: readonly Try[] = [
  ...refused,
  ['GET', `${runs}/pods`],
  ['GET', `${runs}/pods/x/log`],
  ['DELETE', `${runs}/pods/x`],
  ['GET', `${runs}/events`],
  ['GET', `${batch}/rbac-runs/jobs`],
  ['POST', `${batch}/rbac-runs/jobs`, { metadata: { name: 'more' } }],
  ['PATCH', `${batch}/rbac-runs/jobs/x`, { spec: {} }],
  ['POST', `${runs}/secrets`, { metadata: { name: 'more' } }],
  ['PATCH', `${runs}/secrets/database`, { data: {} }],
  ['DELETE', `${runs}/secrets/database`],
  ['POST', `${runs}/services`, { metadata: { name: 'more' } }],
  ['GET', `${own}/secrets/agent-identity`],
  ['GET', '/apis/coordination.k8s.io/v1/namespaces/rbac/leases/agent'],
  ['GET', '/apis/apps/v1/namespaces/rbac-runs/deployments'],
];

clusterSuite('rights in the cluster', () => {
  let cluster: Cluster;
  let tandem: Situation;
  let agent: string;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await realCluster();
    await cluster.apply(
      ...['rbac', 'rbac-runs'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    );
    const kinds = new Set([
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'ServiceAccount',
      'Secret',
      'Lease',
    ]);
    const objects = chartObjects().filter(({ kind }) => kinds.has(kind));
    await cluster.apply(...objects);
    const named = (kind: string, part: string): string =>
      objects.find((each) => each.kind === kind && each.metadata.name.includes(part))?.metadata.name ??
      assert.fail(`the chart has no ${kind} with "${part}"`);
    agent =
      objects.find(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.namespace === 'rbac')?.metadata.name ??
      '';
    const token = await tokenOf('rbac', agent);
    tandem = await startSituation(cluster, 'rbac', {
      token,
      agent: { policy: { secrets: ['*'] } },
      kubernetes: {
        lease: named('Lease', 'agent'),
        identitySecret: named('Secret', 'identity'),
        graces: { stuckSeconds: 1 },
      },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });

  const tokenOf = async (namespace: string, account: string): Promise<string> =>
    (await cluster.kubectl(['-n', namespace, 'create', 'token', account])).trim();

  async function clientOf(namespace: string, account: string): Promise<ApiClient> {
    const file = `${cluster.folder}/kubeconfig-of-${account}`;
    return new ApiClient(kubeconfigAccess(cluster.kubeconfigWith(await tokenOf(namespace, account), file)), 1_000);
  }

  /** What the API server answers; 0 to 299: it was done. */
  async function codeOf(client: ApiClient, [method, path, body]: Try): Promise<number> {
    try {
      await client.call({ method, path, ...(body === undefined ? {} : { body }) });
      return 200;
    } catch (error) {
      if (error instanceof ApiProblem) return error.code;
      throw error;
    }
  }

  async function allowedOf(client: ApiClient, tries: readonly Try[]): Promise<readonly string[]> {
    const allowed: string[] = [];
    for (const each of tries) {
      const code = await codeOf(client, each);
      if (code !== 403) allowed.push(`${each[0]} ${each[1]}: ${code}`);
    }
    client.close();
    return allowed;
  }

  it('are enough for the agent: jobs, their logs, stops, services, and why something is stuck', async function () {
    this.timeout(120_000);
    const job = await tandem.job('echo said; sleep 2');
    await eventually('its log', async () => (await tandem.stack.rest.logs(job)).includes('said'), 40_000);
    assert.equal((await tandem.untilFinal(job)).status, 'succeeded');
    const stopped = await tandem.job('sleep 100');
    await tandem.untilStatus(stopped, 'running');
    await tandem.stop(stopped);
    assert.equal((await tandem.untilFinal(stopped)).status, 'stopped');
    const service = await tandem.stack.rest.submit(JSON.stringify(aService));
    await tandem.untilStatus(service, 'running');
    assert.ok((await tandem.objects('services')).some(({ metadata }) => metadata.name === `tdm-${service}`));
    await tandem.stop(service);
    assert.equal((await tandem.untilFinal(service)).status, 'stopped');
    await cluster.kubectl(['-n', tandem.runs, 'delete', 'serviceaccount', 'tandem-runs']);
    const stuck = await tandem.job('true');
    await tandem.untilReason(stuck, 'MissingServiceAccount');
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'tandem-runs', namespace: tandem.runs },
    });
    await tandem.stop(stuck);
    const log = readFileSync(tandem.stack.logs.agent, 'utf8');
    assert.doesNotMatch(log, /lacks rights|cannot be followed|forbidden/);
  });

  it(`let the agent do none of ${refused.length} other things`, async function () {
    this.timeout(60_000);
    assert.deepEqual(await allowedOf(await clientOf('rbac', agent), refused), []);
  });

  it('let the agent be nobody else', async () => {
    const as = `--as=system:serviceaccount:rbac:${agent}`;
    assert.equal(await cluster.kubectl(['-n', 'rbac-runs', 'auth', 'can-i', 'create', 'jobs', as]), 'yes\n');
    for (const what of ['users', 'groups', 'serviceaccounts', 'userextras/scopes'])
      await assert.rejects(cluster.kubectl(['auth', 'can-i', 'impersonate', what, as]), /ended with 1/, what);
    for (const verb of ['bind', 'escalate'])
      await assert.rejects(
        cluster.kubectl(['-n', 'rbac-runs', 'auth', 'can-i', verb, 'roles', as]),
        /ended with 1/,
        verb,
      );
  });

  it(`let the account of runs do none of ${refusedToRuns.length} things`, async function () {
    this.timeout(60_000);
    assert.deepEqual(await allowedOf(await clientOf('rbac-runs', 'tandem-runs'), refusedToRuns), []);
  });

  it('are out of reach in the pods of runs: no token is mounted', async function () {
    this.timeout(60_000);
    const uuid = await tandem.job(
      'ls -A /var/run/secrets/kubernetes.io 2>/dev/null; env | grep -i token; echo looked; sleep 3',
    );
    const pod = await tandem.pod(uuid);
    assert.equal(pod.spec?.['automountServiceAccountToken'], false);
    assert.doesNotMatch(JSON.stringify(pod.spec?.['volumes'] ?? []), /serviceAccountToken/);
    await eventually('it has looked', async () => (await tandem.stack.rest.logs(uuid)).includes('looked'), 40_000);
    assert.deepEqual(await tandem.stack.rest.logs(uuid), ['looked']);
  });
});

function chartObjects(): readonly Rendered[] {
  const set = ['fullnameOverride=agent', 'controlPlane.sessions=cp.example:443', 'namespaces.runs={rbac-runs}'];
  return render('agent', '--namespace', 'rbac', ...set.flatMap((each) => ['--set', each]));
}

const aService = {
  kind: 'operation',
  component: {
    kind: 'component',
    plugins: { collectArtifacts: false, collectLogs: false },
    run: {
      kind: 'service',
      ports: [8080],
      container: { image: 'docker.io/library/busybox:test', command: ['httpd', '-f', '-p', '8080', '-h', '/'] },
    },
  },
};
