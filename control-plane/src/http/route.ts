import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Response } from 'express';
import { z } from 'zod';
import type { Principal } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import type { HttpWorld } from './http-world.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** What a handler gives back. Only this and `problem.ts` name status numbers. */
export type Answer =
  | { readonly kind: 'json'; readonly status: 200 | 201; readonly body: unknown }
  /** Text that is JSON already: the stored answer of a repeated request. */
  | { readonly kind: 'text'; readonly status: 200 | 201; readonly type: string; readonly text: string }
  | { readonly kind: 'empty'; readonly status: 200 | 201 | 204 }
  /** Writes for as long as it likes; the head is not sent before the first byte, so a throw is still a proper answer. */
  /** The client's connection becomes what `open` gives; until it is open, a throw is a proper answer. */
  | { readonly kind: 'tunnel'; readonly open: (signal: AbortSignal) => Promise<Duplex> }
  | { readonly kind: 'stream'; readonly write: (response: Response, signal: AbortSignal) => Promise<void> };

export const ok = (body: unknown): Answer => ({ kind: 'json', status: 200, body });
export const made = (body: unknown): Answer => ({ kind: 'json', status: 201, body });
export const empty = (status: 200 | 201 | 204): Answer => ({ kind: 'empty', status });

/** Names in braces of a path, as the keys of an object. */
type PathParams<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & PathParams<Rest>
  : unknown;

/** A request whose parts have their types. */
export interface Call<Params, Query, Body> {
  readonly world: HttpWorld;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Sound because `server.ts` lets nobody without a token reach a route that is not public. */
  readonly principal: Principal;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, for idempotency keys. */
  readonly rawBody: Uint8Array;
  /** `http://host` as the client wrote it, for links. */
  readonly origin: string;
  /** Path and query as they came. */
  readonly url: string;
}

interface RouteSpec<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: Method;
  /** As in OpenAPI: `/api/v1/{owner}/projects/list`. */
  readonly path: Path;
  /** The name of the operation in the document; unique. */
  readonly id: string;
  readonly says: string;
  /** `public` needs no token; everything else does, and each use case decides what a token may. */
  readonly access: 'public' | 'token';
  /** Probes and scrapers ask it every few seconds: a good answer is no news in the log. */
  readonly isRoutine?: boolean;
  readonly query?: Query;
  readonly body?: Body;
  /** Shape of a good answer for the document; null for none or for one that is not JSON. */
  readonly answers: { readonly status: 101 | 200 | 201 | 204; readonly schema: z.ZodType | null };
  readonly handle: (call: Call<PathParams<Path>, z.output<Query>, z.output<Body>>) => Promise<Answer>;
}

/** A route for the server and for the document: one list serves both, so that they cannot differ. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly id: string;
  readonly says: string;
  readonly access: 'public' | 'token';
  readonly isRoutine: boolean;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly answers: { readonly status: 101 | 200 | 201 | 204; readonly schema: z.ZodType | null };
  /** Checks query and body and handles the call. Throws a `Refusal` when they have the wrong shape. */
  readonly run: (call: Call<Readonly<Record<string, string>>, unknown, unknown>) => Promise<Answer>;
}

/** Declares a route. Bodies and queries drop unknown keys: nobody can set what the schema does not name (attacks.md V12). */
export function route<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  spec: RouteSpec<Path, Query, Body>,
): Route {
  return {
    method: spec.method,
    path: spec.path,
    id: spec.id,
    says: spec.says,
    access: spec.access,
    isRoutine: spec.isRoutine ?? false,
    query: spec.query ?? null,
    body: spec.body ?? null,
    answers: spec.answers,
    run: (call) =>
      spec.handle({
        ...call,
        // The server matched `spec.path`, so every name in it is there.
        params: call.params as PathParams<Path>,
        query: parse(spec.query, call.query),
        body: parse(spec.body, call.body),
      }),
  };
}

function parse<Schema extends z.ZodType>(schema: Schema | undefined, value: unknown): z.output<Schema> {
  const parsed = (schema ?? z.unknown()).safeParse(value);
  if (!parsed.success) throw shapeRefusal(parsed.error);
  return parsed.data as z.output<Schema>;
}

/** Messages by field, in the form that clients print: `{"name": ["This field is required."]}`. */
function shapeRefusal(error: z.ZodError): Refusal {
  const fields: Record<string, string[]> = Object.create(null);
  for (const issue of error.issues) {
    const field = issue.path.length === 0 ? 'non_field_errors' : String(issue.path[0]);
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    const messages = fields[field] ?? [];
    messages.push(isMissing ? 'This field is required.' : issue.message);
    fields[field] = messages;
  }
  return new Refusal({ kind: 'invalid', code: 'request/wrong-shape', fields });
}
