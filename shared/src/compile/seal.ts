import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { member } from '../source/tree.ts';
import { layerSection } from '../spec/layer.ts';
import { closed } from '../template/render.ts';
import { toValue } from '../values/from-node.ts';
import type { Value, ValueMap } from '../values/value.ts';
import { sealBytes, sealedLimit } from '../wire/seal-bytes.ts';
import {
  AgentOwned,
  AgentText,
  type Sealed,
  type SealedIo,
  type SealedMap,
  type SealedSpec,
  type Termination,
} from '../wire/sealed-spec.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { ResolvedIo, WithConditions } from './drafts.ts';
import type { Facts } from './facts.ts';
import { findSecrets } from './find-secrets.ts';
import { type Rendering, renderingIn, renderSection, renderShape } from './render-node.ts';
import { initEntries, namedConnections } from './to-init.ts';

/** What stage 1 gives for one run. */
export interface Compiled {
  readonly spec: SealedSpec;
  /** Values of inputs and context params for the run's record; an open one is its text (decisions.md 17). */
  readonly inputs: ValueMap;
  readonly outputs: ValueMap;
  /** The conditions are false: the run does not take place, and the body of the spec is not rendered. */
  readonly skipped: boolean;
  /** Sections that stage 1 decides, rendered: name, description, tags, queue, namespace, cost, cache, isApproved, presets, mount, conditions. */
  readonly sections: ValueMap;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Renders what is left and closes the spec: only names that the agent fills remain open, every number is exact, the spec has
 * at most 1 MiB, and values that look like secrets are reported by place, family and length (trust.md 2.3).
 */
export function seal(draft: WithConditions, facts: Pick<Facts, 'secretLike'>): Outcome<Compiled> {
  const problems: Diagnostic[] = [];
  const rendering = renderingIn(draft.context, problems);
  const sections = renderSections(draft, rendering);
  const ios = [...draft.resolved, ...draft.contexts];
  const body = draft.skipped ? asWritten(draft) : renderBody(draft, ios, rendering);
  const spec: SealedSpec = {
    stage1: 1,
    run: draft.runFacts,
    inputs: draft.resolved.filter((io) => !io.output).map(toSealedIo),
    outputs: draft.resolved.filter((io) => io.output).map(toSealedIo),
    contexts: draft.contexts.map(toSealedIo),
    termination: terminationOf(sections.get('termination') ?? null),
    connections: draft.skipped ? [] : connectionNames(draft, body, problems),
    plugins: sections.get('plugins') ?? new Map<string, Sealed>(),
    body,
  };
  problems.push(...findSecrets(draft.operation, facts.secretLike ?? 'warn'));
  if (problems.every((each) => each.severity === 'warning') && sealBytes(spec).bytes.length > sealedLimit)
    problems.push(tooLarge(draft));
  const warnings = problems.filter((each) => each.severity === 'warning');
  return settle(
    {
      spec,
      inputs: valuesOf([...spec.inputs, ...spec.contexts]),
      outputs: valuesOf(spec.outputs),
      skipped: draft.skipped,
      sections: closedSections(sections),
      warnings,
    },
    problems,
  );
}

const decidedElsewhere = new Set(['version', 'strictParams', 'params', 'inputs', 'outputs', 'run', 'conditions']);

/** Sections beside the run, rendered by their shapes. */
function renderSections(draft: WithConditions, rendering: Rendering): ReadonlyMap<string, Sealed> {
  const sections = new Map<string, Sealed>();
  for (const entry of draft.operation.entries) {
    const shape = layerSection.fields.get(entry.key);
    if (shape === undefined || decidedElsewhere.has(entry.key)) continue;
    const value = renderShape(entry.value, shape, entry.key, rendering);
    if (entry.key !== 'plugins' && closed(value) === undefined) {
      rendering.problems.push(
        error(
          'template/agent-name-too-early',
          entry.value.span,
          `"${entry.key}" mentions a value that is known only in the cluster, but it is decided before.`,
        ),
      );
    } else if (value !== null) sections.set(entry.key, value);
  }
  return sections;
}

function closedSections(sections: ReadonlyMap<string, Sealed>): ValueMap {
  const values = new Map<string, Value>();
  for (const [name, sealed] of sections) {
    const value = closed(sealed);
    if (value !== undefined && name !== 'plugins' && name !== 'termination') values.set(name, value);
  }
  return values;
}

function renderBody(draft: WithConditions, ios: readonly ResolvedIo[], rendering: Rendering): SealedMap {
  const body = new Map(renderSection(draft.run, draft.runKind.section, rendering));
  const added = initEntries(
    [...ios].sort((left, right) => Number(left.output) - Number(right.output)),
    rendering.problems,
  );
  const declared = body.get('init');
  if (added.length > 0) body.set('init', [...added, ...(Array.isArray(declared) ? declared : [])]);
  return body;
}

function asWritten(draft: WithConditions): SealedMap {
  return new Map(draft.run.entries.map((entry): [string, Sealed] => [entry.key, toValue(entry.value)]));
}

function connectionNames(draft: WithConditions, body: SealedMap, problems: Diagnostic[]): readonly string[] {
  const names = new Set<string>();
  for (const name of namedConnections(body)) {
    if (typeof name === 'string') names.add(name);
    else {
      const node = member(draft.run, 'connections') ?? member(draft.run, 'init') ?? draft.run;
      problems.push(
        error(
          'seal/open-connection',
          node.span,
          'The name of a connection depends on the cluster; it must be known before.',
          { hint: 'Use a param for the name.' },
        ),
      );
    }
  }
  return [...names].sort(byUnits);
}

function toSealedIo({ name, type, isList, isFlag, argFormat, connection, toEnv, value }: ResolvedIo): SealedIo {
  return { name, type, isList, isFlag, argFormat, connection, toEnv, value };
}

function terminationOf(sealed: Sealed): Termination {
  const fields = sealed instanceof Map ? sealed : new Map<string, Sealed>();
  const count = (name: string): number | null => {
    const value = fields.get(name);
    return typeof value === 'bigint' ? Number(value) : null;
  };
  // A negative number says "none", as in the reference (compiler.md 1.2).
  const limit = (name: string): number | null => {
    const value = count(name);
    return value === null || value < 0 ? null : value;
  };
  return {
    maxRetries: Math.max(0, count('maxRetries') ?? 0),
    timeoutSeconds: limit('timeout'),
    ttlSeconds: limit('ttl'),
  };
}

function valuesOf(ios: readonly SealedIo[]): ValueMap {
  return new Map(ios.map((io): [string, Value] => [io.name, recordValue(io.value)]));
}

/** A value for the run's record: open places as the text that stands for them. */
function recordValue(sealed: Sealed): Value {
  if (sealed instanceof AgentOwned)
    return sealed.template.startsWith('{%') ? sealed.template : `{{ ${sealed.template} }}`;
  if (sealed instanceof AgentText)
    return sealed.parts.map((part) => (typeof part === 'string' ? part : String(recordValue(part)))).join('');
  if (sealed === null || typeof sealed !== 'object') return sealed;
  if (sealed instanceof Map)
    return new Map([...sealed].map(([key, each]): [string, Value] => [key, recordValue(each)]));
  return Array.isArray(sealed) ? sealed.map(recordValue) : null;
}

function tooLarge(draft: WithConditions): Diagnostic {
  const { span } = draft.operation;
  return error(
    'seal/too-large',
    { ...span, end: span.start + 1 },
    `The compiled run has more than ${sealedLimit} bytes, the limit for one run.`,
    { hint: 'Put large data into a file that the run reads.' },
  );
}
