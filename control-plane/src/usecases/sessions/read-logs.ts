import type { Duplex } from 'node:stream';
import { Outage } from '../../domain/outage.ts';
import type { LogChunk, RunStreams } from '../../ports/run-streams.ts';
import type { SessionDirectory } from '../../ports/session-directory.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { StreamRelay } from './stream-relay.ts';

/**
 * Streams of runs: from the agent's session if this replica holds it, else through the replica that does.
 * The directory is only a hint; a replica that has lost the session says so and the reader is told to come again.
 */
export function runStreams(sessions: LiveSessions, relay: StreamRelay, directory: SessionDirectory): RunStreams {
  return {
    async *logs(run, query, signal): AsyncGenerator<LogChunk> {
      if (run.agentId === null) return;
      const session = sessions.of(run.agentId);
      if (session !== null) {
        yield* relay.logs(session, run.uuid, query, signal);
        return;
      }
      const holder = await directory.holderOf(run.agentId);
      if (holder === null) {
        throw new Outage('agent-away', 'The agent that has the logs of this run is not connected at the moment.');
      }
      yield* holder.logs({ uuid: run.uuid, agentId: run.agentId }, query, signal);
    },
    async forward(run, port, signal): Promise<Duplex> {
      const { agentId } = run;
      const session = agentId === null ? null : sessions.of(agentId);
      if (session !== null) return relay.forward(session, run.uuid, port, signal);
      const holder = agentId === null ? null : await directory.holderOf(agentId);
      if (holder === null) throw new Outage('agent-away', 'The agent of this run is not connected at the moment.');
      return holder.forward(run, port, signal);
    },
  };
}
