import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buildHelper } from '../../../scripts/images/programs.ts';
import { eventually } from '../../support/eventually.ts';

/** The server of an artifacts store, as the chart installs it, here as a process beside the agent under test. */
export interface FilesServer {
  readonly url: string;
  readonly tokenFile: string;
  close(): Promise<void>;
}

/** Serves a folder; builds the helper first. */
export async function startFilesServer(folder: string, root: string): Promise<FilesServer> {
  const program = join(folder, 'tandem-helper');
  buildHelper(program, 'test');
  mkdirSync(root, { recursive: true });
  const tokenFile = join(folder, 'files-token');
  writeFileSync(tokenFile, 'a-token-of-the-files-server-in-a-test', { mode: 0o600 });
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const child = spawn(program, ['files', '--root', root, '--token-file', tokenFile, '--listen', listen], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://${listen}`;
  await eventually('the files server answers', async () => (await fetch(`${url}/healthz`)).ok);
  return {
    url,
    tokenFile,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}
