import type { Cluster } from '../../support/cluster.ts';
import { busyboxRoot } from '../../support/image.ts';
import { tar } from '../../support/tar.ts';

/** An image in which `tandem-helper` is this script: helpers of runs that behave as badly as a test likes. */
export async function importHelper(cluster: Cluster, name: string, script: string): Promise<string> {
  const image = `docker.io/library/${name}:test`;
  const end = 1024; // Two empty blocks end an archive; what follows them is not read.
  const root = await busyboxRoot();
  const helper = tar([
    { path: 'bin/tandem-helper', kind: 'file', content: Buffer.from(`#!/bin/sh\n${script}\n`), mode: 0o755 },
  ]);
  await cluster.importImage(image, Buffer.concat([root.subarray(0, root.length - end), helper]));
  return image;
}
