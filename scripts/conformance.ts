/** Runs the compiler over case folders: `pnpm conformance DIR [WORD] [--verbose]`. Only cases with the word in their name. */
import { join } from 'node:path';
import { readDivergences } from './conformance/divergences.ts';
import { readCase } from './conformance/read-case.ts';
import { runCase } from './conformance/run-case.ts';
import { runCases } from './conformance/run-cases.ts';

const listed = readDivergences(join(import.meta.dirname, '../test/conformance/divergences.json'));

process.exitCode = runCases('conformance', process.argv.slice(2), (folder, name) =>
  runCase(
    readCase(folder, name),
    listed.filter((each) => each.case === name),
  ),
);
