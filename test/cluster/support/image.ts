import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { run } from './command.ts';
import { type TarEntry, tar } from './tar.ts';

/** The part of an image's configuration that tests need, in the words of the image format. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** An OCI archive of an image with one layer, the root file system in a tar, under a name such as `docker.io/library/busybox:test`. */
export function imageArchive(name: string, rootFileSystem: Buffer, config: ImageConfig): Buffer {
  const image = json({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: { ...config, Env: [path, ...(config.Env ?? [])] },
    rootfs: { type: 'layers', diff_ids: [digest(rootFileSystem)] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: described('config.v1+json', image),
    layers: [described('layer.v1.tar', rootFileSystem)],
  });
  const index = json({
    schemaVersion: 2,
    manifests: [{ ...described('manifest.v1+json', manifest), annotations: { 'io.containerd.image.name': name } }],
  });
  const blobs = [image, manifest, rootFileSystem].map((content) =>
    file(`blobs/sha256/${digest(content).slice(7)}`, content),
  );
  return tar([file('oci-layout', json({ imageLayoutVersion: '1.0.0' })), file('index.json', index), ...blobs]);
}

/** A root file system with Debian's static busybox, its applets, and the folders that programs expect. */
export async function busyboxRoot(): Promise<Buffer> {
  const busybox = '/bin/busybox';
  const applets = (await run([busybox, '--list'])).trim().split('\n');
  const folders = ['bin', 'etc', 'proc', 'root', 'sys', 'tmp', 'var'];
  return tar([
    ...folders.map((each): TarEntry => ({ path: `${each}/`, kind: 'folder', mode: each === 'tmp' ? 0o1777 : 0o755 })),
    { path: 'bin/busybox', kind: 'file', content: readFileSync(busybox), mode: 0o755 },
    ...applets
      .filter((each) => each !== 'busybox')
      .map((each): TarEntry => ({ path: `bin/${each}`, kind: 'link', target: 'busybox' })),
    file('etc/passwd', Buffer.from('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n')),
    file('etc/group', Buffer.from('root:x:0:\nnobody:x:65534:\n')),
  ]);
}

function file(path: string, content: Buffer): TarEntry {
  return { path, kind: 'file', content, mode: 0o644 };
}

function described(kind: string, content: Buffer): object {
  return { mediaType: `application/vnd.oci.image.${kind}`, size: content.length, digest: digest(content) };
}

function digest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
