import { eventually } from '../../support/eventually.ts';
import { caseOf } from '../support/case.ts';
import { residentMegabytes } from '../support/process-cost.ts';
import { atMost, installed, type World } from './world.ts';

const services = 50;

/** What an agent holds while it watches 50 pods that stay. */
export const memory = (world: World): Promise<void> => heldWith(world, 1, 80);

/** The same with 10,000. */
export const memoryAtScale = (world: World): Promise<void> => heldWith(world, 200, 256);

async function heldWith(world: World, replicas: number, limit: number): Promise<void> {
  const { clock, cluster, report } = world;
  const { installation, agent } = await installed(world, `memory-${replicas}`);
  const sight = cluster.follow();
  try {
    for (let index = 0; index < services; index += 1)
      await installation.rest.post('/api/v1/default/default/runs', { content: service(replicas) });
    const wanted = services * replicas;
    await eventually(`${wanted} pods run`, () => sight.runningPods() >= wanted, 1_200_000);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const samples: number[] = [];
    for (let sample = 0; sample < 10; sample += 1) {
      samples.push(residentMegabytes(agent.pid));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await clock.tick();
    report(
      caseOf(`memory of the agent, ${wanted} pods`, 'MB', samples, {
        commitMs: clock.take(),
        bar: atMost('median', limit),
      }),
    );
  } finally {
    await sight.close();
    await installation.close();
  }
}

function service(replicas: number): string {
  return JSON.stringify({
    kind: 'operation',
    component: { run: { kind: 'service', replicas, ports: [80], container: { image: 'busybox', command: ['true'] } } },
  });
}
