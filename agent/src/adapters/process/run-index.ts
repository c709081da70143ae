import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../ports/log.ts';
import { isCode } from '../files/durable-file.ts';
import { isRunUuid, runFolder } from './layout.ts';
import { type RunRecord, readRecord } from './record.ts';

/** Records of all runs in a data folder. One that cannot be read is left alone and named in the log. */
export async function readAllRecords(data: string, log: Log): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  for (const name of await runNames(data)) {
    try {
      const record = await readRecord(runFolder(data, name).record);
      if (record !== null) records.push(record);
    } catch (error) {
      log.error({ run: name, problem: String(error) }, 'the record of a run cannot be read; the run is left as it is');
    }
  }
  return records;
}

async function runNames(data: string): Promise<readonly string[]> {
  try {
    return (await readdir(join(data, 'runs'))).filter(isRunUuid);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}
