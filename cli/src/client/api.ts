import type { Context } from '../config/contexts.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import { type ProblemDocument, refusalOf } from './refusal.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

/** Talks to the REST interface of a control plane. Every failure is a `CliError` with the exit code that fits it. */
export class Api {
  readonly context: Context;
  readonly #version: string;

  constructor(context: Context, version: string) {
    this.context = context;
    this.#version = version;
  }

  /** `/api/v1/OWNER/PROJECT`, each part escaped. */
  get projectPath(): string {
    const [owner = '', project = ''] = this.context.project.split('/');
    return `/api/v1/${encodeURIComponent(owner)}/${encodeURIComponent(project)}`;
  }

  /** `/api/v1/orgs/OWNER`. */
  get ownerPath(): string {
    return `/api/v1/orgs/${encodeURIComponent(this.owner)}`;
  }

  get owner(): string {
    return this.context.project.split('/')[0] ?? '';
  }

  /** The body of the answer as JSON; undefined when it has none. */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.open(path, options);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** The answer itself, for streams. Throws for anything that is not a success. */
  async open(path: string, options: RequestOptions = {}): Promise<Response> {
    const answer = await this.#fetch(path, options);
    if (answer.ok) return answer;
    throw await this.#failure(answer);
  }

  async #fetch(path: string, options: RequestOptions): Promise<Response> {
    const url = this.#address(path, options.query ?? {});
    const init: RequestInit = {
      method: options.method ?? 'GET',
      headers: {
        accept: options.accept ?? 'application/problem+json, application/json',
        'user-agent': `tandem/${this.#version}`,
        ...(this.context.token === '' ? {} : { authorization: `Token ${this.context.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      redirect: 'error',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    try {
      return await fetch(url, init);
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CliError(
        exitCodes.unreachable,
        `The server at ${this.context.url} cannot be reached: ${cause}.`,
        'Is it running, and is the address right? See `tandem context ls`.',
      );
    }
  }

  #address(path: string, query: Readonly<Record<string, string | number | undefined>>): URL {
    let url: URL;
    try {
      url = new URL(path, this.context.url);
    } catch {
      throw new CliError(
        exitCodes.usage,
        `"${this.context.url}" is no address of a server.`,
        'It looks like https://tandem.example.org.',
      );
    }
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  async #failure(answer: Response): Promise<CliError> {
    const text = await answer.text();
    const requestId = answer.headers.get('x-request-id');
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // Plain text, or a page of a proxy: shown as it is.
    }
    return refusalOf(answer.status, body as ProblemDocument | string, requestId);
  }
}
