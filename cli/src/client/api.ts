import type { Socket } from 'node:net';
import type { Context } from '../config/contexts.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import { type ProblemDocument, refusalOf } from './refusal.ts';
import { openTunnel } from './tunnel.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

/** How often a question is asked whose connection breaks. */
const mostTries = 5;

/** The connection was there and broke before an answer came; not so where nobody listens. */
function isBroken(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
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
    const { owner, name } = this.project;
    return `/api/v1/${owner}/${name}`;
  }

  /** Owner and name of the project, each escaped. */
  get project(): { readonly owner: string; readonly name: string } {
    const [owner = '', name = ''] = this.context.project.split('/');
    return { owner: encodeURIComponent(owner), name: encodeURIComponent(name) };
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

  /** A connection that speaks another protocol from here on. Each of its directions ends by itself. */
  async upgrade(path: string, protocol: string, signal: AbortSignal): Promise<Socket> {
    const opened = await openTunnel(this.#address(path, {}), this.#headers, protocol, signal).catch(
      (error: unknown) => {
        throw signal.aborted ? error : this.#unreachable(error);
      },
    );
    if (opened.kind === 'open') return opened.socket;
    const { status, text, requestId } = opened;
    const refusal = this.#refusal(status, text, requestId);
    const isDropped = status < 400 || text.includes('forward/needs-upgrade');
    if (!isDropped) throw refusal;
    throw new CliError(
      exitCodes.failure,
      'The server was not asked for a connection: something on the way drops the header `Upgrade`.',
      'A proxy before it must pass `Upgrade` and `Connection` on.',
      requestId,
    );
  }

  async #fetch(path: string, options: RequestOptions): Promise<Response> {
    const url = this.#address(path, options.query ?? {});
    const init: RequestInit = {
      method: options.method ?? 'GET',
      headers: {
        ...this.#headers,
        ...(options.accept === undefined ? {} : { accept: options.accept }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      redirect: 'error',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(url, init);
      } catch (error) {
        if (options.signal?.aborted === true) throw error;
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        // A server that restarts breaks the connections that it had: to ask once more changes nothing.
        const mayAskAgain = init.method === 'GET' && isBroken(cause) && tries < mostTries;
        if (!mayAskAgain) throw this.#unreachable(cause);
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** tries));
      }
    }
  }

  get #headers(): Readonly<Record<string, string>> {
    return {
      accept: 'application/problem+json, application/json',
      'user-agent': `tandem/${this.#version}`,
      ...(this.context.token === '' ? {} : { authorization: `Token ${this.context.token}` }),
    };
  }

  #unreachable(error: unknown): CliError {
    return new CliError(
      exitCodes.unreachable,
      `The server at ${this.context.url} cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
      'Is it running, and is the address right? See `tandem context ls`.',
    );
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
    return this.#refusal(answer.status, await answer.text(), answer.headers.get('x-request-id'));
  }

  #refusal(status: number, text: string, requestId: string | null): CliError {
    let body: unknown = text;
    try {
      body = JSON.parse(text);
    } catch {
      // Plain text, or a page of a proxy: shown as it is.
    }
    return refusalOf(status, body as ProblemDocument | string, requestId);
  }
}
