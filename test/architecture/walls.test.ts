import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { walls } from '../../scripts/walls.ts';
import { oxlintConfig } from '../../scripts/walls-config.ts';

const root = join(import.meta.dirname, '../..');

/** Lints one planted file in an otherwise empty tree, with the real configuration. */
function lint(files: Readonly<Record<string, string>>): { readonly code: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-walls-'));
  try {
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const result = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--quiet', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { code: result.status, output: result.stdout + result.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('walls', () => {
  for (const wall of walls) {
    it(`${wall.name}: ${wall.planted.code} in ${wall.planted.file} is reported`, () => {
      const { code, output } = lint({ [wall.planted.file]: `${wall.planted.code}\n` });
      assert.notEqual(code, 0, output);
      assert.match(output, new RegExp(wall.name));
    });
  }

  it('an import cycle is reported', () => {
    const { code, output } = lint({
      'shared/src/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
      'shared/src/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
    });
    assert.notEqual(code, 0, output);
    assert.match(output, /no-cycle/);
  });

  it('a file of 401 lines is reported', () => {
    const text = `${Array.from({ length: 401 }, (_, line) => `export const v${line} = ${line};`).join('\n')}\n`;
    const { code, output } = lint({ 'shared/src/long.ts': text });
    assert.notEqual(code, 0, output);
    assert.match(output, /max-lines/);
  });

  it('honest code passes, so the walls are no mere wall of errors', () => {
    const { code, output } = lint({
      'shared/src/compile/fine.ts':
        "import type { Span } from '../source/span.ts';\nexport const of = (span: Span): number => span.start;\n",
      'shared/src/source/span.ts': 'export interface Span {\n  readonly start: number;\n}\n',
    });
    assert.equal(code, 0, output);
  });

  it('the committed configuration is the one made from the table', async () => {
    const { readFile } = await import('node:fs/promises');
    assert.equal(await readFile(join(root, '.oxlintrc.json'), 'utf8'), oxlintConfig());
  });
});
