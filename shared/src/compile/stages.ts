import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { assemble } from './assemble.ts';
import { checkConditions } from './conditions.ts';
import type { Checked } from './drafts.ts';
import type { Facts, Questions } from './facts.ts';
import { addGlobals } from './globals.ts';
import { checkGraph } from './graph.ts';
import { resolveJoins } from './joins.ts';
import { expandMatrix } from './matrix.ts';
import { resolveParams } from './params.ts';
import { parse, type Submission } from './parse.ts';
import { resolveReferences } from './references.ts';
import { sanitize } from './sanitize.ts';
import { type Compiled, seal } from './seal.ts';
import { checkTypes } from './type-check.ts';

/**
 * The offline half of stage 1, in order (decisions.md 11 and 12): the CLI runs it on local files, the server again.
 * Each line takes what the line above it gave, so swapping two does not compile. Pure; never throws.
 */
export function check(submission: Submission): Outcome<Checked> {
  const parsed = parse(submission);
  if (!parsed.ok) return parsed;
  const sanitized = sanitize(parsed.value);
  if (!sanitized.ok) return behind(parsed.warnings, sanitized);
  const assembled = assemble(sanitized.value);
  if (!assembled.ok) return behind(parsed.warnings, assembled);
  const typed = checkTypes(assembled.value);
  if (!typed.ok) return behind([...parsed.warnings, ...sanitized.warnings], typed);
  const graph = checkGraph(typed.value);
  return behind([...parsed.warnings, ...sanitized.warnings, ...assembled.warnings, ...typed.warnings], graph);
}

/** The other half, with the facts that `asks` named (access is checked between the two, by whoever has the grants). */
export function compile(checked: Checked, facts: Facts): Outcome<Compiled> {
  const found = resolveReferences(checked, facts.entities);
  if (!found.ok) return found;
  const global = addGlobals(found.value, facts.run);
  if (!global.ok) return global;
  const params = resolveParams(global.value);
  if (!params.ok) return behind(global.warnings, params);
  const joined = resolveJoins(params.value);
  if (!joined.ok) return joined;
  const expanded = expandMatrix(joined.value);
  if (!expanded.ok) return expanded;
  const decided = checkConditions(expanded.value);
  if (!decided.ok) return behind([...global.warnings, ...params.warnings], decided);
  const sealed = behind([...global.warnings, ...params.warnings], seal(decided.value, facts));
  return sealed.ok ? done({ ...sealed.value, warnings: sealed.warnings }, sealed.warnings) : sealed;
}

/** What an operation asks of others: connections, a queue, presets and other runs. */
export function asks(checked: Checked): Questions {
  const isTemplate = (text: string | null): boolean => text !== null && (text.includes('{{') || text.includes('{%'));
  return {
    connections: checked.connections,
    queue: isTemplate(checked.queue) ? null : checked.queue,
    namespace: isTemplate(checked.namespace) ? null : checked.namespace,
    presets: checked.presets.filter((preset) => !isTemplate(preset)),
    runs: [],
    isPartial: checked.hasTemplates,
  };
}

/** Diagnostics of the stages before stand before those of this one, in the order of the work. */
function behind<T>(earlier: readonly Diagnostic[], outcome: Outcome<T>): Outcome<T> {
  if (earlier.length === 0) return outcome;
  return outcome.ok
    ? done(outcome.value, [...earlier, ...outcome.warnings])
    : failed([...earlier, ...outcome.problems]);
}
