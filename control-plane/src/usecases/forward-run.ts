import type { Duplex } from 'node:stream';
import { isDone } from '@tandem/shared/lifecycle';
import type { Principal } from '../domain/access/principal.ts';
import { impossible } from '../domain/refusal.ts';
import type { RunStreams } from '../ports/run-streams.ts';
import { needRun, type RunAddress } from './need.ts';
import type { World } from './world.ts';

/**
 * The way to a port of a service, for who may act on the run: what answers there does whatever it likes with what it is told.
 * Gives a function that connects. Which ports there are, only the agent decides, by what the run declared.
 */
export async function forwardRun(
  world: World,
  streams: RunStreams,
  principal: Principal,
  address: RunAddress,
  port: string,
): Promise<(signal: AbortSignal) => Promise<Duplex>> {
  const { run } = await needRun(world, principal, address, 'write');
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) throw impossible('forward/no-port', 'A port is a number from 1 to 65535.');
  const kind = run.runtime ?? run.kind;
  if (kind !== 'service') throw impossible('forward/no-service', `Only a service has ports; this run is a ${kind}.`);
  if (isDone(run.status)) throw impossible('forward/not-running', `The run has ended; it is ${run.status}.`);
  if (!run.wasSent) throw impossible('forward/not-running', `The run has not started; it is ${run.status}.`);
  return (signal) => streams.forward({ uuid: run.uuid, agentId: run.agentId }, number, signal);
}
