/** What both conformance runners share: their arguments, the walk over a folder of cases, and what is printed. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compactJson, type Value } from '@tandem/shared/values';
import type { Difference } from './compare.ts';
import type { Settled } from './divergences.ts';
import { caseNames } from './read-case.ts';

/** Runs every case of the folder that was asked for and prints what differs; gives the exit code. */
export function runCases(
  command: string,
  args: readonly string[],
  run: (folder: string, name: string) => Settled,
): number {
  const asked = readArguments(command, args);
  if (asked === null) return 2;
  const names = caseNames(asked.folder, asked.word);
  let failed = 0;
  for (const name of names) {
    const { open, decided } = outcome(run, asked.folder, name);
    const [first, ...more] = open;
    if (first !== undefined) {
      failed += 1;
      say(`FAIL ${name}\n${describe(first)}${more.length > 0 ? `\n  and ${more.length} more` : ''}`);
      if (asked.verbose) for (const each of more) say(describe(each));
    } else if (asked.verbose) say(`pass ${name}`);
    if (asked.verbose)
      for (const each of decided) say(`  ${each.pointer} differs as decided: ${each.reason} (${each.demandedBy})`);
  }
  if (names.length === 0) say('There is no case here.');
  say(`${names.length - failed} passed, ${failed} failed`);
  return failed > 0 || names.length === 0 ? 1 : 0;
}

/** A throw is a bug of ours or of the case: it fails this case and lets the others run. */
function outcome(run: (folder: string, name: string) => Settled, folder: string, name: string): Settled {
  try {
    return run(folder, name);
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
  command: string,
  args: readonly string[],
): { readonly folder: string; readonly word: string; readonly verbose: boolean } | null {
  try {
    const options = { verbose: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, word = '', ...more] = positionals;
    if (folder !== undefined && more.length === 0 && existsSync(folder)) return { folder, word, ...values };
    process.stderr.write(`Give a folder of cases: pnpm ${command} DIR [WORD] [--verbose]\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  return null;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
