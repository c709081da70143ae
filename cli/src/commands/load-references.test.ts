import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '@tandem/shared/compile';
import { loadReferences } from './load-references.ts';
import { mostBytes } from './read-text.ts';

const job = 'run: {kind: job, container: {image: i}}\n';

describe('loading what files refer to', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'tandem-refs-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  };

  /** The files that were tried, and what check says then. */
  const load = async (
    text: string,
    name = 'main.yaml',
  ): Promise<{ readonly names: readonly string[]; readonly says: readonly string[] }> => {
    const { submission, names } = await loadReferences(cwd, { files: [{ name, text }], params: [] });
    const outcome = check(submission);
    return { names, says: (outcome.ok ? outcome.warnings : outcome.problems).map((each) => each.message) };
  };

  it('follows references from the file that has them, and reads each file once', async () => {
    put('sub/a.yaml', 'pathRef: ../b.yaml\n');
    put('b.yaml', job);
    const ops = '{name: x, pathRef: a.yaml}, {name: y, pathRef: ../b.yaml}';
    const { names, says } = await load(`run: {kind: dag, operations: [${ops}]}\n`, 'sub/main.yaml');
    assert.deepEqual(says, []);
    assert.deepEqual(names, ['sub/a.yaml', 'b.yaml']);
  });

  it('takes names as typed, also whole ones', async () => {
    put('b.yaml', job);
    const { names, says } = await load('pathRef: b.yaml\n', join(cwd, 'main.yaml'));
    assert.deepEqual(says, []);
    assert.deepEqual(names, [join(cwd, 'b.yaml')]);
  });

  it('ends where files refer to each other', async () => {
    put('a.yaml', 'pathRef: b.yaml\n');
    put('b.yaml', 'pathRef: a.yaml\n');
    const { names, says } = await load('pathRef: a.yaml\n');
    assert.deepEqual(names, ['a.yaml', 'b.yaml']);
    assert.deepEqual(says, ['The reference leads back to itself: a.yaml → b.yaml → a.yaml.']);
  });

  it('ends where a link gives one file ever new names', async () => {
    put('a.yaml', 'pathRef: x/a.yaml\n');
    symlinkSync('.', join(cwd, 'x'));
    const { names, says } = await load('pathRef: a.yaml\n');
    assert.equal(says.length, 1);
    assert.ok(names.length <= 51, `${names.length} files were read`);
  });

  const gaps: readonly (readonly [string, string, string])[] = [
    ['a file that is not there', 'nope.yaml', '"nope.yaml" does not exist.'],
    ['a file behind a file', 'plain/x.yaml', '"plain/x.yaml" does not exist.'],
    ['a folder', 'folder', '"folder" is a folder.'],
    ['a device that never ends', '/dev/zero', '"/dev/zero" is no plain file.'],
    ['a file that is too large', 'big', `"big" has ${mostBytes + 1} bytes; an operation may have ${mostBytes}.`],
  ];
  for (const [says, ref, message] of gaps) {
    it(`says it of ${says}`, async () => {
      mkdirSync(join(cwd, 'folder'));
      put('plain', '');
      put('big', '');
      truncateSync(join(cwd, 'big'), mostBytes + 1);
      assert.deepEqual((await load(`pathRef: ${ref}\n`)).says, [message]);
    });
  }

  it('has a limit for all files together', async () => {
    const half = `# ${'x'.repeat(mostBytes / 2)}\n`;
    for (const name of ['a', 'b']) put(`${name}.yaml`, half);
    const { says } = await load(
      'run: {kind: dag, operations: [{name: a, pathRef: a.yaml}, {name: b, pathRef: b.yaml}]}\n',
    );
    assert.ok(says.includes(`"b.yaml" is too much: files that are referred to may have ${mostBytes} bytes together.`));
  });

  it('leaves open what only a server has', async () => {
    const { names, says } = await load('hubRef: train\npresets: [small]\n');
    assert.deepEqual(names, []);
    assert.equal(says.length, 2); // One of the component, one of the preset.
  });
});
