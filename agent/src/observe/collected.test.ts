import assert from 'node:assert/strict';
import { collectorName } from '../compile/kubernetes/names.ts';
import { aContainer, aPod, ended, running, waiting } from '../testing/a-view.ts';
import { lostByCollector } from './collected.ts';
import type { ContainerState, ContainerView } from './run-view.ts';

const result = JSON.stringify({ v: 1, outputs: null, artifacts: [], problems: [], isMore: false });
const podWith = (state: ContainerState, given: Partial<ContainerView> = {}) =>
  aPod({ init: [aContainer(state, { name: collectorName, isSidecar: true, ...given })] });

describe('what a collector left', () => {
  for (const { title, pod, lost } of [
    { title: 'there is none', pod: aPod(), lost: null },
    { title: 'it never began', pod: podWith(waiting('PodInitializing')), lost: null },
    { title: 'it works', pod: podWith(running()), lost: null },
    { title: 'it is done', pod: podWith(ended(0, '', result)), lost: null },
    { title: 'it failed, and says what it has', pod: podWith(ended(1, '', result)), lost: null },
    { title: 'it was killed', pod: podWith(ended(137, 'OOMKilled')), lost: /more memory than its limit/ },
    {
      title: 'it waits after a failure',
      pod: podWith(waiting('CrashLoopBackOff'), { before: ended(2) }),
      lost: /exit code 2/,
    },
  ])
    it(`${lost === null ? 'nothing is lost' : 'it is told'}: ${title}`, () => {
      const found = lostByCollector(pod);
      if (lost === null) assert.equal(found, null);
      else assert.match(found ?? '', lost);
    });
});
