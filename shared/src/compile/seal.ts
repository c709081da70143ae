import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { replicaFields } from '../spec/run-patch.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { sealBytes, sealedLimit } from '../wire/seal-bytes.ts';
import { sealedToValue } from '../wire/sealed-json.ts';
import type { Sealed, SealedIo, SealedSpec } from '../wire/sealed-spec.ts';
import { buildOperation } from './build.ts';
import { type CacheQuestion, cacheQuestion } from './cache-key.ts';
import type { Children } from './child.ts';
import { childrenOf } from './children-of.ts';
import type { ResolvedIo, WithConditions } from './drafts.ts';
import type { Facts, RunEdge } from './facts.ts';
import { findSecrets } from './find-secrets.ts';
import { type LineageRecord, lineageOf } from './lineage.ts';
import { metaOf } from './meta.ts';
import { recordValue } from './record-value.ts';
import { asWritten, type Body, connectionNames, renderBody } from './render-body.ts';
import { renderingIn } from './render-node.ts';
import { closedSections, renderSections } from './render-sections.ts';
import type { KnownRuns } from './run-names.ts';
import { type RunResources, resourcesOf } from './run-resources.ts';
import { terminationOf, toSealedIo } from './sealed-parts.ts';

/** What stage 1 gives for one run. */
export interface Compiled {
  /** What the agent gets; for a parent of other runs it is what their record shows, and nothing is sent. */
  readonly spec: SealedSpec;
  /** The runs that this one makes; null for a run of its own, and for a matrix that has to be asked for suggestions first. */
  readonly children: Children | null;
  /** A dag, matrix or schedule: it has children, or will have, and is never sent to an agent. */
  readonly isParent: boolean;
  /** Values of inputs and context params for the run's record; an open one is its text (decisions.md 17). */
  readonly inputs: ValueMap;
  readonly outputs: ValueMap;
  /** The conditions are false: the run does not take place, and the body of the spec is not rendered. */
  readonly skipped: boolean;
  /** Sections that stage 1 decides, rendered: name, description, tags, queue, namespace, cost, cache, isApproved, presets, mount … */
  readonly sections: ValueMap;
  /** Runs that this one took values from. */
  readonly edges: readonly RunEdge[];
  readonly lineage: readonly LineageRecord[];
  readonly meta: ValueMap;
  readonly resources: RunResources;
  /** Null: the run is not cached. */
  readonly cache: CacheQuestion | null;
  /** The operation that makes the run's image first; null without one. */
  readonly build: ValueMap | null;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Renders what is left and closes the spec: only names that the agent fills remain open, every number is exact, the spec has
 * at most 1 MiB, and values that look like secrets are reported by place, family and length (trust.md 2.3). A parent of
 * other runs keeps its run section as written: each child renders its own.
 */
export function seal(
  draft: WithConditions,
  facts: Pick<Facts, 'secretLike' | 'schedule' | 'artifactsStore'> & KnownRuns,
): Outcome<Compiled> {
  const problems: Diagnostic[] = [];
  const rendering = renderingIn(draft.context, problems);
  const sections = new Map(renderSections(draft, rendering));
  if (draft.matrix !== null) sections.set('matrix', draft.matrix.section);
  const isParent = draft.kind === 'dag' || draft.kind === 'matrix' || draft.kind === 'schedule';
  const ios = [...draft.resolved, ...draft.contexts];
  const rendered = draft.skipped || isParent ? asWritten(draft) : renderBody(draft, ios, facts, rendering);
  const { body } = rendered;
  const spec = specOf(draft, sections, rendered, isParent, problems);
  const children = isParent && !draft.skipped && !hasErrors(problems) ? childrenOf(draft, facts, rendering) : null;
  problems.push(...findSecrets(draft.operation, facts.secretLike ?? 'warn'));
  if (!isParent && !hasErrors(problems) && isTooLarge(spec)) problems.push(tooLarge(draft));
  const closed = closedSections(sections);
  const plain = isParent ? new Map<string, Value>() : valueMap(sealedToValue(body));
  const replicas = replicaFields(draft.runKind.section).map((field) => field.name);
  const compiled: Compiled = {
    spec,
    children,
    isParent,
    inputs: valuesOf([...spec.inputs, ...spec.contexts]),
    outputs: valuesOf(spec.outputs),
    skipped: draft.skipped,
    sections: closed,
    edges: draft.edges,
    lineage: lineageOf(ios, closed.get('mount') ?? null),
    meta: metaOf(draft, sections, body),
    resources: resourcesOf(plain, replicas, closed.get('cost') ?? null),
    cache: isParent || draft.skipped ? null : cacheOf(draft, spec, closed),
    build: isParent ? null : buildOperation(draft),
    warnings: problems.filter((each) => each.severity === 'warning'),
  };
  return settle(compiled, problems);
}

function hasErrors(problems: readonly Diagnostic[]): boolean {
  return problems.some((each) => each.severity === 'error');
}

function specOf(
  draft: WithConditions,
  sections: ReadonlyMap<string, Sealed>,
  { body, written }: Body,
  isParent: boolean,
  problems: Diagnostic[],
): SealedSpec {
  const sealedIo = (io: ResolvedIo): SealedIo => toSealedIo(written.has(io) ? { ...io, toEnv: null } : io);
  return {
    stage1: 1,
    run: draft.runFacts,
    inputs: draft.resolved.filter((io) => !io.output).map(sealedIo),
    outputs: draft.resolved.filter((io) => io.output).map(sealedIo),
    contexts: draft.contexts.map(sealedIo),
    termination: terminationOf(sections.get('termination') ?? null),
    connections: draft.skipped || isParent ? [] : connectionNames(draft, body, problems),
    plugins: sections.get('plugins') ?? new Map<string, Sealed>(),
    body,
  };
}

function cacheOf(draft: WithConditions, spec: SealedSpec, sections: ValueMap): CacheQuestion | null {
  const { kind, runtime, projectUuid } = draft.runFacts;
  const globals = draft.context.names.get('globals') ?? null;
  const isIndependent = globals === null || !isMap(globals) || globals.get('is_independent') !== false;
  return cacheQuestion({ ...spec, kind, runtime, projectUuid }, valueMap(sections.get('cache') ?? null), isIndependent);
}

function valueMap(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}

function valuesOf(ios: readonly SealedIo[]): ValueMap {
  return new Map(ios.map((io): [string, Value] => [io.name, recordValue(io.value)]));
}

function isTooLarge(spec: SealedSpec): boolean {
  return sealBytes(spec).bytes.length > sealedLimit;
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
