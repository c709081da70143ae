import type { Json } from '../compile/kubernetes/manifest.ts';
import { attacksOnObjects } from './attacks-on-objects.cases.ts';
import { attacksOnPods } from './attacks-on-pods.cases.ts';
import type { OrdinaryName } from './ordinary.cases.ts';

/** One change of an ordinary object, and what the default policy says to it. For tests (attacks.md V18). */
export interface Attack {
  readonly name: string;
  /** Default: the job. */
  readonly on?: OrdinaryName;
  /** Values by path; null takes a field away. A path that ends with `[+]` adds to a list. */
  readonly set: Readonly<Record<string, Json>>;
  /** Paths that are denied and the rules that deny; default: the one path that is set, by the rule. */
  readonly denied?: readonly string[];
  readonly rule: string;
}

export const attacks: readonly Attack[] = [...attacksOnPods, ...attacksOnObjects];
