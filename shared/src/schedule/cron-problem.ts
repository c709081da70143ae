import { readCron } from './cron.ts';

/** What is wrong with a cron expression, as the end of a sentence; undefined when it is one (orchestration.md 5.2). */
export function cronProblem(text: string): string | undefined {
  const cron = readCron(text);
  return 'fault' in cron ? cron.fault : undefined;
}
