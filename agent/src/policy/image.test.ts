import assert from 'node:assert/strict';
import { readImage } from './image.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const good: readonly (readonly [
  given: string,
  host: string,
  path: string,
  tag: string | null,
  digest: string | null,
])[] = [
  ['busybox', 'docker.io', 'library/busybox', null, null],
  ['busybox:1.36', 'docker.io', 'library/busybox', '1.36', null],
  ['acme/tool', 'docker.io', 'acme/tool', null, null],
  ['docker.io/acme/tool', 'docker.io', 'acme/tool', null, null],
  ['index.docker.io/busybox', 'docker.io', 'library/busybox', null, null],
  ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1', null],
  ['GHCR.io/a/b', 'ghcr.io', 'a/b', null, null],
  ['localhost/x', 'localhost', 'x', null, null],
  ['localhost:5000/x:y', 'localhost:5000', 'x', 'y', null],
  ['registry.example:5000/x', 'registry.example:5000', 'x', null, null],
  [`registry.example:5000/x:y@${digest}`, 'registry.example:5000', 'x', 'y', digest],
  [`busybox@${digest}`, 'docker.io', 'library/busybox', null, digest],
  ['[::1]:5000/x', '[::1]:5000', 'x', null, null],
  ['ghcr.io', 'docker.io', 'library/ghcr.io', null, null],
  ['a__b/c--d.e_f', 'docker.io', 'a__b/c--d.e_f', null, null],
];

const bad = [
  '',
  ':tag',
  'a:',
  'a/',
  '/a',
  'a//b',
  'a/B',
  'a b',
  'a:b:c',
  'a@sha256:short',
  `a@md5:${'a'.repeat(32)}`,
  `a@${digest}@${digest}`,
  'https://ghcr.io/a',
  'ghcr.io/../a',
  'ghcr.io:port/a',
  '-a/b.c',
  `${'a'.repeat(256)}`,
  'ghcr.io/a:tag/b',
  'ghcr.io@evil.example/a',
];

describe('images', () => {
  for (const [given, ...expected] of good)
    it(`reads ${given}`, () => {
      const read = readImage(given);
      assert.deepEqual([read?.host, read?.path, read?.tag, read?.digest], expected);
    });
  for (const given of bad) it(`refuses "${given.slice(0, 30)}"`, () => assert.equal(readImage(given), null));
});
