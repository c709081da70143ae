import { startInstallation } from './installation.ts';
import { openLoop, tinyJob } from './load.ts';
import { startDurablePostgres } from './postgres.ts';
import { processorMs } from './process-cost.ts';
import { runTimes, untilRunsReach } from './run-times.ts';
import { startStubAgent } from './stub-agent.ts';

const runs = Number(process.argv[2] ?? 1000),
  rate = Number(process.argv[3] ?? 150);
const pg = await startDurablePostgres();
const inst = await startInstallation(pg);
const client = await pg.connect(inst.databaseUrl ?? '');
const stub = await startStubAgent({
  sessions: inst.sessions,
  enrolmentToken: await inst.newAgent('cluster'),
  capacity: runs,
});
const contents = (n: number) => Array.from({ length: n }, () => tinyJob('true'));
await openLoop(inst.rest, contents(50), 150);
await untilRunsReach(client, 'succeeded', 50);
let { lastId } = await runTimes(client, 0);
for (let round = 1; round <= 3; round++) {
  const x0 = (await client.query(`select xact_commit c from pg_stat_database where datname=current_database()`))
    .rows[0];
  const used = processorMs(inst.controlPlane.pid),
    own = process.cpuUsage();
  const l = await openLoop(inst.rest, contents(runs), rate);
  await untilRunsReach(client, 'succeeded', 50 + round * runs);
  const t = await runTimes(client, lastId);
  lastId = t.lastId;
  const first = Math.min(...t.createdMs);
  const o = process.cpuUsage(own);
  await new Promise((r) => setTimeout(r, 1100));
  const x1 = (await client.query(`select xact_commit c from pg_stat_database where datname=current_database()`))
    .rows[0];
  console.log({
    cpuPerRun: (processorMs(inst.controlPlane.pid) - used) / runs,
    ownPerRun: (o.user + o.system) / 1000 / runs,
    commitsPerRun: (x1.c - x0.c) / runs,
    sub: (runs * 1000) / (l.lastAnswerMs - l.firstPostMs),
    disp: (runs * 1000) / (Math.max(...t.scheduledMs) - first),
    end: (runs * 1000) / (Math.max(...t.doneMs) - first),
    rss: process.memoryUsage().rss / 1e6,
  });
}
stub.close();
await client.end();
await inst.close();
await pg.close();
