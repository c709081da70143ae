/** Makes everything that is made from something else. With `--check` it changes nothing and fails where a file is not up to date. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generated } from './generated-files.ts';

const root = join(import.meta.dirname, '..');
const onlyCheck = process.argv.includes('--check');
const stale: string[] = [];

for (const [file, text] of Object.entries(await generated(root))) compare(file, text);
for (const [file, text] of Object.entries(protoFiles())) compare(file, text);

if (stale.length > 0) {
  console.log(`${onlyCheck ? 'not up to date' : 'written'}:\n${stale.map((file) => `  ${file}`).join('\n')}`);
  if (onlyCheck) process.exitCode = 1;
}
// Workers and databases of the generators are of no use any more.
process.exit();

function compare(file: string, text: string): void {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  stale.push(file);
  if (onlyCheck) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The TypeScript of the wire, generated in a copy so that a check leaves the tree alone. */
function protoFiles(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-gen-'));
  try {
    cpSync(join(root, 'proto/tandem'), join(folder, 'tandem'), { recursive: true });
    cpSync(join(root, 'proto/buf.yaml'), join(folder, 'buf.yaml'));
    const bin = join(root, 'node_modules/.bin');
    const template = readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8').replace('../node_modules/.bin', bin);
    writeFileSync(join(folder, 'buf.gen.yaml'), template);
    const result = spawnSync(join(bin, 'buf'), ['generate'], { cwd: folder, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`buf generate failed: ${result.stderr}`);
    const files = globSync('gen/**/*.ts', { cwd: folder });
    return Object.fromEntries(files.map((file) => [`proto/${file}`, readFileSync(join(folder, file), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
