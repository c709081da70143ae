import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { aContainer, aPod, ended, running } from '../../testing/a-view.ts';
import { type ScriptedApiServer, scriptedApiServer } from '../../testing/scripted-api-server.ts';
import { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { type ContainerLog, readContainer } from './container-log.ts';

const line = (second: number): string => `2026-01-02T03:00:0${second}.5Z line ${second}\n`;

/** How one answer goes. */
type Answer =
  /** Sends this and ends, or breaks off once the client has had the time to read what is whole of it. */
  | { readonly text: string; readonly breaksOff: boolean }
  /** Says no. */
  | { readonly code: number }
  /** Says nothing: the connection ends. */
  | 'away';

const whole: Answer = { text: line(1) + line(2), breaksOff: false };

/** What was asked for. */
const asked: URLSearchParams[] = [];

interface Case {
  readonly what: string;
  readonly answers: readonly Answer[];
  readonly given?: Partial<Pick<ContainerLog, 'follow' | 'now'>>;
  readonly texts: readonly string[];
  readonly asked: number;
  readonly throws?: boolean;
}

const both = ['line 1', 'line 2'];
const cases: readonly Case[] = [
  { what: 'is read to its end', answers: [whole], texts: both, asked: 1 },
  {
    what: 'goes on in the middle of a line where it broke off',
    answers: [{ text: `${line(1)}2026-01-02T03:00:02`, breaksOff: true }, whole],
    texts: both,
    asked: 2,
  },
  {
    what: 'is asked for until the API server is back',
    answers: [...repeat(12, 'away'), whole],
    texts: both,
    asked: 13,
  },
  {
    what: 'is asked for a few times by one who does not follow, and then it is a problem',
    given: { follow: false },
    answers: repeat(5, 'away'),
    texts: [],
    asked: 5,
    throws: true,
  },
  {
    what: 'of a node that answers again is read',
    answers: [{ code: 500 }, { code: 503 }, whole],
    texts: both,
    asked: 3,
  },
  { what: 'of a node that is lost is given up', answers: repeat(5, { code: 500 }), texts: [], asked: 5 },
  {
    what: 'is asked for a few times from each line on',
    answers: [...repeat(4, { code: 500 }), { text: line(1), breaksOff: true }, ...repeat(3, { code: 500 }), whole],
    texts: both,
    asked: 9,
  },
  {
    what: 'that is ended while its container runs is asked for again',
    given: { now: () => (asked.length < 3 ? aContainer(running()) : aContainer(ended(0))) },
    answers: [{ text: line(1), breaksOff: false }, { text: '', breaksOff: false }, whole],
    texts: both,
    asked: 3,
  },
  {
    what: 'of a container that was started again is left to whom reads that one',
    given: { now: () => aContainer(running(), { restarts: 1 }) },
    answers: [whole],
    texts: both,
    asked: 1,
  },
  {
    what: 'of a container that runs has what it has by now for one who does not follow',
    given: { follow: false, now: () => aContainer(running()) },
    answers: [whole],
    texts: both,
    asked: 1,
  },
  { what: 'that is gone is not asked for again', answers: [{ code: 404 }], texts: [], asked: 1 },
  { what: 'of a container that has not started is not asked for again', answers: [{ code: 400 }], texts: [], asked: 1 },
  {
    what: 'of a pod that went is not asked for again',
    given: { now: () => (asked.length === 0 ? aContainer(running()) : null) },
    answers: ['away'],
    texts: [],
    asked: 1,
  },
];

function repeat(times: number, answer: Answer): Answer[] {
  return Array.from({ length: times }, () => answer);
}

describe('the log of a container', () => {
  let server: ScriptedApiServer;
  let client: ApiClient;
  let left: Answer[];
  /** The client has read what was sent before the answer breaks off. */
  let isRead: () => Promise<void>;

  async function give(response: ServerResponse): Promise<void> {
    const answer = left.shift() ?? assert.fail('nobody should ask any more');
    if (answer === 'away') return void response.destroy();
    if ('code' in answer) return void response.writeHead(answer.code).end('{}');
    if (!answer.breaksOff) return void response.end(answer.text);
    response.write(answer.text);
    await isRead();
    response.destroy();
  }

  beforeEach(async () => {
    asked.length = 0;
    server = await scriptedApiServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'https://x').searchParams);
      void give(response);
    });
    client = new ApiClient(server.access, 10_000);
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  const usual = (): ContainerLog => ({
    client,
    namespace: 'runs',
    pod: aPod(),
    container: aContainer(running()),
    follow: true,
    sinceMs: null,
    tail: 0,
    signal: new AbortController().signal,
    now: () => aContainer(ended(0)),
    change: () => Promise.resolve(),
  });

  for (const { what, given = {}, answers, texts, asked: times, throws = false } of cases)
    it(what, async () => {
      left = [...answers];
      const read: string[] = [];
      let wake: () => void = () => undefined;
      isRead = () =>
        new Promise((resolve) => {
          wake = resolve;
        });
      const reading = readContainer({ ...usual(), ...given }, async ({ bytes }) => {
        read.push(Buffer.from(bytes).toString());
        wake();
      });
      if (throws) await assert.rejects(reading, ApiProblem);
      else await reading;
      assert.deepEqual(read, texts);
      assert.equal(asked.length, times);
      assert.deepEqual(left, []);
    });

  it('is asked for from the last line that was read, with its last lines only as long as none was', async () => {
    left = ['away', { text: line(1), breaksOff: false }];
    isRead = () => Promise.resolve();
    const options = { ...usual(), tail: 7 };
    await readContainer(options, () => Promise.resolve());
    left = [whole];
    await readContainer({ ...options, sinceMs: Date.UTC(2026, 0, 2, 3, 0, 1, 500) }, () => Promise.resolve());
    assert.deepEqual(
      asked.map((each) => [each.get('tailLines'), each.get('sinceTime')]),
      [
        ['7', null],
        ['7', null],
        [null, '2026-01-02T03:00:01.500Z'],
      ],
    );
  });

  it('is not asked for again by one who has gone', async () => {
    left = ['away'];
    const over = new AbortController();
    const change = (): Promise<void> => {
      over.abort();
      return Promise.resolve();
    };
    await readContainer({ ...usual(), signal: over.signal, change, now: () => aContainer(running()) }, () =>
      assert.fail('there is no line'),
    );
    assert.equal(asked.length, 1);
  });
});
