import type { Command, CommandAck, Hello, Report } from '@tandem/proto';

/** What the session of an agent asks of the store. Every write names the epoch, so an older session changes nothing. */
export interface AgentSessions {
  /** Records the session and raises the epoch; the former session of the agent is fenced by that. */
  open(agentId: number, hello: Hello, replica: Replica): Promise<Opened | { readonly kind: 'refused' }>;
  /** Proof of life: extends the lease. `fenced` when another session has begun or the agent is gone. */
  touch(agentId: number, epoch: number): Promise<'live' | 'fenced'>;
  /** Gives the lease back; runs are not touched. */
  close(agentId: number, epoch: number): Promise<void>;
  /** Moves queued runs to `scheduled` and writes their start commands, as many as the agent has room for. Gives how many. */
  admit(agent: SessionAgent, most: number): Promise<readonly { readonly uuid: string }[]>;
  /** Unacknowledged commands above `afterSeq`, in order, with all that they carry. */
  openCommands(agentId: number, afterSeq: number, most: number): Promise<readonly OutgoingCommand[]>;
  /** Takes the agent's answers; gives the uuids of runs that moved. An answered command is not answered again. */
  acknowledge(agent: SessionAgent, acks: readonly CommandAck[]): Promise<readonly string[]>;
  /** Applies reports in order; gives the uuids of runs that moved. A dropped report counts as handled. */
  report(agent: SessionAgent, reports: readonly Report[]): Promise<readonly string[]>;
  /** Compares what the agent holds with what we believe, and writes the commands that follow from it. */
  reconcile(agent: SessionAgent, held: readonly Held[], previous: ReadonlySet<string>): Promise<Reconciled>;
}

/** The agent of a session, and the epoch that fences it. */
export interface SessionAgent {
  readonly id: number;
  readonly epoch: number;
  readonly name: string;
}

export interface Replica {
  readonly id: string;
  /** Where other replicas reach our REST, for relayed streams. */
  readonly url: string;
}

export interface Opened {
  readonly kind: 'opened';
  readonly sessionId: string;
  readonly epoch: number;
  readonly agentName: string;
}

/** A command of the outbox, ready but for the run token, which is made when it is sent. */
export interface OutgoingCommand {
  readonly seq: number;
  readonly command: Command;
}

/** One run in an agent's inventory. */
export interface Held {
  readonly uuid: string;
  readonly attempt: number;
  readonly status: string;
  readonly final: boolean;
}

export interface Reconciled {
  /** Runs that the agent has and we do not know: removed when a later inventory shows them again. */
  readonly unknown: ReadonlySet<string>;
  readonly commands: number;
  /** Uuids of runs whose state is known again. */
  readonly moved: readonly string[];
}
