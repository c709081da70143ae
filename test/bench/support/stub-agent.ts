import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import { AgentSessionsClient, type Command, FromAgent, type ToAgent } from '@tandem/proto';
import { deferred } from '@tandem/shared/promises';
import { thumbprint, tokenMaker } from '../../../agent/src/adapters/grpc/agent-key.ts';
import { channelCredentials, channelOptions } from '../../../agent/src/adapters/grpc/credentials.ts';
import { enrol } from '../../../agent/src/adapters/grpc/enrol.ts';

/** The agent's side of the wire without anything behind it: every start is accepted and has succeeded at once. */
export interface StubAgent {
  close(): void;
}

export interface StubOptions {
  readonly sessions: string;
  readonly enrolmentToken: string;
  readonly capacity: number;
}

type Body = NonNullable<FromAgent['body']>;

/** Enrols for real, dials on a connection of its own and waits for the Welcome. */
export async function startStubAgent({ sessions, enrolmentToken, capacity }: StubOptions): Promise<StubAgent> {
  const target = { address: sessions, insecure: true, ca: null };
  const enrolled = await enrol(target, enrolmentToken, { version: 'bench', nowMs: Date.now() });
  if (enrolled.kind !== 'enrolled') throw new Error(`a stub agent could not enrol: ${enrolled.message}`);
  const { identity } = enrolled;
  // A pool of its own: otherwise all stubs of this process would share one connection.
  const options = { ...channelOptions, 'grpc.use_local_subchannel_pool': 1 };
  const client = new AgentSessionsClient(sessions, channelCredentials(target), options);
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await (await tokenMaker(identity))(Date.now())}`);
  const call = client.session(metadata);
  const welcomed = deferred<void>();
  let epoch = 0n;
  let beating: NodeJS.Timeout | undefined;
  const send = (body: Body): void => void call.write({ epoch, body });
  const beat = (): void =>
    send({ $case: 'heartbeat', value: { atMs: BigInt(Date.now()), auditHead: undefined, freeCapacity: capacity } });

  call.on('data', ({ body }: ToAgent) => {
    if (body?.$case === 'welcome') {
      epoch = body.value.epoch;
      beat();
      beating = setInterval(beat, body.value.heartbeatSeconds * 1000);
      welcomed.resolve();
    } else if (body?.$case === 'inventory') {
      send({ $case: 'inventory', value: { requestId: body.value.id, more: false, items: [] } });
    } else if (body?.$case === 'command') {
      for (const answer of answersTo(body.value)) send(answer);
    }
  });
  call.on('error', (error) => welcomed.reject(error));
  call.on('end', () => call.end());
  send(await hello(identity, capacity));
  await welcomed.promise;
  return {
    close: () => {
      clearInterval(beating);
      call.end();
      client.close();
    },
  };
}

async function hello(
  identity: { readonly agentId: string; readonly privateJwk: Parameters<typeof thumbprint>[0] },
  capacity: number,
): Promise<Body> {
  const value = {
    agentId: identity.agentId,
    instanceId: randomUUID(),
    protocolMin: 1,
    protocolMax: 1,
    version: 'bench',
    kinds: ['job', 'service'],
    namespaces: ['default'],
    capacity,
    maxInFlight: 64,
    stage1Editions: [1],
    keyThumbprint: await thumbprint(identity.privateJwk),
  };
  const { body } = FromAgent.fromPartial({ body: { $case: 'hello', value } });
  if (body === undefined) throw new Error('bug: a Hello has a body');
  return body;
}

/** What a real agent says over the life of a run, in one breath. */
function answersTo({ id, seq, body, ...run }: Command): readonly Body[] {
  const ack = { commandId: id, seq, outcome: 'accepted', reason: '', message: '', retryAfterMs: 0, verdict: undefined };
  if (body?.$case !== 'start') return [{ $case: 'ack', value: ack }];
  const states = [
    { status: 'starting', reason: 'Started', final: false },
    { status: 'running', reason: 'Running', final: false },
    { status: 'succeeded', reason: 'Completed', final: true },
  ];
  const reports = states.map((state, at) => ({
    id: `${run.runUuid}-${run.attempt}-${at + 1}`,
    runUuid: run.runUuid,
    attempt: run.attempt,
    generation: run.generation,
    seq: BigInt(at + 1),
    atMs: BigInt(Date.now()),
    finishedAtMs: state.final ? BigInt(Date.now()) : 0n,
    ...state,
  }));
  const reported = FromAgent.fromPartial({ body: { $case: 'reports', value: { reports } } }).body;
  return reported === undefined ? [] : [{ $case: 'ack', value: ack }, reported];
}
