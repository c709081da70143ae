import assert from 'node:assert/strict';
import { realCluster } from './situations/support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './situations/support/situation.ts';
import type { JobParts } from './support/installation.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

interface Bad {
  readonly title: string;
  readonly script?: string;
  readonly parts: JobParts;
  /** The submission is refused with these words; else the run ends so. */
  readonly refused?: RegExp;
  readonly end?: { readonly status: string; readonly reason: string; readonly message: RegExp };
}

const big = (bytes: number): string => 'x'.repeat(bytes);
const withEnv = (value: string): JobParts => ({ container: { env: [{ name: 'BIG', value }] } });
const failed = (reason: string, message: RegExp) => ({ status: 'failed', reason, message });
const succeeded = { status: 'succeeded', reason: 'Completed', message: /^$/ };

/**
 * What users get wrong. Rows that need a cluster of their own making are elsewhere: secrets, keys and config maps that are
 * missing, images that cannot be pulled (situations/pods.test.ts); namespaces, quotas, webhooks, service accounts
 * (situations/refusals.test.ts); rights (situations/rights.test.ts); ports, images that are not there (outcomes.test.ts).
 */
const rows: readonly Bad[] = [
  {
    title: 'a connection that nobody has',
    parts: { run: { connections: ['nobody'] } },
    refused: /nobody/,
  },
  {
    title: 'an amount that is none',
    parts: { container: { resources: { requests: { memory: 'lots' } } } },
    refused: /"?lots"?/,
  },
  {
    title: 'an operation of more than 1 MiB',
    parts: withEnv(big(1_100_000)),
    refused: /1 ?MiB|1,?048,?576|too large/i,
  },
  {
    title: 'an argument of more than 128 KiB, which no program can be given',
    script: `true ${big(140_000)}`,
    parts: {},
    end: failed('TooLarge', /Argument 2 of container "main" has 140006 bytes; .* at most 131072/),
  },
  {
    title: 'a variable of more than 128 KiB',
    parts: withEnv(big(140_000)),
    end: failed('TooLarge', /variable "BIG" of container "main" has 140005 bytes/),
  },
  {
    title: 'a name of an image that is none',
    parts: { container: { image: 'Not An Image!' } },
    end: failed('PolicyDenied', /"Not An Image!" is no reference to an image/),
  },
  {
    title: 'a program that the image does not have',
    parts: { container: { command: ['/no/such/program'] } },
    end: failed('StartFailed', /\/no\/such\/program/),
  },
  {
    title: 'a secret that the policy does not let a user name',
    parts: { container: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'a' } } }] } },
    end: failed('PolicyDenied', /secret/i),
  },
  {
    title: 'a label that Kubernetes has no room for, which is cut',
    parts: { run: { environment: { labels: { team: big(64) } } } },
    end: succeeded,
  },
  {
    title: 'a folder to work in that is no folder',
    parts: { container: { workingDir: '/bin/busybox' } },
    end: failed('StartFailed', /not a directory/i),
  },
  { title: 'a name of 64 letters, which is fine', parts: { name: big(64) }, end: succeeded },
  { title: 'a name in other letters', parts: { name: 'Übung-四' }, refused: /Übung-四.*stands where letters, digits/ },
  { title: 'other letters in a script, which are fine', script: 'test Übung-四 = Übung-四', parts: {}, end: succeeded },
];

clusterSuite('what users get wrong', () => {
  let tandem: Situation;
  let pid: number;

  before(async function () {
    this.timeout(startLimitMs);
    tandem = await startSituation(await realCluster(), 'bad', {});
    pid = tandem.agentPid();
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => livesOn(tandem, pid));

  for (const { title, script = 'true', parts, refused, end } of rows)
    it(`${refused === undefined ? (end?.status ?? '') : 'refused'}: ${title}`, async function () {
      this.timeout(70_000);
      const submitted = tandem.job(script, parts);
      if (refused !== undefined) return assert.rejects(submitted, refused);
      const { status, reason, message } = await tandem.untilFinal(await submitted);
      assert.deepEqual([status, reason], [end?.status, end?.reason], message.slice(0, 500));
      assert.match(message, end?.message ?? /never/);
      assert.ok(message.length <= 4_096, `${message.length} characters`);
    });

  it('takes the next run after all of that', async function () {
    this.timeout(70_000);
    assert.equal((await tandem.untilFinal(await tandem.job('true'))).status, 'succeeded');
  });
});
