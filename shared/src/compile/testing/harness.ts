import assert from 'node:assert/strict';
import { toJson } from '../../diagnostics/print.ts';
import type { Outcome } from '../../outcome/index.ts';
import { compactJson } from '../../values/print.ts';
import { sealedToValue } from '../../wire/sealed-json.ts';
import type { SealedMap } from '../../wire/sealed-spec.ts';
import { aRun } from '../a-run.ts';
import type { Checked } from '../drafts.ts';
import type { Facts, RunEntity } from '../facts.ts';
import type { Submission } from '../parse.ts';
import type { Compiled } from '../seal.ts';
import { check, compile } from '../stages.ts';

/** The offline stages over one file. */
export function checked(yaml: string, more: Partial<Submission> = {}): Outcome<Checked> {
  return check({ files: [{ name: 'main.yaml', text: yaml }], params: [], ...more });
}

/** All of stage 1 over one file. */
export function compiled(yaml: string, facts: Partial<Facts> = {}, more: Partial<Submission> = {}): Outcome<Compiled> {
  const outcome = checked(yaml, more);
  if (!outcome.ok) return outcome;
  const { name, kind, runtime } = outcome.value;
  return compile(outcome.value, { run: aRun({ name, kind, runtime }), ...facts });
}

/** The value; the test ends with the problems when there is none. */
export function must<T>(outcome: Outcome<T>): T {
  assert.ok(
    outcome.ok,
    outcome.ok ? '' : outcome.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'),
  );
  return outcome.value;
}

/** What is wrong, or doubtful, as `code @ line:column`, in the order in which it is said. */
export function said(outcome: Outcome<unknown>): readonly string[] {
  return (outcome.ok ? outcome.warnings : outcome.problems).map((each) => {
    const { code, file, line, column } = toJson(each);
    return `${code} @ ${file === 'main.yaml' ? '' : `${file}:`}${line}:${column}`;
  });
}

/** A sealed body as JSON. */
export function bodyText(body: SealedMap): string {
  return compactJson(sealedToValue(body));
}

/** A job that prints its arguments, with sections before it. */
export function job(args: string, sections = ''): string {
  return `${sections}run: {kind: job, container: {image: i, args: ${args}}}\n`;
}

/** Another run, done and with nothing in it but what is said. */
export function aDoneRun(facts: Partial<RunEntity>): RunEntity {
  return {
    uuid: '1'.repeat(32),
    name: 'other',
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    kind: 'job',
    runtime: 'job',
    status: 'succeeded',
    condition: null,
    namespace: 'plx',
    inputs: new Map(),
    outputs: new Map(),
    artifacts: [],
    iteration: null,
    createdAt: '2026-01-01T00:00:00Z',
    compiledAt: null,
    scheduleAt: null,
    startedAt: null,
    finishedAt: null,
    duration: null,
    cloningKind: null,
    originalUuid: null,
    ...facts,
  };
}
