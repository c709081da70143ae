import assert from 'node:assert/strict';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { EventLookup } from './event-lookup.ts';

const event = (uid: string, message: string): object => ({ reason: 'Failed', message, involvedObject: { uid } });

describe('events about what is stuck', () => {
  it('are read once for all that ask, page by page, and again when they are old', async () => {
    const asked: string[] = [];
    const pages = [
      { metadata: { continue: 'more' }, items: [event('a', 'first')] },
      { metadata: {}, items: [event('b', 'other'), event('a', 'second'), 'no event'] },
    ];
    const client = {
      call: ({ path }: { readonly path: string }) => {
        asked.push(path);
        return Promise.resolve(pages[path.includes('continue=more') ? 1 : 0]);
      },
    } as unknown as ApiClient;
    const clock = fakeClock();
    const lookup = new EventLookup(client, clock);
    const all = await Promise.all([lookup.about('runs', ['a']), lookup.about('runs', ['b', 'c'])]);
    assert.deepEqual(
      all.map((found) => found.map(({ message }) => message)),
      [['first', 'second'], ['other']],
    );
    assert.equal(asked.length, 2);
    await clock.advance(11_000);
    await lookup.about('runs', ['a']);
    assert.equal(asked.length, 4);
    assert.ok(asked.every((path) => path.includes('type%3DWarning')));
  });

  it('are asked for again after a failure', async () => {
    let isAway = true;
    const client = {
      call: () =>
        isAway
          ? Promise.reject(new ApiProblem(0, 'ECONNREFUSED', 'away'))
          : Promise.resolve({ items: [event('a', 'x')] }),
    } as unknown as ApiClient;
    const lookup = new EventLookup(client, fakeClock());
    await assert.rejects(lookup.about('runs', ['a']), ApiProblem);
    isAway = false;
    assert.equal((await lookup.about('runs', ['a'])).length, 1);
  });
});
