import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Most lines of a source file, and of a test (style-anchors B.7). Generated files and the catalogue of diagnostics, a table, are exempt. */
const limits = { source: 400, test: 600 } as const;
const tables = new Set(['shared/src/diagnostics/codes.ts', 'shared/src/schema/operation.ts']);

/** The files that git knows, or would add, which are over their limit. */
export function tooLongFiles(root: string): readonly { readonly file: string; readonly lines: number }[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs', '*.cjs'],
    { cwd: root, encoding: 'utf8' },
  );
  return listed
    .split('\n')
    .filter((file) => file !== '' && !file.includes('/gen/') && !tables.has(file) && existsSync(join(root, file)))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ file, lines }) => lines > (file.endsWith('.test.ts') ? limits.test : limits.source));
}
