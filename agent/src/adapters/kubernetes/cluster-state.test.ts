import assert from 'node:assert/strict';
import { annotations, labels, objectName } from '../../compile/kubernetes/names.ts';
import { ClusterState } from './cluster-state.ts';
import type { KubeObject } from './read-objects.ts';

const uuid = 'a'.repeat(32);
const none: ReadonlySet<string> = new Set();

/** A lead of the run, or one of its pods, as an answer of the API server. */
function object(kind: 'Job' | 'Pod', version: number, uid = `${kind}-1`): KubeObject {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'v1',
    kind,
    metadata: {
      name: kind === 'Job' ? objectName({ uuid, attempt: 1 }) : uid.toLowerCase(),
      namespace: 'runs',
      uid,
      resourceVersion: String(version),
      labels: { [labels.run]: uuid, [labels.attempt]: '1' },
      annotations: kind === 'Job' ? { [annotations.generation]: '1' } : {},
    },
    spec: {},
    status: {},
  };
}

/**
 * What comes from the API server, in an order in which its connections may bring it, and what is there after that. An
 * object of the cluster and its absence are both true only as of a version.
 */
const orders: readonly {
  readonly what: string;
  readonly comes: (state: ClusterState) => void;
  readonly there: readonly string[];
  readonly isLeadGone?: boolean;
}[] = [
  {
    what: 'a list from before we made the object',
    comes: (state) => {
      state.put(object('Job', 12));
      state.keepOnly(none, 11n, 'Job', 'runs');
    },
    there: ['Job-1'],
  },
  {
    what: 'a list from before we changed the object, which it does not have',
    comes: (state) => {
      state.put(object('Pod', 10));
      state.put(object('Pod', 13));
      state.keepOnly(none, 11n, 'Pod', 'runs');
    },
    there: ['Pod-1'],
  },
  {
    what: 'a list from after it was deleted',
    comes: (state) => {
      state.put(object('Job', 12));
      state.put(object('Pod', 13));
      state.keepOnly(none, 14n, 'Job', 'runs');
    },
    there: ['Pod-1'],
    isLeadGone: true,
  },
  {
    what: 'a list of another namespace',
    comes: (state) => {
      state.put(object('Job', 12));
      state.keepOnly(none, 14n, 'Job', 'others');
    },
    there: ['Job-1'],
  },
  {
    what: 'the answer to a change after the news of the deletion',
    comes: (state) => {
      state.put(object('Job', 12));
      state.put(object('Pod', 13));
      state.drop(object('Pod', 15));
      state.drop(object('Job', 16));
      state.put(object('Pod', 14));
      state.put(object('Job', 14));
    },
    there: [],
    isLeadGone: true,
  },
  {
    what: 'the answer to a change after a list without the object',
    comes: (state) => {
      state.put(object('Pod', 12));
      state.keepOnly(none, 15n, 'Pod', 'runs');
      state.put(object('Pod', 14));
    },
    there: [],
  },
  {
    what: 'a label that somebody took away and gave back',
    comes: (state) => {
      state.put(object('Pod', 12));
      state.drop(object('Pod', 13));
      state.put(object('Pod', 14));
    },
    there: ['Pod-1'],
  },
  {
    what: 'an older state after a newer one, which counts as none',
    comes: (state) => {
      state.put(object('Job', 12));
      state.put(object('Job', 11));
      state.keepOnly(none, 11n, 'Job', 'runs');
    },
    there: ['Job-1'],
  },
];

describe('the state of the cluster', () => {
  for (const { what, comes, there, isLeadGone = false } of orders)
    it(`is right after ${what}`, () => {
      const state = new ClusterState(() => undefined);
      comes(state);
      const newest = state.newest(uuid);
      const uids = [newest?.lead?.uid, ...(newest?.pods.keys() ?? [])].filter((uid) => uid !== undefined);
      assert.deepEqual(uids, there);
      assert.equal(newest?.isLeadGone ?? false, isLeadGone);
    });

  it('remembers ends of as many objects as it needs and no more', () => {
    const state = new ClusterState(() => undefined);
    for (let index = 0; index < 2_000; index += 1) state.drop(object('Pod', 10 + index, `Pod-${index}`));
    state.put(object('Pod', 2_000, 'Pod-1999'));
    assert.equal(state.newest(uuid), null);
    // Long ago: nothing of ours can still be on its way. If something is, the next list without it takes it away.
    state.put(object('Pod', 5, 'Pod-0'));
    state.keepOnly(none, 3_000n, 'Pod', 'runs');
    assert.equal(state.newest(uuid)?.pods.size, 0);
  });
});
