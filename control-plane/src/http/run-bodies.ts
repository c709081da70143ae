import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { bundleOf, type Sources } from '../compile/source-bundle.ts';
import { invalid } from '../domain/refusal.ts';
import type { RunArtifact, RunPatch } from '../ports/run-store.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Once, Submission } from '../usecases/submit-run.ts';

const name = z.string().max(128).nullish();
const description = z.string().max(4096).nullish();
const tags = z.array(z.string().max(256)).max(256).nullish();
const map = z.record(z.string(), z.unknown()).nullish();

/** Files and options instead of `content`: diagnostics then name the author's own files. */
const sources = z.object({
  files: z
    .array(z.object({ name: z.string().max(1024), text: z.string() }))
    .min(1)
    .max(100),
  params: z.array(z.string()).max(10_000).default([]),
});

/** The body of a submission. What is not named here does not exist for us (attacks.md V12). */
export const submissionBody = z
  .object({
    uuid: z.string().nullish(),
    content: z.string().nullish(),
    sources: sources.nullish(),
    is_managed: z.boolean().nullish(),
    managed_by: z.enum(['agent', 'user', 'cli']).nullish(),
    name,
    description,
    tags,
    pending: z.enum(['approval', 'upload']).nullish(),
    meta_info: map,
  })
  .meta({ id: 'OperationBody' });

/** W3C trace context, version 00: version, trace id, parent id and flags; ids of zeros are none. */
const traceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function submissionOf(body: z.output<typeof submissionBody>, headers: IncomingHttpHeaders): Submission {
  const { traceparent: trace } = headers;
  return {
    uuid: body.uuid ?? null,
    content: contentOf(body),
    managedBy: body.managed_by ?? (body.is_managed === false ? 'user' : 'agent'),
    name: body.name ?? null,
    description: body.description ?? null,
    tags: body.tags ?? null,
    pending: body.pending ?? null,
    metaInfo: storedJson(body.meta_info ?? {}),
    // A malformed one is dropped, as the standard says; the request is fine without it.
    traceparent: typeof trace === 'string' && traceparent.test(trace) ? trace : null,
  };
}

/** The body of a check: what would be submitted, and nothing about a run. */
export const checkBody = z
  .object({ content: z.string().nullish(), sources: sources.nullish() })
  .refine((body) => body.content != null || body.sources != null, {
    message: 'Run expects a `content`.',
    path: ['content'],
  });

/** What is compiled: the sources if there are any, which say more than the content that was made of them. */
export function contentOf(body: {
  readonly content?: string | null | undefined;
  readonly sources?: Sources | null | undefined;
}): string | null {
  return body.sources == null ? (body.content ?? null) : bundleOf(body.sources);
}

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** The idempotency of a request: its key, where it went, and what it said. Null without the header. */
export function onceOf(headers: IncomingHttpHeaders, url: string, rawBody: Uint8Array, secrets: Secrets): Once | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !keyPattern.test(key)) {
    throw invalid('idempotency/bad-key', 'Idempotency-Key', 'Up to 255 visible ASCII characters are allowed.');
  }
  return { key, route: `POST ${url.split('?')[0]}`, bodySha256: secrets.hash(rawBody) };
}

/** The body of a change; unknown keys are dropped, since clients send whole runs (rest-api-and-clients.md 8, trap 12). */
export const patchBody = z.object({
  name,
  description,
  readme: z.string().max(1_000_000).nullish(),
  tags,
  inputs: map,
  outputs: map,
  meta_info: map,
  merge: z.boolean().nullish(),
});

export function patchOf(body: z.output<typeof patchBody>): RunPatch {
  return {
    isMerge: body.merge ?? false,
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.readme === undefined ? {} : { readme: body.readme }),
    ...(body.tags == null ? {} : { tags: body.tags }),
    ...(body.inputs == null ? {} : { inputs: storedJson(body.inputs) }),
    ...(body.outputs == null ? {} : { outputs: storedJson(body.outputs) }),
    ...(body.meta_info == null ? {} : { metaInfo: storedJson(body.meta_info) }),
  };
}

const artifact = z.object({
  name: z.string().min(1).max(1024),
  kind: z.string().min(1).max(64),
  path: z.string().max(4096).nullish(),
  summary: map,
  is_input: z.boolean().nullish(),
});

/** Artifacts as trackers send them: in a list under a key, a bare list, or one alone (rest-api-and-clients.md 1.9). */
export const artifactsBody = z.union([
  z.object({ artifacts: z.array(artifact).max(10_000) }),
  z.array(artifact).max(10_000),
  artifact,
]);

export function artifactsOf(body: z.output<typeof artifactsBody>): readonly RunArtifact[] {
  const list = Array.isArray(body) ? body : 'artifacts' in body ? body.artifacts : [body];
  return list.map((each) => ({
    name: each.name,
    kind: each.kind,
    path: each.path ?? '',
    size: null,
    sha256: null,
    isInput: each.is_input ?? false,
  }));
}

/** JSON for a jsonb column, which refuses NUL and half surrogates. */
function storedJson(value: object): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'string' ? each.replaceAll('\0', '').toWellFormed() : each,
  );
}
