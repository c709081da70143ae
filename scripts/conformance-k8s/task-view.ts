/** What our helper is told, in the words of the cases. */
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import type { PodParts } from './container-view.ts';
import { isObject, type JsonObject, listAt, objectAt, saying, textAt } from './json.ts';

export interface TaskView {
  readonly role: string;
  /** The connection or repository that the helper is for; null: none. */
  readonly of: string | null;
  readonly view: JsonObject;
  /** Facts that the cases list beside the task. */
  readonly injected: JsonObject;
}

/** Throws for a task that is none of ours. */
export function taskView(task: Json, pod: PodParts): TaskView {
  const kind = textAt(task, 'task');
  const field = (name: string): Json => (isObject(task) ? (task[name] ?? null) : null);
  const plain = (view: Readonly<Record<string, Json>>, of: string | null = null): TaskView => ({
    role: kind ?? '',
    of,
    view: saying(view),
    injected: {},
  });
  switch (kind) {
    case 'artifacts-path':
      return { ...plain({}), view: { ensureDirs: listAt(task, 'ensureDirs'), copies: copiesView(task) } };
    case 'artifacts':
      return {
        ...plain({}, textAt(objectAt(task, 'store'), 'name')),
        view: { ensureDirs: listAt(task, 'ensureDirs'), copies: copiesView(task) },
      };
    case 'git': {
      const path = textAt(task, 'path') ?? '';
      const view = plain(
        {
          url: field('url'),
          revision: field('revision'),
          flags: field('flags'),
          repoPath: path,
          connection: field('connection'),
        },
        path.slice(path.lastIndexOf('/') + 1),
      );
      // A repository without a connection has its facts in the task alone; the cases list it like one.
      const schema = saying({ url: field('url'), revision: field('revision'), flags: field('flags') });
      const catalog = field('connection') === null ? [{ kind: 'git', name: view.of, schema }] : [];
      return { ...view, injected: saying({ sshPath: field('keysPath'), catalog }) };
    }
    case 'file': {
      const fileContext = saying({
        chmod: field('chmod'),
        content: field('content'),
        filename: field('filename'),
      });
      return plain({ copyPath: field('copyTo'), fileContext, filepath: field('folder'), track: true });
    }
    case 'dockerfile':
      return plain({
        copyPath: field('copyTo'),
        destination: field('folder'),
        dockerfile: field('content'),
        filename: field('filename'),
        track: true,
      });
    case 'tensorboard':
      return plain({
        connectionKind: storeKind(task, pod),
        contextFrom: field('from'),
        contextTo: field('to'),
        uuids: listAt(task, 'uuids').join(','),
        useNames: field('useNames') === true ? true : null,
        pathPrefix: field('pathPrefix'),
        plugins: listAt(task, 'plugins').join(',') || null,
        port: field('port'),
      });
    case 'collect':
      return {
        role: 'collector',
        of: null,
        view: saying({
          containerId: field('container') === pod.mainName ? '@main' : field('container'),
          sleepInterval: field('sleepSeconds'),
          syncInterval: field('syncSeconds'),
        }),
        injected: saying({ artifactsStoreName: textAt(objectAt(task, 'store'), 'name') }),
      };
    default:
      throw new Error(`Our helper has no task "${kind ?? ''}".`);
  }
}

/** Plain copies between mounts, or copies by the storage client: for buckets, and where a look decides what a path is. */
function copiesView(task: Json): readonly Json[] {
  const store = objectAt(task, 'store');
  return listAt(task, 'copies').map((copy) => {
    const what = textAt(copy, 'what');
    const how = textAt(store, 'kind') === 'mount' && what !== 'path' ? 'mount' : 'store';
    const fields = objectAt({ copy }, 'copy');
    return saying({
      what,
      how,
      from: fields['from'],
      to: fields['to'],
      snapshot: fields['isSnapshot'],
      connection: how === 'store' ? textAt(store, 'name') : null,
    });
  });
}

/** Our task says that it is a mount; which kind of mount, its volume says. */
function storeKind(task: Json, pod: PodParts): string {
  const store = objectAt(task, 'store');
  const kind = textAt(store, 'kind') ?? '';
  if (kind !== 'mount') return kind;
  return [...pod.volumes.values()].some((source) => 'persistentVolumeClaim' in source) ? 'volume_claim' : 'host_path';
}
