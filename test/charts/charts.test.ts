import assert from 'node:assert/strict';
import { type ChartName, find, onChart, render, renderSet, theHelm, valuesFile } from './helm.ts';
import { podOf } from './pods.ts';

const sets: readonly (readonly [ChartName, string])[] = [
  ['agent', 'minimal'],
  ['agent', 'everything'],
  ['agent', 'bucket'],
  ['control-plane', 'minimal'],
  ['control-plane', 'everything'],
  ['control-plane', 'embedded'],
];

const sessions = 'controlPlane.sessions=cp.example:443';

/** Charts are rendered by helm alone; no cluster is asked. */
describe('charts', function () {
  this.timeout(600_000);
  for (const [chart, set] of sets) {
    describe(`${chart} with values "${set}"`, () => {
      it('passes lint', () => {
        const { ok, text } = onChart(theHelm(), 'lint', chart, ['--values', valuesFile(chart, set)]);
        assert.ok(ok, text);
      });

      it('is the same each time', () => {
        const once = onChart(theHelm(), 'template', chart, ['--values', valuesFile(chart, set)]);
        assert.ok(once.ok, once.text);
        assert.deepEqual(onChart(theHelm(), 'template', chart, ['--values', valuesFile(chart, set)]), once);
      });

      it('has hardened pods only', () => {
        const pods = renderSet(chart, set).flatMap((object) => {
          const pod = podOf(object);
          return pod === null ? [] : [{ name: `${object.kind} ${object.metadata.name}`, pod }];
        });
        assert.ok(pods.length >= 2);
        for (const { name, pod } of pods) {
          assert.equal(pod.securityContext.runAsNonRoot, true, name);
          assert.equal(pod.securityContext.seccompProfile?.type, 'RuntimeDefault', name);
          assert.deepEqual([pod.hostNetwork, pod.hostPID, pod.hostIPC], [undefined, undefined, undefined], name);
          for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
            assert.deepEqual(
              container.securityContext,
              { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              name,
            );
            assert.ok(container.resources.limits?.memory, `${name} has no limit of memory`);
          }
        }
      });

      it('keeps secrets out of config maps', () => {
        const objects = renderSet(chart, set);
        const open = JSON.stringify(objects.filter((each) => each.kind !== 'Secret'));
        for (const secret of ['enrolment-token-of-the-test', 'files-token-of-the-test-0123456789'])
          assert.ok(!open.includes(secret), `${secret} stands outside of Secrets`);
      });
    });
  }

  it('uses the secrets of the values at all, or the test before could not fail', () => {
    const secrets = renderSet('agent', 'everything').filter((each) => each.kind === 'Secret');
    const text = JSON.stringify(secrets);
    for (const value of ['enrolment-token-of-the-test', 'files-token-of-the-test-0123456789'])
      assert.ok(text.includes(Buffer.from(value).toString('base64')));
  });

  describe('wrong values', () => {
    const wrong: readonly (readonly [ChartName, readonly string[], RegExp])[] = [
      ['agent', [], /Set controlPlane\.sessions to the host:port/],
      [
        'agent',
        ['--set', 'controlPlane.sessions=cp.example'],
        /'\/controlPlane\/sessions': 'cp\.example' does not match/,
      ],
      ['agent', ['--set', `${sessions},agent.replica=3`], /'\/agent': additional properties 'replica' not allowed/],
      ['agent', ['--set', `${sessions},agnet.replicas=3`], /additional properties 'agnet' not allowed/],
      ['agent', ['--set', `${sessions},agent.replicas=0`], /'\/agent\/replicas': minimum: got 0, want 1/],
      ['agent', ['--set', `${sessions},policy.secrets=all`], /'\/policy\/secrets': got string, want array/],
      ['agent', ['--set', `${sessions},policy.everything=true`], /'\/policy': additional properties 'everything'/],
      ['agent', ['--set', `${sessions},kinds.tfjob=maybe`], /'\/kinds\/tfjob': value must be one of/],
      [
        'agent',
        ['--set', `${sessions},connections[0].name=a,connections[0].kind=ftps`],
        /'\/connections\/0\/kind': value must be one of/,
      ],
      [
        'agent',
        ['--set', `${sessions},connections[0].name=a,connections[0].kind=registry`],
        /'\/connections\/0': missing property 'schema'/,
      ],
      [
        'agent',
        ['--set', `${sessions},connections[0].name=a,connections[0].kind=registry,connections[0].schema.x=1`],
        /missing property 'url'/,
      ],
      ['agent', ['--set', `${sessions},artifactsStore.name=a,artifactsStore.kind=git`], /artifactsStore/],
      ['agent', ['--set', `${sessions},namespaces.runs={tandem}`], /Runs must not live in "tandem"/],
      ['agent', ['--set', `${sessions},enrollment.token=a,enrollment.existingSecret=b`], /not both/],
      ['agent', ['--set', `${sessions},files.enabled=true`], /files\.enabled needs files\.token/],
      ['agent', ['--set', `${sessions},files.token=short`], /'\/files\/token'/],
      [
        'agent',
        [
          '--set',
          `${sessions},connections[0].name=a,connections[0].kind=git,connections[0].schema.url=https://ann:pw@host/x`,
        ],
        /"a" has a password in an address/,
      ],
      ['agent', ['--set', `${sessions},image.digest=latest`], /'\/image\/digest'/],
      ['agent', ['--set', `${sessions},metrics.serviceMonitor.enabled=true`], /metrics\.serviceMonitor needs/],
      [
        'agent',
        ['--set', `${sessions},metrics.serviceMonitor.interval=often`],
        /'\/metrics\/serviceMonitor\/interval': 'often' does not match/,
      ],
      ['agent', ['--set', `${sessions},metrics.port=1`], /'\/metrics': additional properties 'port' not allowed/],
      ['agent', ['--set', `${sessions},networkPolicy.metricsFrom={monitoring}`], /got string, want object/],
      [
        'agent',
        ['--set-json', 'networkPolicy.metricsFrom=[{}]', '--set', sessions],
        /'\/networkPolicy\/metricsFrom\/0': minProperties/,
      ],
      ['control-plane', [], /Say where the database is/],
      ['control-plane', ['--set', 'postgres.host=db'], /Set signing\.existingSecret/],
      ['control-plane', ['--set', 'embedded.enabled=true,autoscaling.enabled=true'], /autoscaling must be off/],
      ['control-plane', ['--set', 'postgres.sslmode=maybe'], /'\/postgres\/sslmode': value must be one of/],
      ['control-plane', ['--set', 'embedded.enabled=true,rest.ingress.enabled=true'], /rest\.ingress needs a host/],
      ['control-plane', ['--set', 'embedded.enabled=true,metrics.serviceMonitor.enabled=true'], /needs tokenSecret/],
    ];
    for (const [chart, args, message] of wrong) {
      it(`${chart} ${args.slice(1).join(' ')}`, () => {
        const { ok, text } = onChart(theHelm(), 'template', chart, args);
        assert.equal(ok, false);
        assert.match(text, message);
      });
    }
  });

  describe('rights of the agent', () => {
    const all = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
    const jobs = { apiGroups: ['batch'], resources: ['jobs'], verbs: all };
    const deployments = { apiGroups: ['apps'], resources: ['deployments'], verbs: all };
    const core = [
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      { apiGroups: [''], resources: ['events'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'patch', 'delete'] },
    ];
    const kubeflow = (...resources: string[]): object => ({ apiGroups: ['kubeflow.org'], resources, verbs: all });
    const ray = { apiGroups: ['ray.io'], resources: ['rayclusters', 'rayjobs'], verbs: all };
    const dask = { apiGroups: ['kubernetes.dask.org'], resources: ['daskclusters'], verbs: all };

    it('are those of the list in each namespace of runs, and none over the cluster', () => {
      const objects = render('agent', '--set', sessions);
      assert.deepEqual(find(objects, 'Role', 'try-tandem-agent-runs', 'tandem-runs')['rules'], [
        jobs,
        deployments,
        ...core,
        kubeflow('mpijobs', 'pytorchjobs', 'tfjobs'),
        ray,
        dask,
      ]);
      assert.deepEqual(find(objects, 'Role', 'try-tandem-agent-self', 'tandem')['rules'], [
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: ['try-tandem-agent-identity'],
          verbs: ['get', 'update'],
        },
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          resourceNames: ['try-tandem-agent'],
          verbs: ['get', 'update'],
        },
      ]);
      assert.equal(objects.filter((each) => each.kind.startsWith('Cluster')).length, 0);
      assert.equal(objects.filter((each) => each.kind === 'Role').length, 2);
      // What it may update but not make comes with the chart.
      find(objects, 'Secret', 'try-tandem-agent-identity', 'tandem');
      find(objects, 'Lease', 'try-tandem-agent', 'tandem');
    });

    it('shrink with what is switched off, and grow by what an admin asks for', () => {
      const objects = renderSet('agent', 'everything');
      for (const namespace of ['runs-a', 'runs-b'])
        assert.deepEqual(find(objects, 'Role', 'try-tandem-agent-runs', namespace)['rules'], [
          jobs,
          ...core,
          kubeflow('mpijobs', 'pytorchjobs', 'tfjobs'),
          ray,
          { apiGroups: [''], resources: ['secrets'], resourceNames: ['data-key', 'git-key'], verbs: ['get'] },
        ]);
      assert.deepEqual(find(objects, 'ClusterRole', 'tandem-try-tandem-agent-nodes')['rules'], [
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      ]);
      const bare = render(
        'agent',
        '--set',
        `${sessions},kinds.tfjob=false,kinds.pytorchjob=false,kinds.mpijob=false,kinds.raycluster=false,kinds.daskcluster=false`,
      );
      assert.deepEqual(find(bare, 'Role', 'try-tandem-agent-runs')['rules'], [jobs, deployments, ...core]);
    });

    it('are bound to the account of the agent only; runs have an account without any', () => {
      const objects = renderSet('agent', 'everything');
      const subjects = objects
        .filter((each) => each.kind.endsWith('RoleBinding') || each.kind === 'RoleBinding')
        .flatMap((each) => each['subjects'] as readonly object[]);
      assert.equal(subjects.length, 4);
      for (const subject of subjects)
        assert.deepEqual(subject, { kind: 'ServiceAccount', name: 'try-tandem-agent', namespace: 'tandem' });
      for (const account of objects.filter((each) => each.kind === 'ServiceAccount'))
        assert.equal(account['automountServiceAccountToken'], false, account.metadata.name);
    });

    it('reach only the pods that need them', () => {
      const mounted = renderSet('agent', 'everything')
        .filter((each) => podOf(each)?.automountServiceAccountToken === true)
        .map((each) => each.metadata.name);
      assert.deepEqual(mounted.sort(), ['try-tandem-agent', 'try-tandem-agent-stop-runs', 'try-tandem-agent-test']);
      const controlPlane = renderSet('control-plane', 'everything');
      assert.ok(controlPlane.every((each) => podOf(each)?.automountServiceAccountToken !== true));
      assert.ok(controlPlane.every((each) => !/Role/.test(each.kind)));
    });
  });
});
