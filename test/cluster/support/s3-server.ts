import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { run } from './command.ts';

/** A real S3 server over a folder. */
export interface S3Server {
  readonly url: string;
  readonly access: string;
  readonly secret: string;
  /** The folder of its bucket `artifacts`. */
  readonly bucket: string;
  close(): Promise<void>;
}

const module = join(import.meta.dirname, '../../../helper/tools/versitygw');

export async function startS3Server(folder: string, address: string): Promise<S3Server> {
  const [program, top, sidecar] = ['versitygw', 'buckets', 'sidecar'].map((name) => join(folder, name));
  const bucket = join(top ?? '', 'artifacts');
  mkdirSync(bucket, { recursive: true });
  mkdirSync(sidecar ?? '', { recursive: true });
  await run(['go', 'build', '-o', program ?? '', 'github.com/versity/versitygw/cmd/versitygw'], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  const [access, secret] = ['an-access-key-of-a-test', 'a-secret-key-of-a-test'];
  const port = await freePort(address);
  const keys = ['--access', access, '--secret', secret];
  const child = spawn(
    program ?? '',
    ['--port', `${address}:${port}`, ...keys, '--quiet', 'posix', '--sidecar', sidecar ?? '', top ?? ''],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await eventually('the S3 server listens', () => listens(address, port), 30_000);
  return {
    url: `http://${address}:${port}`,
    access,
    secret,
    bucket,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

function listens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}

async function freePort(address: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, address, resolve));
  const found = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (found === null || typeof found === 'string') throw new Error('the probe has no port');
  return found.port;
}
