/** Converts case folders to Kubernetes objects: `pnpm conformance:k8s DIR [WORD] [--verbose]`. Only cases with the word in their name. */
import { join } from 'node:path';
import { runCases } from './conformance/run-cases.ts';
import { readDecided } from './conformance-k8s/decided.ts';
import { readCase } from './conformance-k8s/read-case.ts';
import { runCase } from './conformance-k8s/run-case.ts';

const decided = readDecided(join(import.meta.dirname, '../test/conformance-k8s/divergences.json'));

process.exitCode = runCases('conformance:k8s', process.argv.slice(2), (folder, name) =>
  runCase(
    readCase(folder, name),
    decided.rules,
    decided.cases.filter((each) => each.case === name),
  ),
);
