import { didYouMean } from '../diagnostics/suggest.ts';
import { names } from '../template/names.ts';
import type { NameUse } from '../template/uses.ts';
import { runGlobals } from './run-globals.ts';

/** Names that exist where a template stands. */
export interface KnownNames {
  readonly own: ReadonlySet<string>;
  /** Names of the operation's own that do not exist yet where the template stands. */
  readonly late: ReadonlySet<string>;
  readonly isService: boolean;
  /** The template is rendered when the run has ended, with all outputs that it logged, declared or not (compiler.md 4.6). */
  readonly atEnd: boolean;
  /** The connections that the pod asks for. */
  readonly pod: PodNames;
}

/** Names of connections by the section that shows them; null: some are templates, so any may be among them. */
export interface PodNames {
  readonly connections: ReadonlySet<string> | null;
  readonly init: ReadonlySet<string> | null;
}

/** A wrong name as a diagnostic says it. */
export interface Found {
  readonly code: 'template/unknown-name' | 'template/agent-name-too-early';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A name of the agent in a section that is decided before. */
export function tooEarly(use: NameUse, section: string): Found {
  return {
    code: 'template/agent-name-too-early',
    message: `"${use.path.join('.')}" is known only in the cluster, but "${section}" is decided before.`,
    hint: 'Use a param or one of the other globals.',
  };
}

const sections = ['globals', 'params', 'connections', 'init'];
const globalNames = new Set(
  names.filter((each) => each.name.startsWith('globals.')).map((each) => each.name.slice('globals.'.length)),
);
const serviceNames = new Set(['ports', 'base_url', 'base_urls']);

/** What is wrong with a name, or undefined when it will exist; what its value holds is known only later. */
export function unknownName(use: NameUse, text: string, known: KnownNames): Found | undefined {
  const [root = '', second] = use.path;
  if (known.atEnd) return unknownAtEnd(root, second, known);
  if (known.late.has(root))
    return {
      code: 'template/unknown-name',
      message: `"${root}" comes from a join, and joins are made after the params.`,
      hint: 'Use it in the run or in the conditions.',
    };
  if (known.own.has(root)) return undefined;
  if (root === 'ops' || root === 'runs')
    return {
      code: 'template/unknown-name',
      message: `"${root}" is no name inside "{{ }}".`,
      hint: 'Give a param with "ref" and use its name.',
    };
  if (!sections.includes(root)) {
    const dash = text[use.at - 1] === '-';
    const hint = dash
      ? `Write name['with-dash'] when "-" belongs to a name, such as connections['my-repo'].url.`
      : didYouMean(root, sections, known.own);
    return { code: 'template/unknown-name', message: `There is no name "${root}" here.`, hint };
  }
  if (second === undefined) return undefined;
  if (root === 'globals' && !globalNames.has(second))
    return {
      code: 'template/unknown-name',
      message: `There is no "globals.${second}".`,
      hint: didYouMean(second, globalNames),
    };
  if (root === 'globals' && serviceNames.has(second) && !known.isService)
    return { code: 'template/unknown-name', message: `Only a service has "globals.${second}".` };
  if (root === 'params' && second !== 'as_args' && !known.own.has(second))
    return {
      code: 'template/unknown-name',
      message: `There is no param "${second}".`,
      hint: didYouMean(second, known.own),
    };
  // Before a dash it is half of a name, which the other half is told about.
  const isHalf = text[use.end] === '-';
  return !isHalf && (root === 'connections' || root === 'init')
    ? notAskedFor(root, second, known.pod[root])
    : undefined;
}

/** Hooks see inputs and outputs by name, and facts of the run. */
function unknownAtEnd(root: string, second: string | undefined, known: KnownNames): Found | undefined {
  if (root === 'globals')
    return second === undefined || runGlobals.has(second)
      ? undefined
      : {
          code: 'template/unknown-name',
          message: `There is no "globals.${second}" when a run has ended.`,
          hint: didYouMean(second, runGlobals),
        };
  if (!sections.includes(root) || known.own.has(root)) return undefined;
  return {
    code: 'template/unknown-name',
    message: `There is no "${root}" when a run has ended.`,
    hint: 'Use the name of an input or output itself.',
  };
}

/** A schema is there for whoever asks for its connection (compiler.md 3.5). */
function notAskedFor(root: 'connections' | 'init', name: string, asked: ReadonlySet<string> | null): Found | undefined {
  if (asked === null || asked.has(name)) return undefined;
  const where =
    root === 'init' ? 'no init entry asks for this connection' : 'the container does not ask for this connection';
  return {
    code: 'template/unknown-name',
    message: `There is no "${root}.${name}" here, since ${where}.`,
    hint:
      didYouMean(name, asked) ??
      (root === 'init'
        ? `Add an init entry with "connection: ${name}".`
        : `Add "${name}" to "connections" of the container's run or replica.`),
  };
}
