import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { inside, type Place } from './place.ts';
import { identityOf, isAlive, type ProcessIdentity, signal } from './process-identity.ts';

/** The processes of a cluster. containerd, kubelet and dns are there with a real node, kwok with simulated ones. */
export type ComponentName =
  | 'etcd'
  | 'apiserver'
  | 'controller-manager'
  | 'scheduler'
  | 'containerd'
  | 'kubelet'
  | 'dns'
  | 'kwok';

/** What `run/<name>.json` holds, so that another process can stop it and start it again. */
interface ComponentRecord {
  readonly command: readonly string[];
  readonly process: ProcessIdentity;
}

/** Starts it in a process group of its own, in the namespace; it outlives this process. Its log file is continued. */
export async function startComponent(place: Place, name: ComponentName, command: readonly string[]): Promise<void> {
  const [file = '', ...args] = inside(place, command);
  const log = openSync(logFile(place, name), 'a');
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', resolve);
  });
  child.unref();
  const identity = child.pid === undefined ? null : identityOf(child.pid);
  if (identity === null) throw new Error(`${name} ended at once: ${lastLines(place, name)}`);
  const record: ComponentRecord = { command, process: identity };
  writeFileSync(recordFile(place, name), JSON.stringify(record));
}

/** Stops it and waits until it is gone. SIGKILL by default: it is what a crash is. */
export async function killComponent(place: Place, name: ComponentName, how: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const { process } = readRecord(place, name);
  if (signal(process, how)) await eventually(`${name} has ended`, () => !isAlive(process), 30_000);
}

/** Starts it again with the command that it had. */
export async function restartComponent(place: Place, name: ComponentName): Promise<void> {
  const { command, process } = readRecord(place, name);
  if (isAlive(process)) await killComponent(place, name);
  await startComponent(place, name, command);
}

/** Freezes it, so that it answers nothing and its connections stay open. */
export function pauseComponent(place: Place, name: ComponentName): void {
  if (!signal(readRecord(place, name).process, 'SIGSTOP')) throw new Error(`${name} does not run`);
}

export function resumeComponent(place: Place, name: ComponentName): void {
  if (!signal(readRecord(place, name).process, 'SIGCONT')) throw new Error(`${name} does not run`);
}

/** Every process that was started, and whether it still runs. */
export function components(
  place: Place,
): readonly { readonly name: ComponentName; readonly pid: number; readonly alive: boolean }[] {
  if (!existsSync(place.runFolder)) return [];
  return readdirSync(place.runFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const name = basename(file, '.json') as ComponentName;
      const { process } = readRecord(place, name);
      return { name, pid: process.pid, alive: isAlive(process) };
    });
}

/** Path of what it wrote. */
export function logFile(place: Place, name: ComponentName): string {
  return join(place.logFolder, `${name}.log`);
}

/** The end of its log, for messages of failures. */
export function lastLines(place: Place, name: ComponentName, lines = 15): string {
  const file = logFile(place, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '(no log)';
}

function recordFile(place: Place, name: ComponentName): string {
  return join(place.runFolder, `${name}.json`);
}

function readRecord(place: Place, name: ComponentName): ComponentRecord {
  return JSON.parse(readFileSync(recordFile(place, name), 'utf8')) as ComponentRecord;
}
