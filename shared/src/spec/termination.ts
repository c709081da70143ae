import { free, int, intOrRef, type Shape, section, sub, text } from './shape.ts';

/** What Kubernetes asks over HTTP to see whether something is used; the port is a number or a name. */
const httpProbe = section(
  'http',
  { host: text, httpHeaders: free, path: text, port: free, scheme: text },
  { required: ['port'] },
);

/** When a run is given up, tried again or cleaned away (compiler.md 1.2). `ttl` and `timeout` are seconds. */
export const termination: Shape = sub(
  section('termination', {
    maxRetries: intOrRef,
    ttl: intOrRef,
    timeout: intOrRef,
    podFailurePolicy: free,
    culling: sub(section('culling', { timeout: int })),
    probe: sub(section('probe', { exec: sub(section('exec', { command: free })), http: sub(httpProbe) })),
  }),
);
