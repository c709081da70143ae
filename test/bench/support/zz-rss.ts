import { startInstallation } from './installation.ts';
import { startDurablePostgres } from './postgres.ts';
import { residentMegabytes } from './process-cost.ts';

const pg = await startDurablePostgres();
for (let i = 0; i < 2; i++) {
  const inst = await startInstallation(pg);
  const agent = await inst.startAgent({ name: 'cluster', capacity: 8 });
  await new Promise((r) => setTimeout(r, 6000));
  console.log('cp', residentMegabytes(inst.controlPlane.pid), 'agent', residentMegabytes(agent.pid));
  await inst.close();
}
await pg.close();
