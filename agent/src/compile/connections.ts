import { asText, coerce, isMap, type Value, type ValueMap } from '@tandem/shared/values';
import type { Sealed, SealedIo } from '@tandem/shared/wire';
import { type Catalogue, mountPathOf } from './catalogue.ts';
import { fillBody, fillOne, schemasOf } from './fill-body.ts';
import type { Opened } from './open.ts';
import { toPlugins } from './plugins.ts';
import type { RunPaths } from './pod-plan.ts';
import { askedNames, type PodDraft, podsOf } from './pods.ts';
import { emptyMap, flagAt } from './reading.ts';
import { toRunKind } from './run-kind.ts';
import { refused, type Staged, staged } from './staged.ts';
import { below, bucketPath } from './store.ts';

/** An input, output or context param with its value. */
export type FilledIo = Omit<SealedIo, 'value'> & { readonly value: Value };

export interface Connected extends Omit<Opened, 'stage'> {
  readonly stage: 'connections';
  /** The run section, complete. */
  readonly body: ValueMap;
  readonly plugins: ValueMap;
  readonly inputs: readonly FilledIo[];
  readonly outputs: readonly FilledIo[];
  readonly contexts: readonly FilledIo[];
  /** The pod templates of the run, each with what it asks for; none for the parents of other runs. */
  readonly pods: readonly PodDraft[];
  readonly podFailurePolicy: ValueMap | null;
  readonly catalogue: Catalogue;
  readonly paths: RunPaths;
}

/**
 * Connections: gives the open places the values that only the agent knows: schemas of requested connections as
 * `connections.NAME` and `init.NAME`, and the paths of `globals` (decisions.md 15 to 17).
 *
 * Inputs come first and in order, since a later one and the whole run section may mention an input that was open.
 */
export function addConnections(opened: Opened, catalogue: Catalogue, paths: RunPaths): Staged<Connected> {
  const { sealed } = opened;
  const unknown = sealed.connections.filter((name) => !catalogue.connections.has(name));
  if (unknown.length > 0)
    return refused(
      'UnknownConnection',
      `The agent has no connection called ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    );

  const context = new Map(agentContext(sealed.connections, catalogue, paths));
  const params = new Map<string, Value>();
  const inputs = fillIos(sealed.inputs, context, params);
  if (!inputs.ok) return inputs;
  const outputs = fillIos(sealed.outputs, context, params);
  if (!outputs.ok) return outputs;
  const contexts = fillIos(sealed.contexts, context, params);
  if (!contexts.ok) return contexts;

  const plugins = fillMap(sealed.plugins, context);
  if (!plugins.ok) return plugins;
  const effective = pathsFor(plugins.value, catalogue, paths, opened.run.uuid);
  context.set('globals', globalsOf(shownPaths(effective, plugins.value, catalogue, opened.run.uuid)));
  const body = fillBody(sealed.body, sealed.run.runtime ?? sealed.run.kind, context, catalogue);
  if (!body.ok) return body;

  const policy = fillOne(sealed.termination.podFailurePolicy, context);
  if (!policy.ok) return policy;

  const kind = toRunKind(sealed.run.runtime ?? sealed.run.kind);
  const pods = kind === null ? [] : podsOf(kind, body.value, toPlugins(plugins.value), catalogue);
  const missing = askedNames(pods).find((name) => !catalogue.connections.has(name));
  if (missing !== undefined) return refused('UnknownConnection', `The agent has no connection called "${missing}".`);
  return staged({
    ...opened,
    stage: 'connections',
    body: body.value,
    plugins: plugins.value,
    inputs: inputs.value,
    outputs: outputs.value,
    contexts: contexts.value,
    pods,
    podFailurePolicy: policy.value !== null && isMap(policy.value) ? policy.value : null,
    catalogue,
    paths: effective,
  });
}

function agentContext(names: readonly string[], catalogue: Catalogue, paths: RunPaths): ReadonlyMap<string, Value> {
  // A param may mention a connection of any pod; the pods themselves see their own only.
  const schemas = schemasOf(names, catalogue);
  return new Map<string, Value>([
    ['connections', schemas],
    ['init', schemas],
    ['globals', globalsOf(paths)],
  ]);
}

function globalsOf(paths: RunPaths): ValueMap {
  return new Map([
    ['context_path', paths.contextPath],
    ['artifacts_path', paths.artifactsPath],
    ['run_artifacts_path', paths.runArtifactsPath],
    ['run_outputs_path', paths.runOutputsPath],
    ['store_path', paths.storePath],
  ]);
}

/** The store's path is known to a run only when it is mounted there (compiler.md 3.5). */
function pathsFor(plugins: ValueMap, catalogue: Catalogue, paths: RunPaths, uuid: string): RunPaths {
  const store = catalogue.artifactsStore === null ? null : mountPathOf(catalogue.artifactsStore);
  if (store === null || paths.storePath === '') return paths;
  const mounted = flagAt(plugins, 'mountArtifactsStore', false)
    ? { ...paths, storePath: store }
    : { ...paths, storePath: '' };
  if (flagAt(plugins, 'collectArtifacts', true)) return mounted;
  const runArtifactsPath = below(store, uuid);
  return { ...mounted, runArtifactsPath, runOutputsPath: below(runArtifactsPath, 'outputs') };
}

/**
 * A bucket is named as storage clients take it: as the store's path where the run asks for the store, and with collecting off as
 * the place of the run, which writes there by itself (compiler.md 3.5). Only templates see it; nothing of ours is at such a path.
 */
function shownPaths(paths: RunPaths, plugins: ValueMap, catalogue: Catalogue, uuid: string): RunPaths {
  const bucket = catalogue.artifactsStore === null ? null : bucketPath(catalogue.artifactsStore);
  if (bucket === null) return paths;
  const shown = { ...paths, storePath: flagAt(plugins, 'mountArtifactsStore', false) ? bucket : '' };
  if (flagAt(plugins, 'collectArtifacts', true)) return shown;
  const run = below(bucket, uuid);
  return { ...shown, runArtifactsPath: run, runOutputsPath: below(run, 'outputs') };
}

/** Fills values in order; each joins the context under its own name and under `params` (compiler.md 3.5). */
function fillIos(
  ios: readonly SealedIo[],
  context: Map<string, Value>,
  params: Map<string, Value>,
): Staged<readonly FilledIo[]> {
  const filled: FilledIo[] = [];
  for (const io of ios) {
    const value = fillOne(io.value, context);
    if (!value.ok) return value;
    const typed =
      io.type === null || value.value === null
        ? { ok: true as const, value: value.value }
        : coerce(value.value, io.type, io.isList);
    if (!typed.ok)
      return refused(
        'ConnectionError',
        `Param "${io.name}" got a value of the agent's connections that does not fit: ${typed.expected} was expected.`,
      );
    filled.push({ ...io, value: typed.value });
    context.set(io.name, io.isFlag ? (typed.value === true ? `--${io.name}` : '') : typed.value);
    params.set(io.name, paramOf(io, typed.value));
    context.set('params', params);
  }
  return staged(filled);
}

function paramOf(io: SealedIo, value: Value): ValueMap {
  const flag = io.isFlag ? (value === true ? `--${io.name}` : '') : null;
  const text = flag ?? asText(value);
  const asArg = flag ?? (value === null ? '' : `--${io.name}=${text}`);
  return new Map<string, Value>([
    ['value', value],
    ['connection', io.connection],
    ['type', io.type],
    ['as_str', text],
    ['as_arg', asArg],
  ]);
}

function fillMap(sealed: Sealed, context: ReadonlyMap<string, Value>): Staged<ValueMap> {
  const value = fillOne(sealed, context);
  if (!value.ok) return value;
  return staged(value.value !== null && isMap(value.value) ? value.value : emptyMap);
}
