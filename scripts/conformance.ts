/** Runs the compiler over case folders: `pnpm conformance DIR [WORD] [--verbose]`. Only cases with the word in their name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compactJson, type Value } from '@tandem/shared/values';
import type { Difference } from './conformance/compare.ts';
import { readDivergences, type Settled } from './conformance/divergences.ts';
import { caseNames, readCase } from './conformance/read-case.ts';
import { runCase } from './conformance/run-case.ts';

const listed = readDivergences(join(import.meta.dirname, '../test/conformance/divergences.json'));

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const asked = readArguments(args);
  if (asked === null) return 2;
  const names = caseNames(asked.folder, asked.word);
  let failed = 0;
  for (const name of names) {
    const { open, decided } = outcome(asked.folder, name);
    if (open[0] !== undefined) {
      failed += 1;
      say(`FAIL ${name}\n${describe(open[0])}${open.length > 1 ? `\n  and ${open.length - 1} more` : ''}`);
      if (asked.verbose) for (const each of open.slice(1)) say(describe(each));
    } else if (asked.verbose) say(`pass ${name}`);
    if (asked.verbose)
      for (const each of decided) say(`  ${each.pointer} differs as decided: ${each.reason} (${each.demandedBy})`);
  }
  if (names.length === 0) say('There is no case here.');
  say(`${names.length - failed} passed, ${failed} failed`);
  return failed > 0 || names.length === 0 ? 1 : 0;
}

/** A throw is a bug of ours or of the case: it fails this case and lets the others run. */
function outcome(folder: string, name: string): Settled {
  try {
    return runCase(
      readCase(folder, name),
      listed.filter((each) => each.case === name),
    );
  } catch (error) {
    const note = error instanceof Error ? (error.stack ?? error.message).split('\n', 2).join('') : String(error);
    return { open: [{ pointer: '', expected: null, got: null, note }], decided: [] };
  }
}

function describe({ pointer, expected, got, note }: Difference): string {
  const said = note === undefined ? '' : `\n  ${note}`;
  return `  ${pointer === '' ? '(whole case)' : pointer}: expected ${shown(expected)}, got ${shown(got)}${said}`;
}

function shown(value: Value): string {
  return value === null ? 'nothing' : compactJson(value);
}

/** What was asked for; null: it was not understood, and one sentence has said so. */
function readArguments(
  args: readonly string[],
): { readonly folder: string; readonly word: string; readonly verbose: boolean } | null {
  try {
    const options = { verbose: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, word = '', ...more] = positionals;
    if (folder !== undefined && more.length === 0 && existsSync(folder)) return { folder, word, ...values };
    process.stderr.write('Give a folder of cases: pnpm conformance DIR [WORD] [--verbose]\n');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return null;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
