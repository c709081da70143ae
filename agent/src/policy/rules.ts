import { readQuantity } from '@tandem/shared/values';
import { readImage } from './image.ts';
import { anyOf, type Matcher, matcherOf } from './pattern.ts';
import type { AllowingFlag, AllowingList, DemandingFlag, Restriction } from './policy-shape.ts';

/** Ceilings of amounts, in cores, bytes and pieces; infinite where there is none. */
export interface Ceiling {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
}

/**
 * A policy made ready for questions. Each question is answered for all of its documents together: a permission must stand in
 * every one, so that a further document can only refuse.
 */
export interface Rules {
  readonly allows: (flag: AllowingFlag) => boolean;
  readonly demands: (flag: DemandingFlag) => boolean;
  readonly lists: (list: AllowingList, name: string) => boolean;
  /** For a path of the node without `.` and `..`. */
  readonly allowsHostPath: (path: string) => boolean;
  /** For an image's `host/path`. */
  readonly allowsRegistry: (repository: string) => boolean;
  readonly maxOfContainer: Ceiling;
  readonly maxOfRun: Ceiling;
  readonly maxReplicas: number;
}

export function rulesOf(documents: readonly Restriction[]): Rules {
  const matchers = new Map<string, readonly Matcher[]>();
  const prepare = (list: AllowingList): readonly Matcher[] => {
    const made = documents.flatMap((document) => (document[list] === undefined ? [] : [anyOf(document[list])]));
    matchers.set(list, made);
    return made;
  };
  for (const list of allowingLists) prepare(list);
  const registries = documents
    .map(({ registries: patterns = [] }) => patterns.map(registryMatcher))
    .filter((each) => each.length > 0);
  const folders = documents.flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPathMatcher(hostPath)]));
  return {
    allows: remember((flag: AllowingFlag) => documents.every((document) => document[flag] ?? true)),
    demands: remember((flag: DemandingFlag) => documents.some((document) => document[flag] ?? false)),
    lists: (list, name) => (matchers.get(list) ?? []).every((matches) => matches(name)),
    allowsHostPath: (path) => folders.every((matches) => matches(path)),
    allowsRegistry: (repository) => registries.every((each) => each.some((matches) => matches(repository))),
    maxOfContainer: ceilingOf(documents.map(({ maxResources }) => maxResources ?? {})),
    maxOfRun: ceilingOf(documents.map(({ maxRunResources }) => maxRunResources ?? {})),
    maxReplicas: Math.min(...documents.map(({ maxReplicas }) => maxReplicas ?? Number.POSITIVE_INFINITY)),
  };
}

const allowingLists: readonly AllowingList[] = [
  'namespaces',
  'serviceAccounts',
  'secrets',
  'configMaps',
  'claims',
  'capabilities',
  'sysctls',
  'priorityClasses',
  'schedulerNames',
  'runtimeClasses',
  'devices',
  'labels',
  'annotations',
];

/** `ghcr.io/acme` stands for itself and all below it; names of Docker's hub may be written short, as in files. */
function registryMatcher(pattern: string): Matcher {
  if (pattern.includes('*')) return matcherOf(pattern);
  const isHost = !pattern.includes('/') && (/[.:]/.test(pattern) || pattern === 'localhost');
  const read = isHost ? null : readImage(pattern);
  const repository = read === null ? pattern : `${read.host}/${read.path}`;
  return (name) => name === repository || name.startsWith(`${repository}/`);
}

function hostPathMatcher(allowed: boolean | readonly string[]): Matcher {
  if (typeof allowed === 'boolean') return () => allowed;
  return (path) => allowed.some((folder) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`));
}

function ceilingOf(all: readonly NonNullable<Restriction['maxResources']>[]): Ceiling {
  const least = (name: keyof Ceiling): number =>
    Math.min(
      ...all.map((each) => {
        const amount = each[name];
        return amount === undefined ? Number.POSITIVE_INFINITY : (readQuantity(amount) ?? 0);
      }),
    );
  return { cpu: least('cpu'), memory: least('memory'), gpu: least('gpu') };
}

function remember<K extends string, V>(ask: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const answer = ask(key);
    known.set(key, answer);
    return answer;
  };
}
