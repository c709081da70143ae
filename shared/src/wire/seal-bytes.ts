import { createHash } from 'node:crypto';
import type { Value } from '../values/value.ts';
import { sealedToValue } from './sealed-json.ts';
import type { Culling, RunFacts, SealedIo, SealedSpec } from './sealed-spec.ts';
import { encodeWire } from './wire-json.ts';

/** A sealed run has at most so many bytes (decisions.md 33). */
export const sealedLimit = 1024 * 1024;

/** The bytes of a sealed spec and their hash. Equal specs give equal bytes on every machine. */
export function sealBytes(spec: SealedSpec): { readonly bytes: Uint8Array; readonly sha256: string } {
  const bytes = new TextEncoder().encode(encodeWire(specToValue(spec)));
  return { bytes, sha256: sha256Hex(bytes) };
}

/** SHA-256 as 64 hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function specToValue(spec: SealedSpec): Value {
  return new Map<string, Value>([
    ['stage1', BigInt(spec.stage1)],
    ['run', factsToValue(spec.run)],
    ['inputs', spec.inputs.map(ioToValue)],
    ['outputs', spec.outputs.map(ioToValue)],
    ['contexts', spec.contexts.map(ioToValue)],
    [
      'termination',
      new Map<string, Value>([
        ['maxRetries', BigInt(spec.termination.maxRetries)],
        ['timeoutSeconds', orNull(spec.termination.timeoutSeconds)],
        ['ttlSeconds', orNull(spec.termination.ttlSeconds)],
        // Only where there is one: few runs have it, and specs without it keep their bytes.
        ...(spec.termination.podFailurePolicy === null
          ? []
          : [['podFailurePolicy', sealedToValue(spec.termination.podFailurePolicy)] as const]),
        ...(spec.termination.culling === null ? [] : [['culling', cullingToValue(spec.termination.culling)] as const]),
      ]),
    ],
    ['connections', [...spec.connections]],
    ['plugins', sealedToValue(spec.plugins)],
    ['body', sealedToValue(spec.body)],
  ]);
}

function cullingToValue({ timeoutSeconds, path, port }: Culling): Value {
  return new Map<string, Value>([
    ['timeoutSeconds', BigInt(timeoutSeconds)],
    ['path', path],
    ['port', orNull(port)],
  ]);
}

function orNull(seconds: number | null): Value {
  return seconds === null ? null : BigInt(seconds);
}

function factsToValue(run: RunFacts): Value {
  return new Map<string, Value>([
    ['uuid', run.uuid],
    ['name', run.name],
    ['owner', run.owner],
    ['project', run.project],
    ['projectUuid', run.projectUuid],
    ['username', run.username],
    ['userEmail', run.userEmail],
    ['kind', run.kind],
    ['runtime', run.runtime],
    ['namespace', run.namespace],
    ['queue', run.queue],
    ['createdAt', run.createdAt],
    ['compiledAt', run.compiledAt],
  ]);
}

function ioToValue(io: SealedIo): Value {
  return new Map<string, Value>([
    ['name', io.name],
    ['type', io.type],
    ['isList', io.isList],
    ['isFlag', io.isFlag],
    ['argFormat', io.argFormat],
    ['connection', io.connection],
    ['toEnv', io.toEnv],
    ['value', sealedToValue(io.value)],
  ]);
}
