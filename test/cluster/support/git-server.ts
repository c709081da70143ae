import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from './command.ts';

/** A private repository behind real git over HTTP, with a password. */
export interface GitServer {
  /** Address of the repository, without credentials. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  close(): Promise<void>;
}

const backend = '/usr/lib/git-core/git-http-backend';

/** Serves one repository with these files on its branch `main`. */
export async function startGitServer(
  folder: string,
  address: string,
  files: Readonly<Record<string, string>>,
): Promise<GitServer> {
  const work = join(folder, 'work');
  mkdirSync(work, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content);
  const git = (...args: readonly string[]): Promise<string> => run(['git', '-C', work, ...args], { env: gitEnv });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'The first');
  await run(['git', 'clone', '--quiet', '--bare', work, join(folder, 'private.git')], { env: gitEnv });
  const [user, password] = ['reader', 'the-password-of-a-private-repository'];
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer((request, answer) => {
    if (request.headers.authorization === wanted) serve(folder, request, answer);
    else answer.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/private.git`,
    user,
    password,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const gitEnv: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

/** One request by CGI (RFC 3875): headers of the answer come first on its output. */
function serve(folder: string, request: IncomingMessage, answer: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const child = spawn(backend, [], {
    env: {
      ...gitEnv,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.once('close', () => {
    const all = Buffer.concat(parts);
    const end = all.indexOf('\r\n\r\n');
    const headers = all.subarray(0, end).toString('latin1').split('\r\n');
    let status = 200;
    for (const header of headers) {
      const [name = '', value = ''] = header.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else answer.setHeader(name, value);
    }
    answer.writeHead(status).end(all.subarray(end + 4));
  });
}
