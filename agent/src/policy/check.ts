import type { PolicyFacts } from './facts.ts';
import type { Rules } from './rules.ts';
import { emptyTally, type Tally } from './tally.ts';
import type { Volume } from './volume-source.ts';

/** A key of a map, or a place in a list. */
export type Segment = string | number;

/** Something in an object that the policy does not allow. */
export interface Violation {
  readonly kind: string;
  readonly name: string;
  /** Such as `spec.template.spec.containers[0].securityContext.privileged`; empty: the whole object. */
  readonly path: string;
  /** The rule that denied: the name of a field of the policy, or `fields` for what is on no list. */
  readonly rule: string;
  /** A sentence for whoever submitted the run. It says what the file said, and nothing of what the policy allows. */
  readonly message: string;
}

/** The state of one evaluation. It is passed down, since paths are needed for violations only. */
export interface Check {
  readonly rules: Rules;
  readonly facts: PolicyFacts;
  /** From the top of the object to what is looked at; who goes down pushes, and pops when coming back. */
  readonly path: Segment[];
  readonly violations: Violation[];
  /** What all pods of the run use together. */
  readonly tally: Tally;
  /** The object that is looked at. */
  object: { readonly kind: string; readonly name: string };
  /** The pod that is looked at: its volumes by name, and how often it is made. */
  volumes: ReadonlyMap<string, Volume>;
  copies: number;
  /** Workers that an autoscaler may make, where the object or another of the run says so. */
  mayGrowTo: number;
  /** The container that is looked at. */
  container: string;
}

export function newCheck(rules: Rules, facts: PolicyFacts): Check {
  return {
    rules,
    facts,
    path: [],
    violations: [],
    tally: emptyTally(),
    object: { kind: '', name: '' },
    volumes: new Map(),
    copies: 1,
    mayGrowTo: 0,
    container: '',
  };
}

/** Notes a violation here, or below at `more`. */
export function deny(check: Check, rule: string, message: string, ...more: readonly Segment[]): void {
  check.violations.push({ ...check.object, path: pathText([...check.path, ...more]), rule, message });
}

const plainKey = /^[A-Za-z_][\w-]*$/;
/** Keys are the user's: a longer one is cut in paths. */
const longestKey = 200;

function pathText(path: readonly Segment[]): string {
  let text = '';
  for (const each of path) {
    const segment = typeof each === 'string' && each.length > longestKey ? `${each.slice(0, longestKey)}…` : each;
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!plainKey.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}
