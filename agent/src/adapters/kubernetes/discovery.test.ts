import assert from 'node:assert/strict';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { discoverOperators, operatorsChange } from './discovery.ts';

/** Answers for the groups that it has. */
function clusterWith(groups: () => Readonly<Record<string, readonly string[]>> | 'away'): ApiClient {
  const call = ({ path }: { readonly path: string }): Promise<unknown> => {
    const has = groups();
    if (has === 'away') return Promise.reject(new ApiProblem(0, 'ECONNREFUSED', 'away'));
    const names = has[path.replace('/apis/', '')];
    if (names === undefined) return Promise.reject(new ApiProblem(404, 'NotFound', 'no such group'));
    return Promise.resolve({ resources: names.map((name) => ({ name })) });
  };
  return { call } as unknown as ApiClient;
}

describe('operators of a cluster', () => {
  it('are those whose kinds are there', async () => {
    const found = await discoverOperators(
      clusterWith(() => ({ 'kubeflow.org/v1': ['tfjobs'], 'ray.io/v1': ['rayjobs'] })),
    );
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['TFJob', 'RayJob'],
    );
  });

  it('have changed when that is seen twice; an outage and a moment without them tell nothing', async () => {
    const clock = fakeClock();
    let now: Readonly<Record<string, readonly string[]>> | 'away' = { 'ray.io/v1': ['rayjobs'] };
    const client = clusterWith(() => now);
    let isChanged = false;
    void operatorsChange(client, await discoverOperators(client), clock).then(() => {
      isChanged = true;
    });
    const pass = async (ms: number): Promise<boolean> => {
      await clock.advance(ms);
      return isChanged;
    };
    const minutes = 60_000;
    assert.equal(await pass(10 * minutes), false);
    now = 'away';
    assert.equal(await pass(10 * minutes), false);
    now = {};
    assert.equal(await pass(10 * minutes), false);
    now = { 'ray.io/v1': ['rayjobs'] };
    assert.equal(await pass(30_000), false);
    now = { 'ray.io/v1': ['rayjobs'], 'kubeflow.org/v1': ['tfjobs'] };
    assert.equal(await pass(10 * minutes), false);
    assert.equal(await pass(30_000), true);
  });
});
