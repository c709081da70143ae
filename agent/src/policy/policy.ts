import { sha256Hex } from '@tandem/shared/wire';
import { type PolicyDocument, type Restriction, restrictionShape, withDefaults } from './policy-shape.ts';
import { type Rules, rulesOf } from './rules.ts';

/** What runs are held to: the agent's own document, and further ones that can only refuse. */
export interface Policy {
  /** The agent's own first. */
  readonly documents: readonly Restriction[];
  readonly rules: Rules;
  /** One of the documents cannot be read, so everything is denied. */
  readonly isUnreadable: boolean;
}

/** A policy can be used however it was read: one with problems denies everything. */
export interface PolicyRead {
  readonly ok: boolean;
  /** Sentences for the admin, each with the place in the document; none where it is fine. They stay with the agent. */
  readonly problems: readonly string[];
  readonly policy: Policy;
}

/** A further document as read: null denies everything. */
export interface RestrictionRead {
  readonly problems: readonly string[];
  readonly restriction: Restriction | null;
}

/** Reads the agent's own policy, the `policy` section of its configuration. Nothing at all gives the defaults: deny. */
export function readPolicy(given: unknown): PolicyRead {
  const { problems, restriction } = readRestriction(given ?? {});
  return {
    ok: restriction !== null,
    problems,
    policy: policyOf(restriction === null ? null : withDefaults(restriction), []),
  };
}

/** Reads a document that can only add refusals: what it does not mention, it does not restrict. */
export function readRestriction(given: unknown): RestrictionRead {
  const parsed = restrictionShape.safeParse(given);
  if (parsed.success) return { problems: [], restriction: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `policy${path.map(inPath).join('')}: ${message}`);
  return { problems, restriction: null };
}

/**
 * The policy and further documents together. It denies what any of them denies; a document that could not be read (null)
 * denies everything (trust.md 4).
 */
export function narrow(local: Policy, others: readonly (Restriction | null)[]): Policy {
  const all = [...local.documents, ...others.filter((each) => each !== null)];
  return made(all, local.isUnreadable || others.includes(null));
}

/** sha256 of the policy in canonical JSON, as Hello and verdicts carry it. Defaults that are written out change nothing. */
export function policyHash(policy: Policy): string {
  const { documents, isUnreadable } = policy;
  return sha256Hex(new TextEncoder().encode(canonical({ documents, isUnreadable })));
}

function policyOf(local: PolicyDocument | null, others: readonly Restriction[]): Policy {
  // Even if nobody looked at `isUnreadable`, the rules would be those of somebody who allows nothing.
  return made([local ?? withDefaults({}), ...others], local === null);
}

function made(documents: readonly Restriction[], isUnreadable: boolean): Policy {
  return { documents, rules: rulesOf(documents), isUnreadable };
}

/** JSON with the keys of every map in the order of their code units, and without what is undefined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function inPath(segment: PropertyKey): string {
  return typeof segment === 'number' ? `[${segment}]` : `.${String(segment)}`;
}
