/**
 * Builds the images of the agent, the control plane and the helper, each as `tandem-NAME:VERSION`.
 *
 *   pnpm images [NAME …] [--out DIR] [--base debootstrap] [--tag TAG] [--contexts-only]
 *
 * With --out each is also written as an OCI archive, DIR/tandem-NAME.tar, which `ctr images import` and registries take.
 * Docker is used where it runs, else buildah. `--base debootstrap` makes the base image from Debian's packages, for
 * machines that reach no registry. Kept in ~/.cache/tandem, or TANDEM_CACHE.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { baseImage, buildahEnv, ensurePrograms, makeBase } from './images/base.ts';
import { assemble, type ImageName, imageNames, run } from './images/programs.ts';

const root = join(import.meta.dirname, '..');
const cache = process.env['TANDEM_CACHE'] ?? join(homedir(), '.cache/tandem');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    base: { type: 'string', default: 'registry' },
    tag: { type: 'string', default: version },
    'contexts-only': { type: 'boolean', default: false },
  },
});

try {
  buildImages();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function buildImages(): void {
  const names = positionals.length === 0 ? imageNames : positionals.map(known);
  if (values.base !== 'registry' && values.base !== 'debootstrap')
    throw new Error('--base is "registry" or "debootstrap".');
  const builder = values['contexts-only'] ? null : chooseBuilder();
  if (builder === 'buildah' && values.base === 'debootstrap') makeBase(cache);
  for (const name of names) {
    const startedAt = process.hrtime.bigint();
    const context = join(cache, 'images', name);
    assemble(name, context, version);
    if (builder !== null) build(builder, name, context);
    const archive = builder === null || values.out === undefined ? null : write(builder, name, resolve(values.out));
    const seconds = (Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(0);
    console.log(`${name}: ${seconds} s${archive === null ? '' : `, ${sizeOf(archive)} MB in ${archive}`}`);
  }
}

function known(name: string): ImageName {
  const found = imageNames.find((each) => each === name);
  if (found === undefined) throw new Error(`"${name}" is no image; there are ${imageNames.join(', ')}.`);
  return found;
}

type Builder = 'docker' | 'buildah';

/** A docker command without a daemon behind it is of no use. */
function chooseBuilder(): Builder {
  const hasDocker =
    spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore' }).status === 0;
  if (hasDocker && values.base === 'registry') return 'docker';
  ensurePrograms(['buildah']);
  return 'buildah';
}

function imageOf(name: ImageName): string {
  return `tandem-${name}:${values.tag}`;
}

function build(builder: Builder, name: ImageName, context: string): void {
  const revision = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();
  const args = ['--build-arg', `VERSION=${version}`, '--build-arg', `REVISION=${revision}`, '--tag', imageOf(name)];
  if (builder === 'docker') {
    run('docker', ['build', '--quiet', ...args, context]);
    return;
  }
  const pull = values.base === 'debootstrap' ? ['--pull-never', '--from', baseImage] : [];
  run('buildah', ['bud', '--quiet', ...pull, ...args, context], { env: buildahEnv });
}

/** Writes the image as an OCI archive and gives its path. */
function write(builder: Builder, name: ImageName, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, `tandem-${name}.tar`);
  rmSync(archive, { force: true });
  if (builder === 'docker') run('docker', ['save', '--output', archive, imageOf(name)]);
  else {
    // Under its whole name, which is the one that nodes look for when a pod says `tandem-NAME:VERSION`.
    run('buildah', ['push', '--quiet', imageOf(name), `oci-archive:${archive}:docker.io/library/${imageOf(name)}`], {
      env: buildahEnv,
    });
  }
  return archive;
}

/** In megabytes. */
function sizeOf(file: string): string {
  return (statSync(file).size / 1e6).toFixed(0);
}
