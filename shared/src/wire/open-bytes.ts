import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { sealedLimit } from './seal-bytes.ts';
import { Malformed, valueToSealed } from './sealed-json.ts';
import type { Culling, RunFacts, Sealed, SealedIo, SealedMap, SealedSpec, Termination } from './sealed-spec.ts';
import { decodeWire } from './wire-json.ts';

/** A sealed spec from the other side; `newer` asks for a newer agent, `malformed` is never worth a retry. */
export type Opened =
  | { readonly ok: true; readonly spec: SealedSpec }
  | { readonly ok: false; readonly reason: 'newer' | 'malformed'; readonly message: string };

/** Reads the bytes of a sealed spec. They may come from anybody, so every field is checked; never throws. */
export function openBytes(bytes: Uint8Array): Opened {
  if (bytes.length > sealedLimit) return malformed(`The spec has more than ${sealedLimit} bytes.`);
  const text = decodeText(bytes);
  if (text === undefined) return malformed('The spec is not UTF-8.');
  const decoded = decodeWire(text);
  if (!decoded.ok) return malformed(decoded.message);
  if (decoded.value === null || !isMap(decoded.value)) return malformed('The spec is no mapping.');
  const edition = decoded.value.get('stage1');
  if (typeof edition === 'bigint' && edition > 1n)
    return {
      ok: false,
      reason: 'newer',
      message: `The spec was sealed by edition ${edition} of stage 1; this side knows edition 1.`,
    };
  if (edition !== 1n) return malformed('The spec says no edition of stage 1.');
  const reader: Reader = { problem: undefined };
  const spec = readSpec(decoded.value, reader);
  return reader.problem === undefined ? { ok: true, spec } : malformed(reader.problem);
}

function malformed(message: string): Opened {
  return { ok: false, reason: 'malformed', message };
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Keeps the first problem; reading goes on with harmless values. */
interface Reader {
  problem: string | undefined;
}

function readSpec(map: ValueMap, reader: Reader): SealedSpec {
  return {
    stage1: 1,
    run: readFacts(mapAt(map, 'run', reader), reader),
    inputs: listAt(map, 'inputs', reader).map((io) => readIo(io, reader)),
    outputs: listAt(map, 'outputs', reader).map((io) => readIo(io, reader)),
    contexts: listAt(map, 'contexts', reader).map((io) => readIo(io, reader)),
    termination: readTermination(mapAt(map, 'termination', reader), reader),
    connections: listAt(map, 'connections', reader).map((name) =>
      typeof name === 'string' ? name : refuse(reader, 'connections', ''),
    ),
    plugins: sealedAt(map, 'plugins', reader),
    body: readBody(map, reader),
  };
}

function refuse<T>(reader: Reader, field: string, otherwise: T): T {
  reader.problem ??= `The field "${field}" of the spec has the wrong form.`;
  return otherwise;
}

const nothing: ValueMap = new Map();

function mapAt(map: ValueMap, field: string, reader: Reader): ValueMap {
  const value = map.get(field);
  return value !== undefined && value !== null && isMap(value) ? value : refuse(reader, field, nothing);
}

function listAt(map: ValueMap, field: string, reader: Reader): readonly Value[] {
  const value = map.get(field);
  return value !== undefined && value !== null && isList(value) ? value : refuse(reader, field, []);
}

function textAt(map: ValueMap, field: string, reader: Reader): string {
  const value = map.get(field);
  return typeof value === 'string' ? value : refuse(reader, field, '');
}

function optionalText(map: ValueMap, field: string, reader: Reader): string | null {
  const value = map.get(field) ?? null;
  return value === null || typeof value === 'string' ? value : refuse(reader, field, null);
}

function flagAt(map: ValueMap, field: string, reader: Reader): boolean {
  const value = map.get(field);
  return typeof value === 'boolean' ? value : refuse(reader, field, false);
}

function countAt(map: ValueMap, field: string, reader: Reader): number | null {
  const value = map.get(field) ?? null;
  if (value === null) return null;
  const number = typeof value === 'bigint' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : refuse(reader, field, null);
}

function sealedAt(map: ValueMap, field: string, reader: Reader): Sealed {
  const value = map.get(field);
  const sealed = value === undefined ? new Malformed(`The field "${field}" is missing.`) : valueToSealed(value);
  if (!(sealed instanceof Malformed)) return sealed;
  reader.problem ??= sealed.message;
  return null;
}

function readBody(map: ValueMap, reader: Reader): SealedMap {
  const body = sealedAt(map, 'body', reader);
  return body instanceof Map ? body : refuse(reader, 'body', new Map<string, Sealed>());
}

function readFacts(map: ValueMap, reader: Reader): RunFacts {
  return {
    uuid: textAt(map, 'uuid', reader),
    name: optionalText(map, 'name', reader),
    owner: textAt(map, 'owner', reader),
    project: textAt(map, 'project', reader),
    projectUuid: textAt(map, 'projectUuid', reader),
    username: optionalText(map, 'username', reader),
    userEmail: optionalText(map, 'userEmail', reader),
    kind: textAt(map, 'kind', reader),
    runtime: optionalText(map, 'runtime', reader),
    namespace: textAt(map, 'namespace', reader),
    queue: textAt(map, 'queue', reader),
    createdAt: textAt(map, 'createdAt', reader),
    compiledAt: textAt(map, 'compiledAt', reader),
  };
}

function readIo(value: Value, reader: Reader): SealedIo {
  const map = value !== null && isMap(value) ? value : refuse(reader, 'inputs', nothing);
  return {
    name: textAt(map, 'name', reader),
    type: optionalText(map, 'type', reader),
    isList: flagAt(map, 'isList', reader),
    isFlag: flagAt(map, 'isFlag', reader),
    argFormat: optionalText(map, 'argFormat', reader),
    connection: optionalText(map, 'connection', reader),
    toEnv: optionalText(map, 'toEnv', reader),
    value: sealedAt(map, 'value', reader),
  };
}

function readTermination(map: ValueMap, reader: Reader): Termination {
  return {
    maxRetries: countAt(map, 'maxRetries', reader) ?? refuse(reader, 'maxRetries', 0),
    timeoutSeconds: countAt(map, 'timeoutSeconds', reader),
    ttlSeconds: countAt(map, 'ttlSeconds', reader),
    podFailurePolicy: map.has('podFailurePolicy') ? sealedAt(map, 'podFailurePolicy', reader) : null,
    culling: map.has('culling') ? readCulling(mapAt(map, 'culling', reader), reader) : null,
  };
}

function readCulling(map: ValueMap, reader: Reader): Culling {
  return {
    timeoutSeconds: countAt(map, 'timeoutSeconds', reader) ?? refuse(reader, 'timeoutSeconds', 0),
    path: textAt(map, 'path', reader),
    port: countAt(map, 'port', reader),
  };
}
