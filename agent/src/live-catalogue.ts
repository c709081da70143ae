import type { Catalogue } from './compile/catalogue.ts';
import { type Config, ConfigProblem, readCatalogue } from './config.ts';
import type { Log } from './ports/log.ts';

/** The connections of the moment. */
export interface LiveCatalogue {
  current(): Catalogue;
  close(): void;
}

/** How often the file is looked at, in ms; a ConfigMap needs about a minute to reach a pod. */
const lookMs = 5_000;

/**
 * Follows the catalogue file: what changes there counts for runs that start from now on, without a restart. A file that
 * cannot be read, or is wrong, changes nothing: the last good one counts, and the log says what is wrong.
 */
export function followCatalogue(config: Config, log: Log, onChange: () => void): LiveCatalogue {
  const { catalogueFile } = config;
  let current = config.catalogue;
  if (catalogueFile === null) return { current: () => current, close: () => undefined };
  let shown = print(current);
  let complained = '';
  const look = async (): Promise<void> => {
    try {
      const next = await readCatalogue(catalogueFile);
      complained = '';
      if (print(next) === shown) return;
      shown = print(next);
      current = next;
      log.info({ connections: next.connections.size }, 'the connections have changed');
      onChange();
    } catch (error) {
      if (!(error instanceof ConfigProblem)) throw error;
      if (error.message !== complained) log.error({}, `the connections are left as they were: ${error.message}`);
      complained = error.message;
    }
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error({ problem: String(error) }, 'the connections could not be read'));
  }, lookMs);
  timer.unref();
  return { current: () => current, close: () => clearInterval(timer) };
}

/** Equal texts for equal catalogues; maps and exact integers do not print as JSON by themselves. */
function print(catalogue: Catalogue): string {
  return JSON.stringify([[...catalogue.connections.values()], catalogue.artifactsStore], (_key, value: unknown) =>
    value instanceof Map ? [...value] : typeof value === 'bigint' ? value.toString() : value,
  );
}
