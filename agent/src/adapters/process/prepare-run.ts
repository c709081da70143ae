import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PodPlan } from '../../compile/pod-plan.ts';
import { isCode } from '../files/durable-file.ts';
import { attemptFolder, runFolder } from './layout.ts';
import { writePlan } from './plan-file.ts';

/** Makes the folders of an attempt, keeps its plan and its token. Safe to do again; nothing runs yet. */
export async function prepareRun(data: string, plan: PodPlan, runToken: string): Promise<void> {
  const folder = runFolder(data, plan.run.uuid);
  const attempt = attemptFolder(data, plan.run.uuid, plan.run.attempt);
  for (const path of [folder.outputs, attempt.logs, join(folder.context, 'artifacts'), dirname(folder.authFile)]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  await linkOnce('../../artifacts', join(folder.context, 'artifacts', plan.run.uuid));
  // The form that tracking clients read (decisions.md 45).
  if (runToken !== '')
    await writeFile(folder.authFile, JSON.stringify({ username: 'run', token: runToken }), { mode: 0o600 });
  await writePlan(attempt.plan, plan);
}

async function linkOnce(target: string, path: string): Promise<void> {
  try {
    await symlink(target, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}
