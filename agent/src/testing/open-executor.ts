import { secretFolder } from '../adapters/files/secret-folder.ts';
import { openProcessExecutor, type ProcessExecutor } from '../adapters/process/process-executor.ts';
import { systemChance, systemClock } from '../adapters/system-clock.ts';
import { silentLog } from './silent-log.ts';

/** A process executor on a data folder, as main builds it. For tests. */
export function openExecutor(
  data: string,
  storeRoot: (connection: string) => string | null = () => null,
): Promise<ProcessExecutor> {
  return openProcessExecutor({
    data,
    clock: systemClock,
    chance: systemChance,
    log: silentLog(),
    source: secretFolder(data),
    base: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: data, LANG: 'C.UTF-8', TZ: 'UTC' },
    storeRoot,
  });
}
