import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersOf } from './watch-files.ts';

describe('the folders of watched files', () => {
  let cwd: string;

  before(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'tandem-watch-')));
    mkdirSync(join(cwd, 'sub'));
    writeFileSync(join(cwd, 'a.yaml'), '');
    symlinkSync('../a.yaml', join(cwd, 'sub', 'link.yaml'));
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it('have the names that count, also of files that are not there yet', () => {
    assert.deepEqual(
      foldersOf(cwd, ['a.yaml', 'sub/new.yaml', 'b.yaml']),
      new Map([
        [cwd, new Set(['a.yaml', 'b.yaml'])],
        [join(cwd, 'sub'), new Set(['new.yaml'])],
      ]),
    );
  });

  it('are those of a link and of what it leads to', () => {
    assert.deepEqual(
      foldersOf(cwd, ['sub/link.yaml']),
      new Map([
        [join(cwd, 'sub'), new Set(['link.yaml'])],
        [cwd, new Set(['a.yaml'])],
      ]),
    );
  });

  it('are the nearest ones that are there, for whatever comes', () => {
    const folders = foldersOf(cwd, ['sub/deep/er/x.yaml', 'sub/y.yaml']);
    assert.deepEqual(folders, new Map([[join(cwd, 'sub'), 'any']]));
  });

  it('end at the root', () => {
    assert.deepEqual(foldersOf('/', ['x.yaml']), new Map([['/', new Set(['x.yaml'])]]));
  });
});
