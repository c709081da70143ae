import type { Sealed, SealedIo, Termination } from '../wire/sealed-spec.ts';
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
  };
}
