import { cache } from './cache.ts';
import { hubRef } from './references.ts';
import { asWritten, free, patchStrategy, type Shape, section, sub, text, words } from './shape.ts';

/** The operation that makes the run's image first (compiler.md 4.7). */
export const build: Shape = asWritten(
  sub(
    section(
      'build',
      {
        hubRef,
        connection: text,
        presets: words,
        queue: text,
        namespace: text,
        cache,
        params: { kind: 'params' },
        runPatch: free,
        patchStrategy,
      },
      { required: ['hubRef'] },
    ),
  ),
);
