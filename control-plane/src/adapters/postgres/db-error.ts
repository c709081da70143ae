import { Outage } from '../../domain/outage.ts';

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

/** Errors of the network between us and the server. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Too many connections, shutdown, crash of another backend, starting up, wrong password or database. */
const serverStates = new Set(['53300', '57P01', '57P02', '57P03', '25006', '28P01', '28000', '3D000']);
/** Sentences of the driver for a connection that went away under a query, which have no code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The outage behind an error when the database is away; null when the error means something else. */
export function databaseOutage(error: unknown): Outage | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isAway =
    networkCodes.has(code) || serverStates.has(code) || code.startsWith('08') || lostConnection.test(error.message);
  // A name that resolves to several addresses gives one error for each.
  const isEachAway = error instanceof AggregateError && error.errors.some((each) => databaseOutage(each) !== null);
  // The disk of the database is full: what was stored is safe, nothing new can be.
  if (code === '53100' || code === 'ENOSPC')
    return new Outage('disk-full', 'The disk of the database is full.', 'later', error);
  return isAway || isEachAway
    ? new Outage('database', 'The database is not available at the moment.', 'later', error)
    : null;
}
