import type { Culling, Sealed, SealedIo, Termination } from '../wire/sealed-spec.ts';
import type { ResolvedIo } from './drafts.ts';

/** What of an input, output or context param crosses the wire. */
export function toSealedIo({ name, type, isList, isFlag, argFormat, connection, toEnv, value }: ResolvedIo): SealedIo {
  return { name, type, isList, isFlag, argFormat, connection, toEnv, value };
}

/** No run lasts 68 years or is tried so often: what is more means the same, and stays exact on the wire. */
const most = 2 ** 31 - 1;

/** The rendered section as the agent gets it. */
export function terminationOf(sealed: Sealed): Termination {
  const fields = sealed instanceof Map ? sealed : new Map<string, Sealed>();
  const count = (name: string): number | null => {
    const value = fields.get(name);
    return typeof value === 'bigint' ? Math.min(Number(value), most) : null;
  };
  // A negative number says "none", as in the reference (compiler.md 1.2).
  const limit = (name: string): number | null => {
    const value = count(name);
    return value === null || value < 0 ? null : value;
  };
  return {
    maxRetries: Math.max(0, count('maxRetries') ?? 0),
    timeoutSeconds: limit('timeout'),
    ttlSeconds: limit('ttl'),
    podFailurePolicy: fields.get('podFailurePolicy') ?? null,
    culling: cullingOf(fields),
  };
}

/** Where nothing says when a service was used it counts as used, as in the reference: then there is nothing to do. */
function cullingOf(fields: ReadonlyMap<string, Sealed>): Culling | null {
  const timeout = partOf(fields, 'culling').get('timeout');
  const http = partOf(fields, 'probe').get('http');
  if (typeof timeout !== 'bigint' || timeout < 1n || !(http instanceof Map)) return null;
  const [path, port] = [http.get('path'), http.get('port')];
  const number = typeof port === 'bigint' || (typeof port === 'string' && /^\d+$/.test(port)) ? Number(port) : null;
  // No service has such a port, so there is nobody to ask.
  if (number !== null && (number < 1 || number > 65_535)) return null;
  return {
    timeoutSeconds: Math.min(Number(timeout), most),
    path: typeof path === 'string' && path.startsWith('/') ? path : activityPath,
    port: number,
  };
}

/** Where the servers of Jupyter say it; it is the default of the reference, too. */
const activityPath = '/api/status';

function partOf(fields: ReadonlyMap<string, Sealed>, name: string): ReadonlyMap<string, Sealed> {
  const part = fields.get(name);
  return part instanceof Map ? part : new Map<string, Sealed>();
}
