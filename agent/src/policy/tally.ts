/** What pods use, in cores, bytes and pieces. */
export interface Amounts {
  cpu: number;
  memory: number;
  gpu: number;
}

export interface Tally extends Amounts {
  /** Pods of the run at a time. */
  pods: number;
}

export function emptyTally(): Tally {
  return { cpu: 0, memory: 0, gpu: 0, pods: 0 };
}
