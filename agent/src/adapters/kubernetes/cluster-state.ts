import type { RunSettings } from '../../compile/kubernetes/names.ts';
import type { RunKey } from '../../compile/pod-plan.ts';
import type { Judgement } from '../../observe/judgement.ts';
import type { EventView, JobView, LeadView, PodView, RunView, StopView } from '../../observe/run-view.ts';
import { isLead } from './kinds.ts';
import {
  generationOf,
  type KubeObject,
  recordedEndOf,
  runOf,
  settingsOf,
  settingsTextOf,
  stopOf,
  toJob,
  toLead,
  toPod,
  versionOf,
} from './read-objects.ts';

/** One attempt as the cluster shows it now. */
export interface AttemptState {
  run: RunKey;
  namespace: string;
  settings: RunSettings;
  /** What `settings` were read from: each change of the lead brings them again. */
  settingsText: string | null;
  lead: LeadView | null;
  stop: StopView | null;
  recordedEnd: Judgement | null;
  /** The control plane has acknowledged the end; the lead says so from some time later on. */
  isAcknowledged: boolean;
  /** We are removing it: that its objects go is no news. */
  isRemoved: boolean;
  /** The API server has taken the order to remove it; before that it has to be asked again. */
  isRemovalTaken: boolean;
  /** The lead was there and is gone, and we did not remove it. */
  isLeadGone: boolean;
  /** A pod of it was there and is gone. */
  hasLostPods: boolean;
  readonly jobs: Map<string, JobView>;
  readonly pods: Map<string, PodView>;
  events: readonly EventView[];
  /** Highest version of any object of the attempt that was seen. */
  version: bigint;
}

/** Objects whose end is remembered, so that an answer which comes after it does not bring them back. */
const rememberedEnds = 1_000;

/**
 * Our objects in memory, by run and attempt: filled by lists and watches, and by answers to our own writes, whichever is
 * newer. They come over different connections, so in any order; versions say what is newer (they rise over all objects of a
 * cluster). A cache of the cluster: it may be lost at any moment.
 */
export class ClusterState {
  readonly #runs = new Map<string, Map<number, AttemptState>>();
  readonly #byUid = new Map<string, { readonly attempt: AttemptState; readonly collection: string }>();
  readonly #onChange: (uuid: string) => void;
  readonly #silentNodes = new Map<string, number>();
  /** Version at which an object was gone, by uid; the oldest first. */
  readonly #goneAt = new Map<string, bigint>();

  constructor(onChange: (uuid: string) => void) {
    this.#onChange = onChange;
  }

  /** Attempts of a run, the newest last. */
  attempts(uuid: string): readonly AttemptState[] {
    return [...(this.#runs.get(uuid)?.values() ?? [])].sort((left, right) => left.run.attempt - right.run.attempt);
  }

  newest(uuid: string): AttemptState | null {
    return this.attempts(uuid).at(-1) ?? null;
  }

  uuids(): Iterable<string> {
    return this.#runs.keys();
  }

  /** Takes an object as it is now. An older state than the known one is ignored. */
  put(object: KubeObject): void {
    const key = runOf(object);
    const uid = object.metadata.uid ?? '';
    const version = versionOf(object);
    if (key === null || version <= (this.#goneAt.get(uid) ?? -1n)) return;
    const attempt = this.#attempt(key.uuid, key.attempt);
    if (version > attempt.version) attempt.version = version;
    if (attempt.namespace === '') attempt.namespace = object.metadata.namespace ?? '';
    this.#byUid.set(uid, { attempt, collection: collectionOf(object) });
    if (object.kind === 'Pod') putPod(attempt, object, uid, version);
    else putOwner(attempt, object, uid, version);
    this.#onChange(key.uuid);
  }

  /** The object is gone. */
  drop(object: KubeObject): void {
    const uid = object.metadata.uid ?? '';
    this.#rememberEnd(uid, versionOf(object));
    this.#dropUid(uid, versionOf(object));
  }

  /**
   * What is known of one collection and does not stand in a list of it is gone; what we wrote after the list was made is in
   * no list yet.
   */
  keepOnly(uids: ReadonlySet<string>, listVersion: bigint, kind: string, namespace: string): void {
    const of = collectionName(kind, namespace);
    for (const [uid, { attempt, collection }] of [...this.#byUid]) {
      if (collection !== of || uids.has(uid) || knownVersion(attempt, uid) > listVersion) continue;
      this.#rememberEnd(uid, listVersion);
      this.#dropUid(uid, 0n);
    }
  }

  #dropUid(uid: string, version: bigint): void {
    const known = this.#byUid.get(uid);
    if (known === undefined) return;
    const { attempt } = known;
    this.#byUid.delete(uid);
    if (attempt.pods.delete(uid)) attempt.hasLostPods = true;
    attempt.jobs.delete(uid);
    if (version > attempt.version) attempt.version = version;
    if (attempt.lead?.uid === uid) {
      attempt.lead = null;
      attempt.isLeadGone = true;
    }
    this.#onChange(attempt.run.uuid);
  }

  #rememberEnd(uid: string, version: bigint): void {
    this.#goneAt.set(uid, version);
    const [oldest] = this.#goneAt.keys();
    if (this.#goneAt.size > rememberedEnds && oldest !== undefined) this.#goneAt.delete(oldest);
  }

  /** Nothing about the attempt matters any more. */
  forget(uuid: string, attempt: number): void {
    const attempts = this.#runs.get(uuid);
    const known = attempts?.get(attempt);
    if (known === undefined) return;
    for (const uid of [...known.pods.keys(), ...known.jobs.keys(), known.lead?.uid ?? '']) this.#byUid.delete(uid);
    attempts?.delete(attempt);
    if (attempts?.size === 0) this.#runs.delete(uuid);
  }

  /** A node is silent since then; null: it answers, or is gone. What runs there is judged anew. */
  nodeIsSilent(name: string, sinceMs: number | null): void {
    if ((this.#silentNodes.get(name) ?? null) === sinceMs) return;
    if (sinceMs === null) this.#silentNodes.delete(name);
    else this.#silentNodes.set(name, sinceMs);
    for (const attempts of this.#runs.values())
      for (const { run, pods } of attempts.values())
        if ([...pods.values()].some((pod) => pod.node === name)) this.#onChange(run.uuid);
  }

  view(attempt: AttemptState, isNamespaceGone: boolean): RunView {
    return {
      run: attempt.run,
      namespace: attempt.namespace,
      settings: attempt.settings,
      lead: attempt.lead,
      isLeadGone: attempt.isLeadGone,
      jobs: [...attempt.jobs.values()],
      pods: [...attempt.pods.values()],
      events: attempt.events,
      stop: attempt.stop,
      recordedEnd: attempt.recordedEnd,
      silentNodes: this.#silentNodes,
      isNamespaceGone,
    };
  }

  #attempt(uuid: string, attempt: number): AttemptState {
    const attempts = this.#runs.get(uuid) ?? new Map<number, AttemptState>();
    this.#runs.set(uuid, attempts);
    const known = attempts.get(attempt);
    if (known !== undefined) return known;
    const made: AttemptState = {
      run: { uuid, attempt, generation: 0 },
      namespace: '',
      settings: settingsOf({ metadata: { name: '' } }),
      settingsText: null,
      lead: null,
      stop: null,
      recordedEnd: null,
      isAcknowledged: false,
      isRemoved: false,
      isRemovalTaken: false,
      isLeadGone: false,
      hasLostPods: false,
      jobs: new Map(),
      pods: new Map(),
      events: [],
      version: 0n,
    };
    attempts.set(attempt, made);
    return made;
  }
}

const collectionName = (kind: string, namespace: string): string => `${namespace}/${kind}`;
const collectionOf = (object: KubeObject): string => collectionName(object.kind ?? '', object.metadata.namespace ?? '');

function knownVersion({ pods, jobs, lead }: AttemptState, uid: string): bigint {
  const found = pods.get(uid) ?? jobs.get(uid);
  if (found !== undefined) return found.version;
  return lead?.uid === uid ? lead.version : 0n;
}

function putPod(attempt: AttemptState, object: KubeObject, uid: string, version: bigint): void {
  const known = attempt.pods.get(uid);
  if (known === undefined || known.version <= version) attempt.pods.set(uid, toPod(object));
}

function putOwner(attempt: AttemptState, object: KubeObject, uid: string, version: bigint): void {
  if (object.kind === 'Job' && (attempt.jobs.get(uid)?.version ?? -1n) <= version) attempt.jobs.set(uid, toJob(object));
  if (!isLead(object) || (attempt.lead !== null && attempt.lead.version > version)) return;
  attempt.lead = toLead(object);
  attempt.isLeadGone = false;
  attempt.namespace = object.metadata.namespace ?? attempt.namespace;
  attempt.isAcknowledged ||= attempt.lead.isAcknowledged;
  const settingsText = settingsTextOf(object);
  if (settingsText !== attempt.settingsText) {
    attempt.settingsText = settingsText;
    attempt.settings = settingsOf(object);
  }
  attempt.stop = stopOf(object);
  attempt.recordedEnd = recordedEndOf(object);
  attempt.run = { ...attempt.run, generation: Math.max(generationOf(object), attempt.stop?.generation ?? 0) };
}
