import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { assemble } from './assemble.ts';
import { checkConditions } from './conditions.ts';
import { checkCreation } from './creation.ts';
import type { Checked, Wanted, WithParams } from './drafts.ts';
import type { Facts, JoinQuery } from './facts.ts';
import { addGlobals } from './globals.ts';
import { checkGraph } from './graph.ts';
import { joinQueries, resolveJoins } from './joins.ts';
import { expandMatrix } from './matrix.ts';
import { resolveParams } from './params.ts';
import { parse, type Submission } from './parse.ts';
import { resolveReferences } from './references.ts';
import { sanitize, wantedBy } from './sanitize.ts';
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
  if (!assembled.ok) return behind([...parsed.warnings, ...sanitized.warnings], assembled);
  const typed = checkTypes(assembled.value);
  if (!typed.ok) return behind([...parsed.warnings, ...sanitized.warnings], typed);
  const graph = checkGraph(typed.value, submission.inPipeline ?? false);
  return behind([...parsed.warnings, ...sanitized.warnings, ...assembled.warnings, ...typed.warnings], graph);
}

/** The texts that a submission refers to and its library does not have yet. Ask again with what was found, until there are none. */
export function wantedTexts(submission: Submission): readonly Wanted[] {
  const parsed = parse(submission);
  return parsed.ok ? wantedBy(parsed.value) : [];
}

/** The other half, with the facts that `asks` named (access is checked between the two, by whoever has the grants). */
export function compile(checked: Checked, facts: Facts): Outcome<Compiled> {
  const params = upToParams(checked, facts);
  if (!params.ok) return params;
  const queries = joinQueries(params.value);
  if (!queries.ok) return behind(params.warnings, queries);
  const joined = resolveJoins(params.value, facts.joins ?? []);
  if (!joined.ok) return behind(params.warnings, joined);
  const expanded = expandMatrix(joined.value, facts);
  if (!expanded.ok) return behind(params.warnings, expanded);
  const decided = checkConditions(expanded.value);
  if (!decided.ok) return behind(params.warnings, decided);
  const sealed = behind(params.warnings, seal(decided.value, facts));
  return sealed.ok ? done({ ...sealed.value, warnings: sealed.warnings }, sealed.warnings) : sealed;
}

/** The queries of the operation's joins, which need its params: ask them, and give what they found to `compile`. */
export function queriesOf(checked: Checked, facts: Facts): Outcome<readonly JoinQuery[]> {
  const params = upToParams(checked, facts);
  return params.ok ? joinQueries(params.value) : params;
}

function upToParams(checked: Checked, facts: Facts): Outcome<WithParams> {
  const created = checkCreation(checked);
  if (!created.ok) return created;
  const found = resolveReferences(created.value, facts);
  if (!found.ok) return found;
  const global = addGlobals(found.value, facts.run, facts.origin);
  if (!global.ok) return global;
  return behind(global.warnings, resolveParams(global.value));
}

/** Diagnostics of the stages before stand before those of this one, in the order of the work. */
function behind<T>(earlier: readonly Diagnostic[], outcome: Outcome<T>): Outcome<T> {
  if (earlier.length === 0) return outcome;
  return outcome.ok
    ? done(outcome.value, [...earlier, ...outcome.warnings])
    : failed([...earlier, ...outcome.problems]);
}
