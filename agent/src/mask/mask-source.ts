import type { SecretSource } from '../ports/secret-source.ts';
import type { Secret } from '../secret.ts';
import { createMasker, type Masker, type MaskingMode } from './masker.ts';

/** The masker of the moment: it knows every secret that this agent has read since it began. */
export interface MaskSource {
  /** Rebuilt only when a value was learnt since the last time. */
  current(): Masker;
  /** Reads all secrets again, so that a stream that begins now masks what was put there meanwhile. */
  refresh(): Promise<Masker>;
  /** The same source, but what it gives is learnt first. */
  readonly source: SecretSource;
}

/** Follows a source. A value that was replaced stays masked until the agent restarts: a run may still print it. */
export function maskSource(mode: MaskingMode, source: SecretSource): MaskSource {
  const known: Secret[] = [];
  let masker: Masker | null = null;

  const learn = (secret: Secret): void => {
    if (known.some((each) => each.isSame(secret))) return;
    known.push(secret);
    masker = null;
  };

  const current = (): Masker => {
    masker ??= createMasker(mode, known);
    return masker;
  };

  return {
    current,
    refresh: async () => {
      if (mode === 'values') for (const secret of await source.allSecrets()) learn(secret);
      return current();
    },
    source: {
      ...source,
      secret: async (name, key) => {
        const secret = await source.secret(name, key);
        if (secret !== null) learn(secret);
        return secret;
      },
    },
  };
}
