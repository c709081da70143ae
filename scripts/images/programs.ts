import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The images that there are. */
export const imageNames = ['agent', 'control-plane', 'helper'] as const;
export type ImageName = (typeof imageNames)[number];

const root = join(import.meta.dirname, '../..');
/** The processors that images are made for, by the names of Go. */
const processor = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Runs a command in sight of the user; throws with its name when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): void {
  const result = spawnSync(command, [...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`"${command} ${args.slice(0, 3).join(' ')} …" ended with ${result.status}.`);
}

/**
 * Puts the build context of an image together in `folder`: the Dockerfile, and below `files` what goes into the image at
 * the same place. Programs are built where a source is newer.
 */
export function assemble(name: ImageName, folder: string, version: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'deploy/images', name, 'Dockerfile'), join(folder, 'Dockerfile'));
  const files = join(folder, 'files');
  if (name === 'helper') buildHelper(join(files, 'usr/local/bin/tandem-helper'), version);
  else {
    run(process.execPath, ['--conditions=source', 'scripts/build.ts', '--if-needed']);
    copyNode(join(files, 'usr/local/bin/node'));
    copyProgram(name, join(files, 'opt/tandem'));
  }
}

/** Builds the helper as one static program. */
export function buildHelper(target: string, version: string): void {
  mkdirSync(dirname(target), { recursive: true });
  run(
    'go',
    ['build', '-trimpath', '-ldflags', `-s -w -X main.version=${version}`, '-o', target, './cmd/tandem-helper'],
    {
      cwd: join(root, 'helper'),
      env: { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: processor },
    },
  );
}

/** The node of the lock file, so that images run what tests ran. */
function copyNode(target: string): void {
  const name = `node-linux-${processor === 'amd64' ? 'x64' : 'arm64'}`;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, 'node_modules', name, 'bin/node'), target);
  chmodSync(target, 0o755);
}

function copyProgram(name: Exclude<ImageName, 'helper'>, target: string): void {
  mkdirSync(target, { recursive: true });
  const dist = join(root, 'dist');
  const wanted =
    name === 'agent'
      ? ['tandem-agent.mjs', 'tandem-agent.mjs.LEGAL.txt']
      : ['tandem-control-plane.mjs*', 'stage-one-thread.mjs*', '*.wasm', '*.data', 'migrations/*'];
  for (const file of globSync(wanted, { cwd: dist })) {
    if (file.endsWith('.map')) continue;
    cpSync(join(dist, file), join(target, file));
    chmodSync(join(target, file), 0o644);
  }
}
