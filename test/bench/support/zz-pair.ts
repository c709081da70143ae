import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { startInstallation } from './installation.ts';
import { tinyJob } from './load.ts';
import { startDurablePostgres, commitClock } from './postgres.ts';
import { median } from './case.ts';
const pg = await startDurablePostgres();
const clock = await commitClock(pg);
const all: Record<string, number[]> = {};
const add = (k: string, v: number) => (all[k] ??= []).push(v);
const insts = [];
for (const d of ['before', 'mid', 'after']) {
  process.env['DIST'] = '/tmp/dist-' + d;
  const inst = await startInstallation(pg);
  await inst.startAgent({ name: 'cluster', capacity: 8 });
  await mkdir(join(inst.folder, 'stamps'));
  insts.push({ d, inst });
}
for (let i = 0; i < 70; i++) for (const { d, inst } of insts) {
  const stamp = join(inst.folder, 'stamps', String(i));
  const posted = performance.timeOrigin + performance.now();
  const content = tinyJob(`date +%s%N > ${stamp}.draft; mv ${stamp}.draft ${stamp}`);
  await inst.rest.post('/api/v1/default/default/runs', { content });
  const ns = Number(BigInt((await eventually('s', () => readFile(stamp, 'utf8'), 20000)).trim()) / 1000n) / 1000;
  await new Promise((r) => setTimeout(r, 250));
  await clock.tick();
  if (i >= 10) add(d, ns - posted);
}
for (const [k, v] of Object.entries(all)) console.log(k.padEnd(10), Math.min(...v).toFixed(1).padStart(8), median(v).toFixed(1).padStart(8), Math.max(...v).toFixed(1).padStart(8));
console.log('commit', clock.take());
for (const { inst } of insts) await inst.close(); await clock.close(); await pg.close();
