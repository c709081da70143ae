import assert from 'node:assert/strict';
import type { PodView } from '../../observe/run-view.ts';
import { aJob, aLead, aPod, aView } from '../../testing/a-view.ts';
import type { Call } from './api-client.ts';
import type { AttemptState } from './cluster-state.ts';
import { forceStop, stopObjects } from './stop-objects.ts';
import type { KubernetesWorld } from './world.ts';

const onNode = aPod({ name: 'placed', uid: 'placed', node: 'node-1', phase: 'Running' });
const held = aPod({ name: 'held', uid: 'held', node: '', phase: 'Pending', isHeld: true });
const over = aPod({ name: 'over', uid: 'over', node: 'node-1', phase: 'Failed' });

/** An attempt and a world that writes down what is asked of the API server. */
function placeFor(kind: string, pods: readonly PodView[], isSuspended = false) {
  const asked: string[] = [];
  const lead = aLead({ kind, apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1' });
  const attempt: AttemptState = {
    ...aView({ lead }),
    isAcknowledged: false,
    isRemoved: false,
    isRemovalTaken: false,
    hasLostPods: false,
    settingsText: null,
    jobs: new Map(kind === 'Job' ? [[lead.uid, aJob({ uid: lead.uid, isSuspended })]] : []),
    pods: new Map(pods.map((pod) => [pod.uid, pod])),
    version: 1n,
  };
  const client = {
    call: ({ method = 'GET', path, body }: Call) => {
      asked.push(`${method} ${path.split('/').at(-1)?.split('?')[0]} ${told(body)}`);
      return Promise.resolve({});
    },
  };
  const world = { client, state: { put: () => undefined }, logKeeper: null } as unknown as KubernetesWorld;
  return { attempt, world, asked, lead: lead.name };
}

/** What a call tells, in a word for each thing. */
function told(body: unknown): string {
  const { spec, metadata, gracePeriodSeconds } = (body ?? {}) as {
    spec?: Record<string, unknown>;
    metadata?: unknown;
    gracePeriodSeconds?: number;
  };
  return [
    ...(metadata === undefined ? [] : ['noted']),
    ...Object.entries(spec ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(gracePeriodSeconds === undefined ? [] : [`${gracePeriodSeconds}s`]),
  ].join(' ');
}

describe('a stop', () => {
  const stop = { generation: 2, why: 'UserStop', atMs: 0, graceSeconds: 5 } as const;
  const cases: readonly (readonly [what: string, kind: string, pods: readonly PodView[], calls: readonly string[]])[] =
    [
      [
        'ends pods on nodes in their time before the Job would give them another',
        'Job',
        [over, onNode, held],
        ['PATCH LEAD noted', 'DELETE placed 5s', 'PATCH LEAD noted suspend=true', 'DELETE held 5s'],
      ],
      ['of what runs nowhere yet is one note', 'Job', [held], ['PATCH LEAD noted suspend=true', 'DELETE held 5s']],
      ['of what has ended by itself takes nothing away', 'Job', [over], ['PATCH LEAD noted suspend=true']],
      [
        'of a Deployment, which would replace its pods, has it make none before they end',
        'Deployment',
        [onNode],
        ['PATCH LEAD noted replicas=0', 'DELETE placed 5s'],
      ],
    ];
  for (const [what, kind, pods, calls] of cases)
    it(what, async () => {
      const { attempt, world, asked, lead } = placeFor(kind, pods);
      assert.deepEqual(await stopObjects(attempt, stop, world), { kind: 'stopping' });
      assert.deepEqual(
        asked,
        calls.map((call) => call.replace('LEAD', lead)),
      );
    });

  for (const isSuspended of [true, false])
    it(`by force ends at once what is left${isSuspended ? '' : ', and has the Job make nothing more where that was not done'}`, async () => {
      const { attempt, world, asked, lead } = placeFor('Job', [onNode], isSuspended);
      await forceStop(attempt, world);
      assert.deepEqual(asked, [...(isSuspended ? [] : [`PATCH ${lead} noted suspend=true`]), 'DELETE placed 0s']);
    });
});
