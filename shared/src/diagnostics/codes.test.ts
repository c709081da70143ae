import assert from 'node:assert/strict';
import { aRun } from '../compile/a-run.ts';
import { check, compile, type ParamOption, paramOption } from '../compile/index.ts';
import { type Code, codes } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Codes whose cause is too large for a page, no file at all, or known to a server alone; each has a test of its own. */
const withoutExample: readonly Code[] = [
  'parse/no-file',
  'parse/too-large',
  'parse/bad-json',
  'parse/too-many-nodes',
  'assemble/unfolds-too-far',
  'graph/too-many-edges',
  'seal/too-large',
  'references/too-long',
  'params/too-long',
  'create/not-run-yet',
  'references/not-finished',
  'references/no-such-value',
  'access/component',
  'access/queue',
  'access/connection',
  'access/namespace',
  'access/preset',
  'queues/no-agent',
  'queues/kind-not-run',
];

/** Everything that an example says, through both halves of stage 1. */
function diagnosticsOf(example: string): readonly Diagnostic[] {
  const options: ParamOption[] = [];
  for (const [, text = ''] of example.matchAll(/^# -P (.*)$/gm)) {
    const option = paramOption(text);
    if (!option.ok) return option.problems;
    options.push(option.value);
  }
  const checked = check({ files: [{ name: 'example.yaml', text: example }], params: options });
  if (!checked.ok) return checked.problems;
  const compiled = compile(checked.value, { run: aRun({}) });
  return [...checked.warnings, ...(compiled.ok ? compiled.warnings : compiled.problems)];
}

describe('codes', () => {
  for (const [code, entry] of Object.entries(codes)) {
    it(`${code} is produced by its example`, () => {
      if (entry.example === '') {
        assert.ok(withoutExample.some((each) => each === code));
        return;
      }
      assert.ok(diagnosticsOf(entry.example).some((each) => each.code === code));
    });
  }
});
