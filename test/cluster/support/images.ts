import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseImage, buildahEnv } from '../../../scripts/images/base.ts';
import type { Cluster } from './cluster.ts';
import { run } from './command.ts';

const root = join(import.meta.dirname, '../../..');

/** The image that the examples name, with the examples in it: `docker.io/library/node:24`. */
const nodeImage = 'docker.io/library/node:24';

/**
 * Builds the images of the product from their Dockerfiles and gives them to the nodes of a cluster, as a cluster would pull
 * them: `tandem-agent:test`, `tandem-helper:test`; and the image that the examples run in.
 */
export async function importImages(cluster: Cluster): Promise<void> {
  const out = join(cluster.folder, 'images');
  const build = [
    '--conditions=source',
    'scripts/images.ts',
    'agent',
    'helper',
    '--base',
    'debootstrap',
    '--tag',
    'test',
  ];
  await run([process.execPath, ...build, '--out', out], { cwd: root });
  await buildNodeImage(join(cluster.folder, 'node-image'), join(out, 'node.tar'));
  for (const name of ['tandem-agent', 'tandem-helper', 'node']) await cluster.importArchive(join(out, `${name}.tar`));
}

/** Node as it is in the lock file on the usual base. */
async function buildNodeImage(context: string, archive: string): Promise<void> {
  mkdirSync(context, { recursive: true });
  cpSync(join(root, 'examples'), join(context, 'examples'), { recursive: true });
  cpSync(process.execPath, join(context, 'node'));
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM ${baseImage}\nCOPY node /usr/local/bin/node\nCOPY examples /examples\n`,
  );
  const options = { env: { ...process.env, ...buildahEnv } };
  await run(['buildah', 'bud', '--quiet', '--pull-never', '--tag', nodeImage, context], options);
  await run(['buildah', 'push', '--quiet', nodeImage, `oci-archive:${archive}:${nodeImage}`], options);
}
