import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '../../../../test/support/eventually.ts';
import { toObjects } from '../../compile/kubernetes/objects.ts';
import { graces } from '../../observe/judgement.ts';
import { plain, plainSettings, planFor, runUuid } from '../../testing/objects-for-tests.ts';
import { type ScriptedApiServer, scriptedApiServer } from '../../testing/scripted-api-server.ts';
import { silentLog } from '../../testing/silent-log.ts';
import { talliedMetrics } from '../../testing/tallied-metrics.ts';
import { systemChance, systemClock } from '../system-clock.ts';
import { ApiClient } from './api-client.ts';
import { ClusterClock } from './cluster-clock.ts';
import { type KubernetesExecutor, openKubernetesExecutor } from './kubernetes-executor.ts';
import type { KubeObject } from './read-objects.ts';

const jobs = '/apis/batch/v1/namespaces/runs/jobs';
const silentVitals = {
  leaseRead: () => undefined,
  leads: () => undefined,
  synced: () => undefined,
  session: () => undefined,
  followed: () => undefined,
  ending: () => undefined,
};

describe('a list of what is there and a create at the same time', () => {
  let server: ScriptedApiServer;
  let client: ApiClient;
  let executor: KubernetesExecutor;
  /** Answers to lists and watches of Jobs, when the test wants them sent. */
  let lists: ServerResponse[];
  let watches: ServerResponse[];

  beforeEach(async () => {
    lists = [];
    watches = [];
    server = await scriptedApiServer(async (request, response) => {
      const url = new URL(request.url ?? '', 'https://api');
      const isWatch = url.searchParams.get('watch') === 'true';
      if (request.method === 'POST') {
        const made = JSON.parse(await text(request)) as KubeObject;
        const metadata = { ...made.metadata, uid: 'uid-1', resourceVersion: '20' };
        response.writeHead(201).end(JSON.stringify({ ...made, metadata }));
      } else if (url.pathname === jobs) (isWatch ? watches : lists).push(response);
      else if (!isWatch) response.end(listOf('1'));
    });
    const log = silentLog();
    client = new ApiClient(server.access, 1_000);
    executor = openKubernetesExecutor({
      client,
      agentId: plainSettings.agentId,
      namespaces: ['runs'],
      operators: [],
      kinds: ['job'],
      seesNodes: false,
      toObjects: (plan) => toObjects(plan, plainSettings),
      archive: null,
      ttl: { succeededSeconds: 60, failedSeconds: 60 },
      graces,
      lostNodes: { mayForce: false, afterSeconds: 60 },
      clock: new ClusterClock(systemClock),
      chance: systemChance,
      log,
      metrics: talliedMetrics(),
      vitals: silentVitals,
    });
    await eventually('it lists', () => lists.length === 1);
    lists[0]?.end(listOf('10'));
    await executor.synced;
    await eventually('it watches', () => watches.length === 1);
  });
  afterEach(async () => {
    executor.close();
    await server.close();
  });

  it('does not take the new object for deleted, and one that a later list does not have for there', async () => {
    // The list is made by the server before the create, and its answer comes after the create's.
    watches[0]?.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, message: 'too old' } })}\n`);
    await eventually('it lists anew', () => lists.length === 2);
    const plan = planFor({ run: { container: { image: 'busybox', command: ['true'] } }, plugins: plain });
    assert.deepEqual(await executor.apply(plan, { runToken: '', traceparent: null }), { kind: 'accepted' });
    lists[1]?.end(listOf('15'));
    await eventually('it watches from the list', () => watches.length === 2);
    const known = await executor.find(runUuid);
    assert.deepEqual([known?.status, known?.ended], ['starting', null]);

    watches[1]?.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, message: 'too old' } })}\n`);
    await eventually('it lists once more', () => lists.length === 3);
    lists[2]?.end(listOf('25'));
    const gone = await eventually('the run has ended', async () => {
      const now = await executor.find(runUuid);
      return now?.ended == null ? null : now;
    });
    assert.deepEqual([gone.status, gone.reason], ['stopped', 'DeletedExternally']);
  });
});

const listOf = (resourceVersion: string): string => JSON.stringify({ metadata: { resourceVersion }, items: [] });
