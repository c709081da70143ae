import { type Sealed, type SealedMap, type SealedSpec, sealBytes } from '@tandem/shared/wire';

/** A sealed job that runs a shell script. For tests. */
export function aSpec(uuid: string, given: Partial<SealedSpec> = {}): SealedSpec {
  return {
    stage1: 1,
    run: {
      uuid,
      name: null,
      owner: 'acme',
      project: 'vision',
      projectUuid: 'p'.repeat(32),
      username: null,
      userEmail: null,
      kind: 'job',
      runtime: 'job',
      namespace: 'default',
      queue: 'default',
      createdAt: '2026-01-01T00:00:00Z',
      compiledAt: '2026-01-01T00:00:00Z',
    },
    inputs: [],
    outputs: [],
    contexts: [],
    termination: { maxRetries: 0, timeoutSeconds: null, ttlSeconds: null, podFailurePolicy: null, culling: null },
    connections: [],
    plugins: new Map(),
    body: aBody('echo hello'),
    ...given,
  };
}

/** A run section with one container that runs a shell script; `more` joins it. */
export function aBody(shell: string, more: Readonly<Record<string, Sealed>> = {}): SealedMap {
  return new Map<string, Sealed>([
    ['kind', 'job'],
    ['container', sealedMap({ image: 'busybox', command: ['sh', '-c', shell] })],
    ...Object.entries(more),
  ]);
}

export const sealedMap = (given: Readonly<Record<string, Sealed>>): SealedMap => new Map(Object.entries(given));

/** The spec as it crosses the wire. */
export function sealed(spec: SealedSpec): { readonly spec: Buffer; readonly specSha256: string } {
  const { bytes, sha256 } = sealBytes(spec);
  return { spec: Buffer.from(bytes), specSha256: sha256 };
}
