/** The SQLSTATE of an error of either driver; null for anything else. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

/** Whether a unique index refused the row; `index` is its name in the migrations. */
export function isTaken(error: unknown, index: string): boolean {
  return sqlState(error) === '23505' && error instanceof Error && 'constraint' in error && error.constraint === index;
}

// Deadlock and serialization failure: nothing was written and the same statement may pass now.
const transient = new Set(['40P01', '40001']);

/** Runs a transaction again when the database gave up on it for no fault of its own; three tries in all. */
export async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !transient.has(sqlState(error) ?? '')) throw error;
    }
  }
}
