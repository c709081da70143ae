import type { Outage } from '../domain/outage.ts';
import type { Log } from '../ports/log.ts';
import type { RunStreams } from '../ports/run-streams.ts';
import type { Authenticate } from '../usecases/authenticate.ts';
import type { World } from '../usecases/world.ts';

/** What the routes need beside the ports of the use cases. */
export interface HttpWorld extends World {
  readonly authenticate: Authenticate;
  readonly log: Log;
  /** Logs of runs, from whichever replica holds the agent's session. */
  readonly streams: RunStreams;
  /** Logs for other replicas: from the sessions of this one only. */
  readonly localStreams: RunStreams;
  /** Whether the token is that of another replica of this installation. */
  readonly isReplica: (token: string) => Promise<boolean>;
  /** Whether the error means that the database is away; null when it means something else. */
  readonly outageOf: (error: unknown) => Outage | null;
  readonly metrics: HttpMetrics;
  /** `x.y.z` of this build. */
  readonly version: string;
  /** Fires when the server is to end: streams close, so that clients go elsewhere. */
  readonly closing: AbortSignal;
}

/** What the server counts, and the text that a scraper reads. */
export interface HttpMetrics {
  /** `path` is the route's pattern, so that the number of series stays small. */
  observe(request: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  text(): Promise<string>;
}
