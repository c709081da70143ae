/** Differences that were decided: the reviewed list `test/conformance-k8s/divergences.json`. */
import { readFileSync } from 'node:fs';
import { valueAt } from '../conformance/compare.ts';
import { type Divergence, divergencesOf } from '../conformance/divergences.ts';
import { readJsonText } from '../conformance/read-case.ts';
import { listAt, parsed, textAt } from './json.ts';
import { ruleNames } from './rules.ts';

export interface Decided {
  /** Names of rules that hold in every case. */
  readonly rules: readonly string[];
  readonly cases: readonly Divergence[];
}

/** Throws when an entry says no reason, or names a rule that there is not. */
export function readDecided(path: string): Decided {
  const text = readFileSync(path, 'utf8');
  const rules = listAt(parsed(text), 'rules').map((entry) => {
    const name = textAt(entry, 'rule') ?? '';
    const isSaid = ['reason', 'demanded_by'].every((key) => (textAt(entry, key) ?? '') !== '');
    if (!isSaid || !ruleNames.has(name)) throw new Error(`${path}: the rule "${name}" is unknown or has no reason.`);
    return name;
  });
  return { rules, cases: divergencesOf(valueAt(readJsonText(text, path), '/cases'), path) };
}
