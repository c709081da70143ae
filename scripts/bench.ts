/** Runs the benchmarks of `test/bench` on the bundles: `pnpm bench NAME [--json] [--only PART] [--peer PYTHON]`, `pnpm bench --list`. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, BenchOptions } from '../test/bench/support/case.ts';
import { jsonLine, tableLine, tableTitle } from '../test/bench/support/print.ts';

const folder = join(import.meta.dirname, '../test/bench');
const names = globSync('*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .sort();

// Not `exitCode`: a hook of the embedded Postgres ends the process with 0 before that counts.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (read === null) return 2;
  if (read.list) {
    for (const name of names) {
      const { about, parts = [] } = await load(name);
      say(`${name}  ${about}${parts.length === 0 ? '' : `; --only ${parts.join(' | ')}`}`);
    }
    return 0;
  }
  const bench = await load(read.name);
  const parts = bench.parts ?? [];
  if (read.only !== null && !parts.includes(read.only)) {
    const there = parts.length === 0 ? 'has no parts' : `has the parts ${parts.join(', ')}`;
    process.stderr.write(`The benchmark "${read.name}" ${there}, and no "${read.only}".\n`);
    return 2;
  }
  if (!read.json) say(tableTitle);
  await bench.run((result) => say(read.json ? jsonLine(read.name, result) : tableLine(result)), {
    peer: read.peer,
    only: read.only,
  });
  return 0;
}

/** What was asked for; null: it was not understood, and one sentence has said so. */
function readArguments(
  args: readonly string[],
): (BenchOptions & { readonly name: string; readonly json: boolean; readonly list: boolean }) | null {
  const options = {
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    peer: { type: 'string' },
    only: { type: 'string' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name = '', ...more] = positionals;
    if (values.list || (names.includes(name) && more.length === 0))
      return { ...values, name, peer: values.peer ?? null, only: values.only ?? null };
    const asked = positionals.length === 0 ? 'Name a benchmark' : `"${positionals.join(' ')}" is no benchmark`;
    process.stderr.write(`${asked}; there are ${names.join(', ')}.\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return null;
}

async function load(name: string): Promise<Bench> {
  const { bench } = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { readonly bench: Bench };
  return bench;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
