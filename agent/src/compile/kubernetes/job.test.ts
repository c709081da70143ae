import assert from 'node:assert/strict';
import { at, objectsFor, plain, type RunForTests } from '../../testing/objects-for-tests.ts';

const jobFor = (given: Partial<RunForTests>) =>
  objectsFor({ run: { container: { image: 'i' } }, plugins: plain, ...given }).lead;

describe('a job', () => {
  it('is tried once and for ever where nothing is said, and is never deleted by Kubernetes', () => {
    const spec = at(jobFor({}), 'spec') as object;
    assert.deepEqual(Object.keys(spec).sort(), [
      'backoffLimit',
      'podFailurePolicy',
      'podReplacementPolicy',
      'template',
    ]);
    assert.equal(at(spec, 'backoffLimit'), 0);
    const limited = jobFor({ termination: { maxRetries: 3, timeoutSeconds: 60, ttlSeconds: 5 } });
    assert.deepEqual(
      ['backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished'].map((key) => at(limited, `spec.${key}`)),
      [3, 75, undefined],
    );
    // The pod stays with its log when it reaches the limit.
    assert.equal(at(limited, 'spec.template.spec.activeDeadlineSeconds'), 60);
  });

  it('does not count pods that the cluster took away, where Kubernetes can tell them', () => {
    const rule = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };
    assert.deepEqual(at(jobFor({}), 'spec.podFailurePolicy'), { rules: [rule] });
    const restarting = jobFor({ run: { container: { image: 'i' }, environment: { restartPolicy: 'OnFailure' } } });
    assert.equal(at(restarting, 'spec.podFailurePolicy'), undefined);
    assert.equal(at(restarting, 'spec.template.spec.restartPolicy'), 'OnFailure');
  });

  it("has the user's rules in their place, with the peer's name of the main container", () => {
    const rules = (containerName: string) => ({
      rules: [{ action: 'FailJob', onExitCodes: { containerName, operator: 'In', values: [42] } }],
    });
    const policy = at(jobFor({ podFailurePolicy: rules('polyaxon-main') }), 'spec.podFailurePolicy');
    assert.deepEqual(policy, rules('main'));
  });

  it('holds its pods until the agent lets one start, but for those that go past the scheduler', () => {
    const gates = [{ name: 'tandem.dev/start' }];
    assert.deepEqual(at(jobFor({}), 'spec.template.spec.schedulingGates'), gates);
    const ofNode = jobFor({ run: { container: { image: 'i' }, environment: { nodeName: 'n1' } } });
    assert.equal(at(ofNode, 'spec.template.spec.schedulingGates'), undefined);
  });

  it('keeps what an agent that starts anew must know', () => {
    const connections = [{ name: 'c', kind: 'custom', secret: { name: 's' }, configMap: { name: 'm' } }];
    const run = { container: { image: 'i' }, connections: ['c'] };
    const settings = jobFor({ run, connections, termination: { maxRetries: 2 } }).metadata.annotations[
      'tandem.dev/settings'
    ];
    assert.deepEqual(JSON.parse(settings ?? ''), {
      kind: 'job',
      decidingRoles: ['main'],
      ports: [],
      keepsLogs: false,
      replicas: { main: 1 },
      mainContainer: 'main',
      maxRetries: 2,
      timeoutSeconds: null,
      ttlSeconds: null,
      graceSeconds: 30,
      outputs: [],
      resources: [
        { kind: 'secret', name: 's', connection: 'c' },
        { kind: 'config', name: 'm', connection: 'c' },
      ],
    });
  });

  for (const kind of ['notifier', 'cleaner', 'tuner'])
    it(`is what a ${kind} is`, () => {
      const lead = jobFor({ kind });
      assert.equal(lead.kind, 'Job');
      assert.equal(lead.metadata.annotations['tandem.dev/kind'], kind);
    });
});
