import { existsSync, type FSWatcher, realpathSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError, exitCodes } from '../exit-codes.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs an action again whenever one of the files changes that it named, until Ctrl-C; the action names them anew each time.
 * Folders are watched rather than files, since editors put a new file in the place of the old one, and since a file that is
 * not there may come. Several changes at once count as one.
 */
export async function watchFiles(
  terminal: Terminal,
  first: readonly string[],
  action: () => Promise<readonly string[]>,
): Promise<void> {
  await new Promise<void>((done, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isBusy = false;
    let wanted: ReadonlyMap<string, ReadonlySet<string> | 'any'> = new Map();
    const watchers = new Map<string, FSWatcher>();
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void again().catch(reject), 50);
    };
    const again = async (): Promise<void> => {
      if (isBusy) return soon();
      isBusy = true;
      look(await action());
      isBusy = false;
    };
    const open = (folder: string): FSWatcher =>
      watch(folder, (_, name) => {
        const names = wanted.get(folder);
        if (names === 'any' || name === null || names?.has(name) === true) soon();
      }).on('error', (error) => reject(new CliError(exitCodes.failure, error.message)));
    const look = (names: readonly string[]): void => {
      if (terminal.interrupted.aborted) return;
      wanted = foldersOf(terminal.cwd, names);
      for (const [folder, watcher] of watchers)
        if (!wanted.has(folder)) {
          watcher.close();
          watchers.delete(folder);
        }
      for (const folder of wanted.keys()) if (!watchers.has(folder)) watchers.set(folder, open(folder));
    };
    const end = (): void => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      done();
    };
    terminal.interrupted.addEventListener('abort', end);
    look(first);
    if (terminal.interrupted.aborted) end();
    else
      terminal.stderr.write(`Watching ${first.length === 1 ? '1 file' : `${first.length} files`}; Ctrl-C ends it.\n`);
  });
}

/**
 * The folders to watch, with the names that count in each. A link counts with what it leads to. Where a folder is missing,
 * the nearest one above it is watched for whatever comes.
 */
export function foldersOf(cwd: string, names: readonly string[]): ReadonlyMap<string, ReadonlySet<string> | 'any'> {
  const folders = new Map<string, Set<string> | 'any'>();
  for (const name of names) {
    const path = resolve(cwd, name);
    for (const each of existsSync(path) ? new Set([path, realpathSync(path)]) : [path]) {
      let folder = dirname(each);
      const isThere = existsSync(folder);
      while (!existsSync(folder)) folder = dirname(folder);
      const known = folders.get(folder);
      if (!isThere || known === 'any') folders.set(folder, 'any');
      else folders.set(folder, (known ?? new Set<string>()).add(each.slice(join(folder, '/').length)));
    }
  }
  return folders;
}
