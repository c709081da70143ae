export { closedGates, type Gate, gates, pendingOf } from './gates.ts';
export { isReason, type Reason, reasons } from './reasons.ts';
export {
  DONE,
  isDone,
  isStatus,
  ON_CLUSTER,
  REPORTABLE,
  RUNNING,
  SAFE_STOP,
  type Status,
  statuses,
} from './statuses.ts';
export {
  type Decision,
  decideReport,
  type IncomingReport,
  mayMove,
  originsOf,
  type Reported,
  transitions,
} from './transitions.ts';
