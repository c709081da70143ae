import { isList, plainText, type Value, type ValueMap } from '@tandem/shared/values';
import { type Catalogue, type Connection, connectionKinds } from './catalogue.ts';
import { toContainer } from './container.ts';
import type { InitPlan, PathPair, RunPaths } from './pod-plan.ts';
import { emptyMap, mapAt, mapsAt, textAt, textsAt } from './reading.ts';
import { deliver } from './secrets.ts';
import { refused, type Staged, staged } from './staged.ts';

/** The init section as steps, built-in ones first, the user's own containers after them (agent-and-kubernetes.md 2.2). */
export function toInits(body: ValueMap, catalogue: Catalogue, paths: RunPaths): Staged<readonly InitPlan[]> {
  const builtIn: InitPlan[] = [];
  const users: InitPlan[] = [];
  for (const [index, entry] of mapsAt(body, 'init').entries()) {
    const plan = toInit(entry, { catalogue, paths, index });
    if (!plan.ok) return plan;
    for (const each of plan.value) (each.kind === 'container' ? users : builtIn).push(each);
  }
  return staged([...builtIn, ...users]);
}

interface Place {
  readonly catalogue: Catalogue;
  readonly paths: RunPaths;
  readonly index: number;
}

function toInit(entry: ValueMap, place: Place): Staged<readonly InitPlan[]> {
  const name = textAt(entry, 'connection');
  const connection = name === null ? null : (place.catalogue.connections.get(name) ?? null);
  const path = textAt(entry, 'path') ?? place.paths.artifactsPath;
  const git = mapAt(entry, 'git');
  const file = mapAt(entry, 'file');
  const dockerfile = mapAt(entry, 'dockerfile');

  if (file !== null) return staged([toFile(file, path)]);
  if (dockerfile !== null) return staged([toDockerfile(dockerfile, path)]);
  if (git !== null || connection?.kind === 'git') return toGit(git ?? emptyMap, connection, path);
  if (entry.has('tensorboard'))
    return refused('Unsupported', 'The init step "tensorboard" is not supported by this agent.');
  if (
    entry.has('artifacts') ||
    entry.has('paths') ||
    (connection !== null && isStore(connection) && !entry.has('container'))
  ) {
    return toArtifacts(entry, connection, place);
  }
  const container = mapAt(entry, 'container');
  if (container === null)
    return refused('Unsupported', `Init step ${place.index + 1} says nothing that this agent can do.`);
  const delivery = deliver(connection === null ? [] : [connection]);
  return staged([
    {
      kind: 'container',
      container: toContainer(container, { ...delivery, name: textAt(container, 'name') ?? `init-${place.index}` }),
    },
  ]);
}

const isStore = ({ kind }: Connection): boolean =>
  connectionKinds[kind] === 'mount' || connectionKinds[kind] === 'bucket';

function toFile(file: ValueMap, path: string): InitPlan {
  const mode = textAt(file, 'chmod') ?? '';
  // Any execute bit: `+x`, `u+x`, 0755 and so on.
  const executable = /x/.test(mode) || /[1357]/.test(mode.replace(/^0+/, ''));
  return {
    kind: 'file',
    path,
    filename: textAt(file, 'filename') ?? 'file',
    content: textAt(file, 'content') ?? '',
    executable,
  };
}

function toGit(override: ValueMap, connection: Connection | null, path: string): Staged<readonly InitPlan[]> {
  const schema = connection?.schema ?? emptyMap;
  const url = textAt(override, 'url') ?? textAt(schema, 'url');
  if (url === null) return refused('ConnectionError', 'A git init step has no url.');
  const flags = override.has('flags') ? textsAt(override, 'flags') : textsAt(schema, 'flags');
  const folder = connection?.name ?? nameOfRepository(url);
  return staged([
    {
      kind: 'git',
      path: `${path}/${folder}`,
      url,
      revision: textAt(override, 'revision') ?? textAt(schema, 'revision'),
      flags,
      connection: connection?.name ?? null,
    },
  ]);
}

/** The last segment of a url, without `.git`. */
function nameOfRepository(url: string): string {
  const last = url.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return last.replace(/\.git$/, '') || 'repository';
}

function toArtifacts(
  entry: ValueMap,
  connection: Connection | null,
  { catalogue, paths }: Place,
): Staged<readonly InitPlan[]> {
  const source = connection ?? catalogue.artifactsStore;
  if (source === null)
    return refused('ConnectionError', 'An init step wants artifacts, but the agent has no artifacts store.');
  const isDefault = source.name === catalogue.artifactsStore?.name;
  const path = textAt(entry, 'path') ?? (isDefault ? paths.artifactsPath : `${paths.artifactsPath}/${source.name}`);
  const artifacts = mapAt(entry, 'artifacts') ?? emptyMap;
  const pathList = entry.get('paths') ?? null;
  return staged([
    {
      kind: 'artifacts',
      path,
      files: pairsOf(artifacts.get('files') ?? null),
      dirs: [...pairsOf(artifacts.get('dirs') ?? null), ...pairsOf(pathList)],
      connection: source.name,
    },
  ]);
}

/** `"a/b"` keeps its place, `["from", "to"]` renames. */
function pairsOf(list: Value): readonly PathPair[] {
  if (list === null || !isList(list)) return [];
  return list
    .filter((item) => item !== null)
    .map((item) => {
      const [from, to] = isList(item)
        ? item.map((part) => (part === null ? '' : plainText(part)))
        : [plainText(item), plainText(item)];
      return { from: from ?? '', to: to ?? from ?? '' };
    });
}

/** A Dockerfile from its section (image, env, run, copy, workdir and so on). */
function toDockerfile(section: ValueMap, path: string): InitPlan {
  const lines = [`FROM ${textAt(section, 'image') ?? 'scratch'}`];
  const work = textAt(section, 'workdir');
  for (const label of mapPairs(section, 'labels')) lines.push(`LABEL ${label[0]}=${JSON.stringify(label[1])}`);
  for (const [name, value] of mapPairs(section, 'env')) lines.push(`ENV ${name}=${JSON.stringify(value)}`);
  if (work !== null) lines.push(`WORKDIR ${work}`);
  for (const [from, to] of copies(section)) lines.push(`COPY ${from} ${to}`);
  for (const command of textsAt(section, 'run')) lines.push(`RUN ${command}`);
  return {
    kind: 'dockerfile',
    path,
    filename: textAt(section, 'filename') ?? 'Dockerfile',
    content: `${lines.join('\n')}\n`,
  };
}

function mapPairs(section: ValueMap, key: string): readonly (readonly [string, string])[] {
  const map = mapAt(section, key);
  if (map !== null) return [...map].map(([name, value]) => [name, value === null ? '' : plainText(value)] as const);
  return mapsAt(section, key).flatMap((each) =>
    [...each].map(([name, value]) => [name, value === null ? '' : plainText(value)] as const),
  );
}

function copies(section: ValueMap): readonly (readonly [string, string])[] {
  return pairsOf(section.get('copy') ?? null).map(({ from, to }) => [from, to === from ? '.' : to] as const);
}
