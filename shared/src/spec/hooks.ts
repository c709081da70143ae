import { hubRef } from './references.ts';
import { asWritten, bool, listOf, oneOf, type Shape, section, sub, text, words } from './shape.ts';

/** Operations that start when the run has ended (compiler.md 4.6). */
export const hooks: Shape = asWritten(
  listOf(
    sub(
      section(
        'hooks',
        {
          hubRef,
          connection: text,
          trigger: oneOf('failed', 'stopped', 'succeeded', 'skipped', 'upstream_failed', 'done'),
          conditions: text,
          presets: words,
          queue: text,
          namespace: text,
          params: { kind: 'params' },
          disableDefaults: bool,
        },
        { required: ['hubRef'] },
      ),
    ),
  ),
);
