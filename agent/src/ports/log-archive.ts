import type { LogChunk, LogQuery } from './executor.ts';

/** Where the logs of runs are that have ended and whose pods are gone. */
export interface LogArchive {
  /**
   * Null: there is room for the whole logs of all runs that want them kept. Else it holds so many last lines of a container,
   * and only of runs whose pods are taken away before they have ended: others are still there to be read.
   */
  readonly lastLines: number | null;
  /** Keeps the log of one attempt; a second time replaces it. Throws where that is not possible now. */
  keep(uuid: string, attempt: number, chunks: AsyncIterable<LogChunk>): Promise<void>;
  /** Lines of all attempts in order, from a cursor; nothing for a run without a log. Throws where the store cannot be reached. */
  read(uuid: string, query: LogQuery): AsyncIterable<LogChunk>;
  /** The run is removed: what is no part of its artifacts goes. */
  forget(uuid: string): void;
}
