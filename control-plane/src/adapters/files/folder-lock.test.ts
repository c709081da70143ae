import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.ts';
import { lockFolder } from './folder-lock.ts';

describe('the data folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('belongs to one holder at a time', async () => {
    const first = await lockFolder(folder);
    assert.equal(first.kind, 'held');
    assert.deepEqual(await lockFolder(folder), { kind: 'locked', pid: process.pid });
    if (first.kind === 'held') await first.lock.release();
    assert.equal((await lockFolder(folder)).kind, 'held');
  });

  it('passes to one of many when its holder is gone', async () => {
    for (const stale of [
      '{"pid":4194999,"started":"1"}',
      `{"pid":${process.pid},"started":"1"}`,
      'garbage',
      '',
      '"free"',
    ]) {
      for (let round = 0; round < 20; round += 1) {
        const newest = (await readdir(folder)).find((name) => name.startsWith('lock-')) ?? 'lock-1';
        await writeFile(join(folder, newest), stale);
        const tries = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
        assert.equal(tries.filter((each) => each.kind === 'held').length, 1, stale);
        for (const each of tries) if (each.kind === 'held') await each.lock.release();
        assert.equal((await readdir(folder)).length, 1);
      }
    }
  });

  it('keeps one secret that only its owner may read', async () => {
    const first = await openDataFolder(folder);
    assert.ok(first.kind === 'open');
    await first.folder.release();
    const second = await openDataFolder(folder);
    assert.ok(second.kind === 'open');
    assert.deepEqual(second.folder.secret, first.folder.secret);
    assert.equal((await stat(join(folder, 'secret'))).mode & 0o777, 0o600);
    await second.folder.release();
  });

  it('refuses a folder of a newer version and leaves it as it is', async () => {
    await writeFile(join(folder, 'format.json'), '{"format":7}');
    assert.deepEqual(await openDataFolder(folder), { kind: 'newer', format: 7, known: 1 });
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !name.startsWith('lock-')),
      ['format.json'],
    );
    assert.equal(await readFile(join(folder, 'format.json'), 'utf8'), '{"format":7}');
  });
});
