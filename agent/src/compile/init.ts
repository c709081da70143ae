import { posix } from 'node:path';
import { isList, plainText, type Value, type ValueMap } from '@tandem/shared/values';
import type { Catalogue, Connection } from './catalogue.ts';
import { toContainer } from './container.ts';
import { dockerfileText } from './dockerfile.ts';
import type { BuiltInInitPlan, InitPlan, PathPair } from './init-plan.ts';
import { readTensorboard } from './init-tensorboard.ts';
import type { ContainerPlan, RunPaths, VolumePlan } from './pod-plan.ts';
import { emptyMap, mapAt, mapsAt, textAt, textsAt } from './reading.ts';
import { type Delivery, deliver, deliverToHelper } from './secrets.ts';
import { refused, type Staged, staged } from './staged.ts';
import { meansStore, toStoreRef } from './store.ts';

/** The init steps of a pod, and the volumes that their connections need. */
export interface Inits {
  readonly steps: readonly InitPlan[];
  readonly volumes: readonly VolumePlan[];
  readonly connections: readonly Connection[];
}

/** The init section as steps, built-in ones first, the user's own containers after them (agent-and-kubernetes.md 2.2). */
export function toInits(section: ValueMap, catalogue: Catalogue, paths: RunPaths): Staged<Inits> {
  const builtIn: InitPlan[] = [];
  const users: InitPlan[] = [];
  const volumes: VolumePlan[] = [];
  const connections: Connection[] = [];
  for (const [index, fields] of mapsAt(section, 'init').entries()) {
    const entry = placeOf(fields, index, catalogue, paths);
    const plan = toInit(entry);
    if (!plan.ok) return plan;
    for (const each of plan.value) (isPlain(each) ? users : builtIn).push(each);
    volumes.push(...entry.delivery.volumes);
    if (entry.source !== null) connections.push(entry.source);
  }
  return staged({ steps: [...builtIn, ...users], volumes, connections });
}

/** A container without a connection is the user's alone; one with a connection keeps its place among ours. */
function isPlain(init: InitPlan): boolean {
  return init.kind === 'container' && init.connection === null;
}

interface Entry {
  readonly fields: ValueMap;
  readonly index: number;
  readonly connection: Connection | null;
  /** What the step reads: the connection, or the artifacts store where the entry means it without a name. */
  readonly source: Connection | null;
  /** What the source brings to the step. */
  readonly delivery: Delivery;
  readonly volume: string | null;
  /** Where the step puts things when nothing else is said. */
  readonly folder: string;
  readonly override: ContainerPlan | null;
  readonly paths: RunPaths;
  readonly store: Connection | null;
}

function placeOf(fields: ValueMap, index: number, catalogue: Catalogue, paths: RunPaths): Entry {
  const name = textAt(fields, 'connection');
  const connection = name === null ? null : (catalogue.connections.get(name) ?? null);
  const store = catalogue.artifactsStore;
  const source = connection ?? (meansStore(fields) ? store : null);
  const folder = folderFor(textAt(fields, 'path'), paths.artifactsPath);
  const container = mapAt(fields, 'container');
  return {
    fields,
    index,
    connection,
    source,
    delivery: source === null ? deliver([]) : deliverToHelper(source),
    volume: isBelow(folder, paths.artifactsPath) ? null : folder,
    folder,
    override: container === null ? null : containerOf(container, index),
    paths,
    store,
  };
}

/** Written in one way, so that entries with one path share its volume; a relative path begins where all artifacts are. */
function folderFor(path: string | null, artifactsPath: string): string {
  return posix.resolve(artifactsPath, path ?? '');
}

/** A volume of its own below the folder that all share would hide from the collector what the run writes there. */
const isBelow = (folder: string, root: string): boolean => folder === root || folder.startsWith(`${root}/`);

const containerOf = (section: ValueMap, index: number): ContainerPlan =>
  toContainer(section, { name: textAt(section, 'name') ?? `init-${index}`, env: [], references: [], mounts: [] });

function toInit(entry: Entry): Staged<readonly InitPlan[]> {
  const { fields, connection, override, volume } = entry;
  if (volume === '/')
    return refused(
      'Unsupported',
      `Init step ${entry.index + 1} has the path "/", where every container has its image.`,
    );
  const git = mapAt(fields, 'git');
  const [file, dockerfile, tensorboard] = [
    mapAt(fields, 'file'),
    mapAt(fields, 'dockerfile'),
    mapAt(fields, 'tensorboard'),
  ];
  if (file !== null) return staged([toFile(file, entry)]);
  if (dockerfile !== null) return staged([toDockerfile(dockerfile, entry)]);
  if (git !== null || connection?.kind === 'git') return toGit(git ?? emptyMap, entry);
  if (tensorboard !== null) return toTensorboard(tensorboard, entry);
  const isStore = connection !== null && toStoreRef(connection) !== null;
  if (fields.has('artifacts') || fields.has('paths') || isStore) return toArtifacts(entry);
  if (override === null)
    return refused('Unsupported', `Init step ${entry.index + 1} says nothing that this agent can do.`);
  if (connection === null) return staged([{ kind: 'container', container: override, connection: null, volume: null }]);
  const { access } = entry.delivery;
  return staged([{ kind: 'container', container: override, connection: { name: connection.name, access }, volume }]);
}

/** What every step of our helper has. */
function common(entry: Entry, path: string): Pick<BuiltInInitPlan, 'path' | 'volume' | 'access' | 'override'> {
  const { volume, override } = entry;
  return { path, volume, override, access: entry.delivery.access };
}

/** `kind` of the section says what the file is as an artifact, also to the peer: it changes neither the file nor its mode. */
function toFile(file: ValueMap, entry: Entry): InitPlan {
  return {
    ...common(entry, entry.folder),
    kind: 'file',
    filename: textAt(file, 'filename') ?? 'file',
    content: textAt(file, 'content') ?? '',
    chmod: textAt(file, 'chmod'),
  };
}

function toDockerfile(section: ValueMap, entry: Entry): InitPlan {
  return {
    ...common(entry, entry.folder),
    kind: 'dockerfile',
    filename: textAt(section, 'filename') ?? 'Dockerfile',
    content: dockerfileText(section),
  };
}

function toGit(override: ValueMap, entry: Entry): Staged<readonly InitPlan[]> {
  const { connection } = entry;
  const schema = connection?.schema ?? emptyMap;
  const url = [textAt(override, 'url'), textAt(schema, 'url')].find((each) => each !== null && each !== '') ?? null;
  if (url === null) return refused('ConnectionError', withoutUrl(entry));
  const name = connection?.name ?? nameOfRepository(url);
  const step: InitPlan = {
    ...common(entry, `${entry.folder.replace(/\/+$/, '')}/${name}`),
    kind: 'git',
    url,
    revision: textAt(override, 'revision') ?? textAt(schema, 'revision'),
    flags: override.has('flags') ? textsAt(override, 'flags') : textsAt(schema, 'flags'),
    connection: connection?.name ?? null,
    keysPath: connection?.kind === 'ssh' ? (connection.secret?.mountPath ?? null) : null,
  };
  return staged([step]);
}

/** The file may leave the url to the connection, and the connection to the file: that neither has it is seen only here. */
function withoutUrl({ index, connection }: Entry): string {
  const step = `Init step ${index + 1} has no repository to clone`;
  return connection === null
    ? `${step}: it needs "git: {url: …}".`
    : `${step}: neither its "git" nor the connection "${connection.name}" has a url.`;
}

/** The last segment of a url, without `.git`. */
function nameOfRepository(url: string): string {
  const last = url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return last.replace(/\.git$/, '') || 'repository';
}

function toArtifacts(entry: Entry): Staged<readonly InitPlan[]> {
  const { fields, connection, paths } = entry;
  const source = connection ?? entry.store;
  if (source === null)
    return refused('ConnectionError', 'An init step wants artifacts, but the agent has no artifacts store.');
  const store = toStoreRef(source);
  if (store === null)
    return refused('ConnectionError', `The connection "${source.name}" holds no files that an init step could copy.`);
  const isDefault = source.name === entry.store?.name;
  const folder = fields.has('path') || isDefault ? entry.folder : `${paths.artifactsPath}/${source.name}`;
  const artifacts = mapAt(fields, 'artifacts') ?? emptyMap;
  const step: InitPlan = {
    ...common(entry, folder),
    kind: 'artifacts',
    files: pairsOf(artifacts.get('files') ?? null),
    dirs: pairsOf(artifacts.get('dirs') ?? null),
    paths: pairsOf(fields.get('paths') ?? null),
    connection: source.name,
    store,
  };
  return staged([step]);
}

/** `"a/b"` keeps its place, `["from", "to"]` renames; one text is a list of one. */
function pairsOf(list: Value): readonly PathPair[] {
  if (list === null) return [];
  return (isList(list) ? list : [list])
    .filter((item) => item !== null)
    .map((item) => {
      const [from, to] = isList(item)
        ? item.map((part) => (part === null ? '' : plainText(part)))
        : [plainText(item), plainText(item)];
      return { from: from ?? '', to: to ?? from ?? '' };
    });
}

function toTensorboard(section: ValueMap, entry: Entry): Staged<readonly InitPlan[]> {
  const store = entry.source === null ? null : toStoreRef(entry.source);
  if (store === null) return refused('ConnectionError', 'The init step "tensorboard" needs an artifacts store.');
  const wishes = readTensorboard(section);
  if (!wishes.ok) return wishes;
  return staged([{ ...common(entry, entry.folder), kind: 'tensorboard', store, ...wishes.value }]);
}
