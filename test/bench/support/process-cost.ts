import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What a process of this machine holds in memory, in MB of a million bytes. */
export function residentMegabytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no VmRSS`);
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Processor time that a process has used since its start, in ms; with that of its children, dead and alive. */
export function processorMs(pid: number): number {
  const [ownMs, children] = processorTimes(pid);
  return children.reduce((sum, child) => {
    // One that ends just now is among the dead the next time.
    return existsSync(`/proc/${child}`) ? sum + processorMs(child) : sum;
  }, ownMs);
}

function processorTimes(pid: number): readonly [number, readonly number[]] {
  // After the name, which may hold blanks and brackets: fields 14 to 17 are user and system time of the process and of its
  // dead children, in clock ticks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const ownMs = (fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0) * 1000) / ticksPerSecond;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '');
  return [ownMs, children.map(Number)];
}

/** The same for several, by any names. */
export function processorMsOf(programs: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(programs).map(([name, pid]) => [name, processorMs(pid)]));
}

/** The same, and the benchmark itself: it takes its share of the machine, too. */
export function processorMsWithOwn(programs: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const { user, system } = process.cpuUsage();
  return { ...processorMsOf(programs), 'the benchmark itself': (user + system) / 1000 };
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Share of one processor that a process uses over a while, in percent. */
export async function processorShare(pid: number, ms: number): Promise<number> {
  const [beforeMs, startedMs] = [processorMs(pid), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, ms));
  return ((processorMs(pid) - beforeMs) / (performance.now() - startedMs)) * 100;
}
