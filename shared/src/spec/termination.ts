import { free, int, intOrRef, type Shape, section, sub } from './shape.ts';

/** When a run is given up, tried again or cleaned away (compiler.md 1.2). `ttl` and `timeout` are seconds. */
export const termination: Shape = sub(
  section('termination', {
    maxRetries: intOrRef,
    ttl: intOrRef,
    timeout: intOrRef,
    podFailurePolicy: free,
    culling: sub(section('culling', { timeout: int })),
    probe: sub(section('probe', { exec: free, http: free })),
  }),
);
