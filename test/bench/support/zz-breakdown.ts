import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { median } from './case.ts';
import { startInstallation } from './installation.ts';
import { tinyJob } from './load.ts';
import { commitClock, startDurablePostgres } from './postgres.ts';

const pg = await startDurablePostgres();
const clock = await commitClock(pg);
const inst = await startInstallation(pg);
await inst.startAgent({ name: 'cluster', capacity: 8 });
const client = await pg.connect(inst.databaseUrl ?? '');
const stamps = join(inst.folder, 'stamps');
await mkdir(stamps);
const all: Record<string, number[]> = {};
const add = (k: string, v: number) => (all[k] ??= []).push(v);
for (let i = 0; i < 60; i++) {
  const stamp = join(stamps, String(i));
  const posted = performance.timeOrigin + performance.now();
  const content = tinyJob(`date +%s%N > ${stamp}.draft; mv ${stamp}.draft ${stamp}`);
  const made = JSON.parse(await inst.rest.post('/api/v1/default/default/runs', { content }));
  const answered = performance.timeOrigin + performance.now();
  const ns = Number(BigInt((await eventually('s', () => readFile(stamp, 'utf8'), 20000)).trim()) / 1000n) / 1000;
  await new Promise((r) => setTimeout(r, 300));
  await clock.tick();
  if (i < 10) continue;
  const { rows } = await client.query(
    `select status, reason, meta->>'at' as agent_at, extract(epoch from at)::float8*1000 as at from run_log where run_id=(select id from runs where uuid=$1::uuid) order by pos`,
    [made.uuid],
  );
  const rec = JSON.parse(await readFile(join(inst.folder, 'cluster', 'runs', made.uuid, 'record.json'), 'utf8'));
  add('1 answered', answered - posted);
  for (const r of rows) add('db ' + r.status + '/' + r.reason, r.at - posted);
  add('ag created', rec.createdAtMs - posted);
  for (const h of [...rec.history, rec.current]) add('ag ' + h.status + '/' + h.reason, h.atMs - posted);
  add('stamp', ns - posted);
}
for (const [k, v] of Object.entries(all))
  console.log(
    k.padEnd(40),
    Math.min(...v)
      .toFixed(1)
      .padStart(8),
    median(v).toFixed(1).padStart(8),
    Math.max(...v)
      .toFixed(1)
      .padStart(8),
  );
console.log('commit', clock.take());
await client.end();
await inst.close();
await clock.close();
await pg.close();
