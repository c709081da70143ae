/** Time within this process: for intervals and patience, never for a date in a row (those are the database's). */
export interface Clock {
  nowMs(): number;
  /** Runs once after so many ms, unless the returned function is called first. */
  after(ms: number, action: () => void): () => void;
}
