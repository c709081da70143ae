import { Metadata, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type {
  AgentSessionsServer,
  EnrollRequest,
  EnrollResponse,
  FromAgent,
  StreamChunk,
  StreamControl,
  ToAgent,
} from '@tandem/proto';
import type { AgentIdentities } from '../ports/agent-identities.ts';
import { AgentSession, inboxLimit, type SessionDeps } from '../usecases/sessions/agent-session.ts';
import type { Channel } from '../usecases/sessions/channel.ts';
import { enrolAgent } from '../usecases/sessions/enrol-agent.ts';
import type { LiveSessions } from '../usecases/sessions/live-sessions.ts';
import type { StreamRelay } from '../usecases/sessions/stream-relay.ts';
import { agentVerifier } from './verify-agent.ts';

export interface AgentServiceDeps extends SessionDeps {
  readonly identities: AgentIdentities;
  readonly sessions: LiveSessions;
  readonly relay: StreamRelay;
}

/** The gRPC face of the sessions: who is calling, and streams turned into channels. No rule of the product is here. */
export function agentService(deps: AgentServiceDeps): AgentSessionsServer {
  const verify = agentVerifier(deps.identities);
  return {
    enroll: (call, answer) => {
      enroll(deps, call, answer).catch((error: unknown) => {
        deps.log.error({ error }, 'an enrolment failed');
        answer({ code: status.UNAVAILABLE, details: 'The control plane cannot enrol agents at the moment.' });
      });
    },
    session: (call) => {
      call.pause();
      verify(authorizationOf(call.metadata), true)
        .then((agent) => (agent === null ? refuse(deps, call) : runSession(deps, agent.id, call)))
        .catch((error: unknown) => fail(deps, call, error));
    },
    stream: (call) => {
      call.pause();
      verify(authorizationOf(call.metadata), false)
        .then((agent) => (agent === null ? refuse(deps, call) : runStream(deps, call)))
        .catch((error: unknown) => fail(deps, call, error));
    },
  };
}

const authorizationOf = (metadata: Metadata): string => String(metadata.get('authorization')[0] ?? '');

async function enroll(
  deps: AgentServiceDeps,
  call: ServerUnaryCall<EnrollRequest, EnrollResponse>,
  answer: sendUnaryData<EnrollResponse>,
): Promise<void> {
  const enrolment = await enrolAgent(deps.identities, call.request, deps.clock.nowMs());
  switch (enrolment.kind) {
    case 'enrolled': {
      const { uuid, name, owner, audience } = enrolment;
      deps.log.info({ agent: name, owner }, 'agent enrolled');
      answer(null, { agentId: uuid, agentName: name, owner, audience });
      return;
    }
    case 'used':
      deps.log.warn({ peer: call.getPeer() }, 'an enrolment token was used a second time');
      answer({
        code: status.ALREADY_EXISTS,
        details: 'This enrolment token was used before, or it is too old. Ask for a new one.',
      });
      return;
    case 'unknown':
    case 'bad-proof':
      answer({ code: status.UNAUTHENTICATED, details: 'The enrolment was refused.' });
      return;
  }
}

/** The server's time goes with the refusal: an agent whose clock is off can correct itself once. */
function refuse(deps: AgentServiceDeps, call: ServerDuplexStream<never, never> | AnyDuplex): void {
  const metadata = new Metadata();
  metadata.set('x-server-time-ms', String(Math.round(deps.clock.nowMs())));
  call.resume();
  call.emit('error', { code: status.UNAUTHENTICATED, details: 'The agent could not be authenticated.', metadata });
}

type AnyDuplex = ServerDuplexStream<FromAgent, ToAgent> | ServerDuplexStream<StreamChunk, StreamControl>;

function fail(deps: AgentServiceDeps, call: AnyDuplex, error: unknown): void {
  deps.log.error({ error }, 'a call of an agent failed');
  call.emit('error', { code: status.UNAVAILABLE, details: 'The control plane cannot serve agents at the moment.' });
}

function runSession(deps: AgentServiceDeps, agentId: number, call: ServerDuplexStream<FromAgent, ToAgent>): void {
  const session = new AgentSession(deps, agentId, channelOf(call));
  deps.sessions.add(session);
  const end = (): void => {
    deps.sessions.remove(session);
    session.close();
  };
  call.on('data', (message: FromAgent) => {
    void session.receive(message).then(() => call.resume());
    // Back-pressure: an agent that talks faster than the database writes is not read until the backlog is gone.
    if (session.backlog >= inboxLimit) call.pause();
  });
  call.on('end', end);
  call.on('cancelled', end);
  call.on('error', end);
  call.resume();
}

function channelOf(call: ServerDuplexStream<FromAgent, ToAgent>): Channel {
  let open = true;
  return {
    send: (message) => open && !call.cancelled && call.write(message),
    drained: () =>
      new Promise((resolve) => {
        if (!open || call.cancelled || !call.writableNeedDrain) resolve();
        else for (const event of ['drain', 'close', 'cancelled']) call.once(event, () => resolve());
      }),
    close: () => {
      if (open) call.end();
      open = false;
    },
  };
}

function runStream(deps: AgentServiceDeps, call: ServerDuplexStream<StreamChunk, StreamControl>): void {
  let streamId = '';
  let open = true;
  const close = (): void => {
    if (open) call.end();
    open = false;
  };
  const end = (): void => {
    deps.relay.detach(streamId);
    close();
  };
  const ours = { send: (control: StreamControl) => open && !call.cancelled && call.write(control), close };
  call.on('drain', () => deps.relay.drained(streamId));
  call.on('data', (chunk: StreamChunk) => {
    // One call is one stream: nobody else's ends with it.
    if (streamId === '') streamId = chunk.streamId;
    if (chunk.streamId !== streamId) return;
    if (!deps.relay.take(chunk, ours)) close();
  });
  call.on('end', end);
  call.on('cancelled', end);
  call.on('error', end);
  call.resume();
}
