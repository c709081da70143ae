import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ContainerView, PodView } from '../../observe/run-view.ts';
import type { LogQuery } from '../../ports/executor.ts';
import { aContainer, aPod, ended, running } from '../../testing/a-view.ts';
import type { ApiClient } from './api-client.ts';
import { podLogs } from './pod-logs.ts';

const at = (second: number): number => Date.UTC(2026, 0, 2, 3, 0, second);
const line = (second: number, text: string): string => `${new Date(at(second)).toISOString()} ${text}\n`;
const pod = (name: string, container: ContainerView, createdAtMs = 0): PodView =>
  aPod({ name, uid: name, createdAtMs, containers: [container] });
const whole: LogQuery = { cursor: '', follow: true, tail: 0 };

interface Step {
  readonly pods: readonly PodView[];
  readonly isOver?: boolean;
  /** What the API server has by then: whole logs by pod; of a container that runs, they stay open until the next step. */
  readonly logs: Readonly<Record<string, string>>;
}

/** A run that goes from step to step, as a reader who follows it sees it. */
async function follow(steps: readonly Step[], query: Partial<LogQuery> = {}) {
  let now = 0;
  const open: PassThrough[] = [];
  const asked: { readonly pod: string; readonly tail: string | null; readonly since: string | null }[] = [];
  const client = {
    stream: ({ path }: { readonly path: string }) => {
      const { pathname, searchParams } = new URL(path, 'https://x');
      const name = pathname.split('/').at(-2) ?? '';
      asked.push({ pod: name, tail: searchParams.get('tailLines'), since: searchParams.get('sinceTime') });
      const lines = (steps[now]?.logs[name] ?? '').split(/(?<=\n)/);
      const tail = Number(searchParams.get('tailLines') ?? lines.length);
      const answer = new PassThrough();
      answer.write(tail === 0 ? '' : lines.slice(-tail).join(''));
      open.push(answer);
      if (now === steps.length - 1) answer.end();
      return Promise.resolve(answer);
    },
  } as unknown as ApiClient;
  /** Who waits for a change waits for the same one. */
  let stepping: Promise<void> | null = null;
  const step = async (): Promise<void> => {
    // What was asked for is on its way to the reader before the run goes on.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    now += 1;
    stepping = null;
    for (const answer of open.splice(0)) answer.end();
  };
  const texts: string[] = [];
  let cursor = query.cursor ?? '';
  const chunks = podLogs({
    client,
    look: () => ({ namespace: 'runs', pods: steps[now]?.pods ?? [], isOver: steps[now]?.isOver === true }),
    change: () => {
      stepping ??= step();
      return stepping;
    },
    query: { ...whole, ...query },
    signal: new AbortController().signal,
  });
  for await (const chunk of chunks) {
    texts.push(...chunk.lines.map((each) => Buffer.from(each.bytes).toString()));
    cursor = chunk.cursor;
  }
  return { texts, cursor, asked };
}

const first = line(1, 'a1') + line(2, 'a2');
const second = line(11, 'b1') + line(12, 'b2') + line(13, 'b3');
const retried: readonly Step[] = [
  { pods: [pod('a', aContainer(running()))], logs: { a: first } },
  { pods: [pod('a', aContainer(ended(1))), pod('b', aContainer(running()), 1)], logs: { a: first, b: second } },
  {
    pods: [pod('a', aContainer(ended(1))), pod('b', aContainer(ended(0)), 1)],
    isOver: true,
    logs: { a: first, b: second },
  },
];

describe('logs over a retry', () => {
  it('of a reader who follows have the second pod from its beginning, once', async () => {
    const { texts, asked } = await follow(retried);
    assert.deepEqual(texts, ['a1', 'a2', 'b1', 'b2', 'b3']);
    assert.deepEqual(
      asked,
      ['a', 'b'].map((name) => ({ pod: name, tail: null, since: null })),
    );
  });

  it('of a reader who wanted the last lines have the whole of what began after he came', async () => {
    const { texts } = await follow(retried, { tail: 1 });
    assert.deepEqual(texts, ['a2', 'b1', 'b2', 'b3']);
  });

  it('of a reader who comes back with a place in the first pod have the rest, once', async () => {
    const { cursor } = await follow([
      { pods: [pod('a', aContainer(running()))], isOver: true, logs: { a: line(1, 'a1') } },
    ]);
    const later = await follow(retried.slice(1), { cursor });
    assert.deepEqual(later.texts.toSorted(), ['a2', 'b1', 'b2', 'b3']);
    const last = await follow(retried.slice(2), { cursor: later.cursor });
    assert.deepEqual(last.texts, []);
  });

  it('of a container that is started again in its pod go on with what the new one says', async () => {
    const again = aContainer(running(), { restarts: 1, before: ended(1) });
    const { texts } = await follow([
      { pods: [pod('a', aContainer(running()))], logs: { a: first } },
      { pods: [pod('a', aContainer(running()))], logs: { a: first } },
      { pods: [pod('a', again)], logs: { a: second } },
      { pods: [pod('a', { ...again, state: ended(0) })], isOver: true, logs: { a: second } },
    ]);
    assert.deepEqual(texts, ['a1', 'a2', 'b1', 'b2', 'b3']);
  });
});
