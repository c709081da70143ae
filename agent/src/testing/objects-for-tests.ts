import { fromJson } from '@tandem/shared/values';
import { Malformed, type SealedSpec, valueToSealed } from '@tandem/shared/wire';
import { catalogueShape } from '../compile/catalogue.ts';
import type { Json, Manifest, RunObjects } from '../compile/kubernetes/manifest.ts';
import type { ObjectSettings } from '../compile/kubernetes/object-settings.ts';
import { toObjects } from '../compile/kubernetes/objects.ts';
import { clusterPaths } from '../compile/kubernetes/paths.ts';
import type { PodPlan } from '../compile/pod-plan.ts';
import type { Staged } from '../compile/staged.ts';
import { finishCompilation } from '../compile/stages.ts';
import { aSpec, sealed } from './a-spec.ts';

export const runUuid = '5'.repeat(32);

/** A run as JSON that a reader of tests understands; what is left out is as plain as can be. */
export interface RunForTests {
  readonly kind?: string;
  readonly name?: string | null;
  /** The run section without its kind. */
  readonly run: object;
  readonly plugins?: object;
  readonly podFailurePolicy?: object;
  readonly termination?: Partial<SealedSpec['termination']>;
  /** Connections of the agent, as in its configuration. */
  readonly connections?: readonly object[];
  readonly store?: object;
  readonly settings?: Partial<ObjectSettings>;
}

/** Plugins that add nothing of ours to a pod. */
export const plain = { auth: false, collectArtifacts: false, collectLogs: false, collectResources: false, shm: false };

export const plainSettings: ObjectSettings = {
  agentId: 'agent-1',
  version: '1.2.3',
  helpers: {
    init: { image: 'helper:1', pullPolicy: 'IfNotPresent', resources: null },
    collector: { image: 'helper:1', pullPolicy: 'IfNotPresent', resources: null },
  },
  sleepSeconds: 10,
  syncSeconds: 10,
  serviceAccount: 'runs',
  defaults: {
    nodeSelector: null,
    tolerations: null,
    affinity: null,
    imagePullSecrets: null,
    securityContext: null,
    resources: null,
    priorityClassName: null,
  },
  shmSize: null,
  holdsPods: true,
  apis: new Set(),
  compat: false,
};

/** The plan of a run in a cluster; throws with the sentence that refuses it. */
export function planFor(given: RunForTests): PodPlan {
  return valueOrThrow(compiled(given));
}

/** The objects of a run; throws with the sentence that refuses it. */
export function objectsFor(given: RunForTests): RunObjects {
  return valueOrThrow(toObjects(planFor(given), { ...plainSettings, ...given.settings }));
}

/** The sentence that refuses a run, whichever stage says it; null: it is not refused. */
export function refusalFor(given: RunForTests): string | null {
  const plan = compiled(given);
  if (!plan.ok) return plan.message;
  const objects = toObjects(plan.value, { ...plainSettings, ...given.settings });
  return objects.ok ? null : objects.message;
}

function compiled(given: RunForTests): Staged<PodPlan> {
  const { kind = 'job', run, connections = [], store, podFailurePolicy } = given;
  const catalogue = catalogueShape.parse({ connections, ...(store === undefined ? {} : { artifactsStore: store }) });
  const base = aSpec(runUuid);
  const body = sealedOf({ kind, ...run });
  const spec = aSpec(runUuid, {
    run: { ...base.run, kind: 'job', runtime: kind, name: given.name ?? null, namespace: 'runs' },
    plugins: sealedOf(given.plugins ?? {}),
    termination: {
      ...base.termination,
      podFailurePolicy: podFailurePolicy === undefined ? null : sealedOf(podFailurePolicy),
      ...given.termination,
    },
    body: body instanceof Map ? body : new Map(),
  });
  const { spec: bytes, specSha256 } = sealed(spec);
  return finishCompilation(
    { bytes, sha256: specSha256 },
    { uuid: runUuid, attempt: 1, generation: 1 },
    {
      catalogue,
      paths: clusterPaths(runUuid, catalogue.artifactsStore),
      settings: { host: null, compat: given.settings?.compat ?? false, graceSeconds: 30 },
    },
  );
}

function sealedOf(json: object): SealedSpec['plugins'] {
  const made = valueToSealed(fromJson(JSON.stringify(json)) ?? null);
  if (made instanceof Malformed) throw new Error(made.message);
  return made;
}

function valueOrThrow<T>(staged: Staged<T>): T {
  if (!staged.ok) throw new Error(staged.message);
  return staged.value;
}

/** The pod's specification in an object with one template. */
export function podOf(manifest: Manifest): PodForTests {
  return at(manifest, 'spec.template.spec') as PodForTests;
}

/** The fields of a pod that tests look at; they compare them, so a missing one shows. */
export interface PodForTests {
  readonly initContainers?: readonly ContainerForTests[];
  readonly containers: readonly ContainerForTests[];
  readonly volumes?: readonly { readonly name: string; readonly [source: string]: Json }[];
  readonly [field: string]: Json | undefined | readonly object[];
}

export interface ContainerForTests {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Json }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [field: string]: Json | undefined | readonly object[];
}

/** What stands at a path of dots; undefined: nothing. */
export function at(json: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      json,
    );
}

/** Values of the variables of a container by name; references as JSON. */
export function envOf(container: ContainerForTests | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (container?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? JSON.stringify(valueFrom)]),
  );
}

/** The task of a helper, as Kubernetes hands it over. */
export function taskOf(container: ContainerForTests | undefined): Readonly<Record<string, Json>> {
  return JSON.parse((envOf(container)['TANDEM_TASK'] ?? '{}').replaceAll('$$', () => '$'));
}
