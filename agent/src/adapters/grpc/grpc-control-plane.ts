import { type ClientDuplexStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { AgentSessionsClient, type FromAgent, type StreamChunk, type StreamControl, type ToAgent } from '@tandem/proto';
import type { Clock } from '../../ports/clock.ts';
import type {
  Channel,
  ChannelEvents,
  Closed,
  ControlPlane,
  StreamChannel,
  StreamEvents,
} from '../../ports/control-plane.ts';
import type { Log } from '../../ports/log.ts';
import { channelCredentials, channelOptions, type Target } from './credentials.ts';

export interface GrpcOptions {
  readonly target: Target;
  /** A fresh token of the agent, for this moment by the control plane's clock. */
  readonly makeToken: (nowMs: number) => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Above this difference the clocks are worth a word, in ms. */
const noticeableSkewMs = 30_000;
/** How long a closed session may take to bring its last messages across. */
const closeLimitMs = 1_000;

/** The control plane over gRPC: each call carries its own short token (agent-and-kubernetes.md 4.5). */
export function grpcControlPlane(options: GrpcOptions): ControlPlane & { close(): void } {
  const client = new AgentSessionsClient(options.target.address, channelCredentials(options.target), channelOptions);
  const skew = clockSkew(options);

  const authorised = async (): Promise<Metadata> => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await options.makeToken(options.clock.nowMs() + skew.offsetMs())}`);
    return metadata;
  };

  return {
    dial: (events) =>
      dial({ open: async () => client.session(await authorised()), events, clock: options.clock, onError: skew.learn }),
    openStream: (events) => openStream({ open: async () => client.stream(await authorised()), events }),
    close: () => client.close(),
  };
}

/** Learns the control plane's clock from a refusal, once: a second wrong time is not a matter of clocks. */
function clockSkew({ clock, log }: GrpcOptions): { offsetMs(): number; learn(error: ServiceError): boolean } {
  let offsetMs = 0;
  let corrected = false;
  return {
    offsetMs: () => offsetMs,
    learn: (error) => {
      const said = error.metadata?.get('x-server-time-ms')[0];
      if (error.code !== status.UNAUTHENTICATED || corrected || typeof said !== 'string' || !/^\d{1,15}$/.test(said))
        return false;
      corrected = true;
      offsetMs = Number(said) - clock.nowMs();
      if (Math.abs(offsetMs) > noticeableSkewMs)
        log.warn({ offsetMs }, 'the clock of this machine differs from the control plane; tokens are corrected');
      return true;
    },
  };
}

interface Dialling {
  readonly open: () => Promise<ClientDuplexStream<FromAgent, ToAgent>>;
  readonly events: ChannelEvents;
  readonly clock: Clock;
  /** True: the reason is mended, dial again at once. */
  readonly onError: (error: ServiceError) => boolean;
}

function dial({ open, events, clock, onError }: Dialling): Channel {
  const early: FromAgent[] = []; // Hello alone: until the call exists, `send` says that it is full.
  let call: ClientDuplexStream<FromAgent, ToAgent> | null = null;
  let closed = false;
  const end = (why: Closed): void => {
    if (closed) return;
    closed = true;
    events.onClose(why);
  };

  open().then(
    (opened) => {
      if (closed) return opened.cancel();
      call = opened;
      opened.on('data', (message: ToAgent) => {
        if (!closed) events.onMessage(message);
      });
      opened.on('drain', () => events.onDrain());
      opened.on('error', (error: ServiceError) =>
        end(onError(error) ? { kind: 'ended', message: 'The clock was corrected.', retryAfterMs: 0 } : toClosed(error)),
      );
      opened.on('end', () =>
        end({ kind: 'ended', message: 'The control plane ended the session.', retryAfterMs: null }),
      );
      for (const message of early.splice(0)) opened.write(message);
      events.onDrain();
    },
    (error: unknown) =>
      end({ kind: 'unavailable', message: `The session could not be opened: ${String(error)}`, retryAfterMs: null }),
  );

  return {
    send: (message) => {
      if (call !== null) return call.write(message);
      early.push(message);
      return false;
    },
    close: () => {
      closed = true;
      const open = call;
      if (open === null) return;
      open.end(); // What was sent still arrives; the other side may be gone, so not for ever.
      clock.after(closeLimitMs, () => open.cancel());
    },
  };
}

function toClosed(error: ServiceError): Closed {
  const said = error.metadata?.get('x-retry-after-ms')[0];
  const retryAfterMs = typeof said === 'string' && /^\d{1,9}$/.test(said) ? Number(said) : null;
  const isRefusal = error.code === status.PERMISSION_DENIED;
  return {
    kind: isRefusal ? 'refused' : 'unavailable',
    message: error.details === '' ? error.message : error.details,
    retryAfterMs,
  };
}

function openStream({
  open,
  events,
}: {
  readonly open: () => Promise<ClientDuplexStream<StreamChunk, StreamControl>>;
  readonly events: StreamEvents;
}): StreamChannel {
  const early: StreamChunk[] = [];
  let call: ClientDuplexStream<StreamChunk, StreamControl> | null = null;
  let over: 'ended' | 'cancelled' | null = null;

  open().then(
    (opened) => {
      if (over === 'cancelled') return opened.cancel();
      call = opened;
      opened.on('data', (control: StreamControl) => events.onControl(control));
      opened.on('drain', () => events.onDrain());
      opened.on('error', () => events.onClose()); // The reader is told by its own side; here it is only over.
      opened.on('end', () => events.onClose());
      for (const chunk of early.splice(0)) opened.write(chunk);
      if (over === 'ended') opened.end();
      else events.onDrain();
    },
    () => events.onClose(),
  );

  return {
    send: (chunk) => {
      if (call !== null) return call.write(chunk);
      early.push(chunk);
      return false;
    },
    end: () => {
      over ??= 'ended';
      call?.end();
    },
    cancel: () => {
      over = 'cancelled';
      call?.cancel();
    },
  };
}
