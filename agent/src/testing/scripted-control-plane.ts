import { type handleBidiStreamingCall, Server, ServerCredentials } from '@grpc/grpc-js';
import {
  type AgentSessionsServer,
  AgentSessionsService,
  type Command,
  Command as CommandMessage,
  type FromAgent,
  type Report,
  type StreamChunk,
  type StreamControl,
  type ToAgent,
} from '@tandem/proto';

/** A control plane over real gRPC that says what a test tells it to. For tests. */
export interface ScriptedControlPlane {
  readonly address: string;
  readonly received: FromAgent[];
  readonly chunks: StreamChunk[];
  readonly authorizations: string[];
  reports(): readonly Report[];
  send(body: NonNullable<ToAgent['body']>): void;
  command(command: Partial<Command>): void;
  /** Breaks every open session, as a network would. */
  cut(): void;
  close(): Promise<void>;
}

export async function scriptedControlPlane(): Promise<ScriptedControlPlane> {
  const received: FromAgent[] = [];
  const chunks: StreamChunk[] = [];
  const authorizations: string[] = [];
  const calls = new Set<Parameters<handleBidiStreamingCall<FromAgent, ToAgent>>[0]>();
  let epoch = 0n;
  let seq = 0n;
  const send = (body: NonNullable<ToAgent['body']>): void => {
    for (const call of calls) call.write({ epoch, body });
  };

  const server = new Server();
  const service: AgentSessionsServer = {
    enroll: (call, answer) => {
      authorizations.push(call.request.proof);
      if (call.request.token === 'used') answer({ code: 6, details: 'used' });
      else answer(null, { agentId: 'agent-1', agentName: 'one', owner: 'acme', audience: 'tandem' });
    },
    session: (call) => {
      calls.add(call);
      authorizations.push(String(call.metadata.get('authorization')[0]));
      call.on('error', () => calls.delete(call));
      call.on('end', () => {
        calls.delete(call);
        call.end();
      });
      call.on('data', (message: FromAgent) => {
        received.push(message);
        if (message.body?.$case === 'hello') {
          epoch += 1n;
          send({
            $case: 'welcome',
            value: {
              sessionId: `s${epoch}`,
              epoch,
              leaseSeconds: 30,
              heartbeatSeconds: 10,
              protocol: 1,
              serverTimeMs: BigInt(Date.now()),
              features: [],
              auditHead: undefined,
            },
          });
        }
        if (message.body?.$case === 'reports')
          send({ $case: 'reportAck', value: { reportIds: message.body.value.reports.map(({ id }) => id) } });
      });
    },
    stream: (call) => {
      call.write({ credits: 8, close: false, data: Buffer.alloc(0), end: false } satisfies StreamControl);
      call.on('error', () => undefined);
      call.on('data', (chunk: StreamChunk) => chunks.push(chunk));
      call.on('end', () => call.end());
    },
  };
  server.addService(AgentSessionsService, service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });

  return {
    address: `127.0.0.1:${port}`,
    received,
    chunks,
    authorizations,
    reports: () => received.flatMap(({ body }) => (body?.$case === 'reports' ? body.value.reports : [])),
    send,
    command: (command) => {
      seq += 1n;
      send({
        $case: 'command',
        value: CommandMessage.fromPartial({ id: `c${seq}`, seq, attempt: 1, generation: 1n, ...command }),
      });
    },
    cut: () => {
      for (const call of calls) call.emit('error', { code: 14, details: 'The connection was cut.' });
      calls.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.forceShutdown();
        resolve();
      }),
  };
}
