import { eventually } from './eventually.ts';

/** Statuses that a run never leaves by itself. */
export const finals: ReadonlySet<string> = new Set(['succeeded', 'failed', 'upstream_failed', 'stopped', 'skipped']);

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** A run as far as tests look at it. */
export interface RunSeen {
  readonly uuid: string;
  readonly name: string | null;
  readonly status: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly status_conditions?: readonly { readonly type: string; readonly reason: string; readonly message: string }[];
}

/** Speaks REST as one user, over whichever address is in front of the replicas. */
export interface RestClient {
  readonly url: string;
  readonly token: string;
  /** One request; a connection that breaks rejects. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answered>;
  /** The same until it is answered by something else than an outage. */
  insist(method: string, path: string, options?: AskOptions): Promise<Answered>;
  /** Submits a file and gives the run's uuid. */
  submit(yaml: string, options?: { readonly key?: string }): Promise<string>;
  run(uuid: string): Promise<RunSeen>;
  /** Every run of the project, whatever its age. */
  allRuns(): Promise<readonly RunSeen[]>;
  untilFinal(uuid: string, limitMs?: number): Promise<RunSeen>;
  untilStatus(uuid: string, status: string, limitMs?: number): Promise<RunSeen>;
  /** All lines of a run's log, as a reader sees them now. */
  logs(uuid: string): Promise<readonly string[]>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const project = '/api/v1/default/default';

export function restClient(url: string, token: string): RestClient {
  const ask = async (method: string, path: string, options: AskOptions = {}): Promise<Answered> => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Token ${token}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal: options.signal ?? AbortSignal.timeout(20_000),
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const insist = (method: string, path: string, options?: AskOptions): Promise<Answered> =>
    eventually(
      `${method} ${path} is answered`,
      async () => {
        const answer = await ask(method, path, options);
        if (answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`);
        return answer;
      },
      60_000,
    );
  const fetched = async <T>(path: string): Promise<T> => {
    const answer = await insist('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as T;
  };
  const run = (uuid: string): Promise<RunSeen> => fetched(`${project}/runs/${uuid}`);
  const until = (uuid: string, what: string, fits: (run: RunSeen) => boolean, limitMs = 30_000): Promise<RunSeen> =>
    eventually(
      `run ${uuid} is ${what}`,
      async () => {
        const seen = await run(uuid);
        if (fits(seen)) return seen;
        throw new Error(JSON.stringify(seen.status_conditions));
      },
      limitMs,
    );
  return {
    url,
    token,
    ask,
    insist,
    run,
    submit: async (yaml, { key } = {}) => {
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      // Without a key a repeat could make a second run, so only one try is made then.
      const answer = await (key === undefined ? ask : insist)('POST', `${project}/runs`, {
        body: { content: yaml },
        headers,
      });
      if (answer.status !== 201)
        throw new Error(`The submission was refused: ${answer.status} ${answer.text}\n${yaml}`);
      return (JSON.parse(answer.text) as RunSeen).uuid;
    },
    allRuns: async () => {
      const found: RunSeen[] = [];
      for (;;) {
        const page = await fetched<{ count: number; results: readonly RunSeen[] }>(
          `${project}/runs?limit=100&offset=${found.length}&sort=created_at`,
        );
        found.push(...page.results);
        if (page.results.length === 0 || found.length >= page.count) return found;
      }
    },
    untilFinal: (uuid, limitMs) => until(uuid, 'final', (seen) => finals.has(seen.status), limitMs),
    untilStatus: (uuid, status, limitMs) => until(uuid, status, (seen) => seen.status === status, limitMs),
    logs: async (uuid) => {
      const path = `/streams/v1/default/default/default/runs/${uuid}/logs`;
      const { logs } = await fetched<{ logs: readonly { readonly value: string }[] }>(path);
      return logs.map(({ value }) => value);
    },
  };
}
