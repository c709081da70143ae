/**
 * Why a run is where it is: stable words for machines, each with a sentence for people (`tandem ops why`).
 * Extended, never renamed (orchestration.md 1.3, decisions.md 42).
 */
export const reasons = {
  RunCreated: 'The run was accepted.',
  Compiled: 'Stage 1 of the compilation is done; the sealed spec is stored.',
  CompileError: 'The operation could not be compiled.',
  AccessDenied: 'Something that the operation asks for does not exist or is not allowed.',
  ConditionsCheckFailed: 'The condition of the operation was false.',
  ApprovalRejected: 'A person rejected the run.',
  Queued: 'The run waits in its queue for an agent with room.',
  Leased: 'The run was handed to an agent; the agent has not answered yet.',
  Accepted: 'The agent has the run and is starting it.',
  StartNotMade: 'The agent could not make anything of the run yet, so the run waits again.',
  Started: 'The process or pod of the run was made.',
  Initializing: 'Init steps are running.',
  Running: 'The main container runs.',
  Collecting: 'The main work ended; outputs and artifacts are being collected.',
  Completed: 'The main container ended with exit code 0.',
  ContainerFailed: 'The main container ended with an exit code other than 0.',
  InitFailed: 'An init step failed.',
  StartFailed: 'The command of the run could not be started.',
  Retrying: 'A try failed; another one follows.',
  TimeoutExceeded: 'The run took longer than its time limit.',
  UserStop: 'A person stopped the run.',
  UserSkip: 'A person skipped the run.',
  StopUnconfirmed: 'The agent never confirmed the stop.',
  DeletedExternally: 'The process or pod vanished without an end that anyone saw.',
  AgentSilent: 'The agent has not been heard of, so the state of the run is not known.',
  AgentReturned: 'The agent is back and still has the run.',
  AgentLost: 'A person declared the agent lost.',
  Expired: 'The start order was too old when it reached the agent.',
  Unsupported: 'The agent does not know this command or this kind of run.',
  SpecTooNew: 'The sealed spec is newer than the agent understands.',
  SpecCorrupt: 'The sealed spec did not arrive as it was sent.',
  UnknownConnection: 'The agent has no connection of this name.',
  ConnectionError: 'A connection could not be used for this run.',
  PolicyDenied: 'The policy of the cluster does not allow the run.',
  ClusterQuota: 'The quota of the cluster is used up.',
  OutputsInvalid: 'The run ended, but its outputs could not be read.',
  Internal: 'A fault of ours; the message carries an incident id.',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof reasons;

export function isReason(text: string): text is Reason {
  return Object.hasOwn(reasons, text);
}
