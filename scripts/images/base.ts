import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './programs.ts';

/** The base that stands in for the one that all our Dockerfiles name, where no registry is in reach. */
export const baseImage = 'localhost/debian:bookworm-slim';

/** buildah as it works in a container without privileges of its own: no overlay, no namespaces. */
export const buildahEnv = { STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot', BUILDAH_FORMAT: 'oci' } as const;

/** What the public image leaves out, too: manuals, translations, caches. */
const trimmed = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/info',
  'usr/share/lintian',
  'usr/share/zoneinfo/right',
  'var/cache',
  'var/log',
  'var/lib/apt/lists',
];

const leaveOut = `path-exclude /usr/share/doc/*
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/info/*
`;

/** Installs Debian packages where a program is missing. Throws a sentence if that needs somebody else. */
export function ensurePrograms(programs: readonly string[]): void {
  const missing = programs.filter((each) => spawnSync('sh', ['-c', `command -v ${each}`]).status !== 0);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`Install ${missing.join(' and ')}, or start this as root.`);
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/**
 * Makes the base image from Debian's packages and puts it in buildah's store, for
 * machines that reach no registry. Its file system is kept in `cache` for the next time.
 */
export function makeBase(cache: string): void {
  const has = spawnSync('buildah', ['inspect', '--type', 'image', baseImage], {
    env: { ...process.env, ...buildahEnv },
  });
  if (has.status === 0) return;
  ensurePrograms(['debootstrap']);
  const archive = join(cache, 'debian-bookworm-slim.tar');
  if (!existsSync(archive)) {
    const folder = join(cache, 'debian-bookworm-slim.part');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    run('debootstrap', ['--variant=minbase', 'bookworm', folder]);
    for (const path of trimmed) rmSync(join(folder, path), { recursive: true, force: true });
    // Packages need these to be there when they are installed on top.
    for (const path of ['var/cache/apt/archives/partial', 'var/log', 'var/lib/apt/lists/partial'])
      mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'etc/dpkg/dpkg.cfg.d/slim'), leaveOut);
    run('tar', ['--numeric-owner', '--sort=name', '-C', folder, '-cf', `${archive}.part`, '.']);
    renameSync(`${archive}.part`, archive);
    rmSync(folder, { recursive: true, force: true });
  }
  const made = spawnSync('buildah', ['from', 'scratch'], { encoding: 'utf8', env: { ...process.env, ...buildahEnv } });
  const container = made.stdout.trim();
  if (made.status !== 0) throw new Error(`buildah cannot begin an image: ${made.stderr.trim()}`);
  run('buildah', ['add', '--quiet', container, archive, '/'], { env: buildahEnv });
  run(
    'buildah',
    [
      'config',
      '--cmd',
      '["bash"]',
      '--env',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      container,
    ],
    {
      env: buildahEnv,
    },
  );
  run('buildah', ['commit', '--quiet', '--rm', container, baseImage], { env: buildahEnv });
}
