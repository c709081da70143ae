import type { FromAgent, ToAgent } from '@tandem/proto';
import type { ChannelEvents, ControlPlane } from '../ports/control-plane.ts';

/** The far end of a session, in memory, under a test's control. For tests. */
export interface FakeControlPlane extends ControlPlane {
  readonly sent: FromAgent[];
  readonly dials: number;
  /** While true, the transport says that its buffer is full. */
  full: boolean;
  say(body: ToAgent['body'], epoch?: bigint): void;
  welcome(epoch: bigint): void;
  drain(): void;
  cut(): void;
}

export function fakeControlPlane(): FakeControlPlane {
  const sent: FromAgent[] = [];
  let events: ChannelEvents | null = null;
  let present = 0n;
  let dials = 0;
  const plane: FakeControlPlane = {
    sent,
    full: false,
    get dials() {
      return dials;
    },
    dial: (listener) => {
      dials += 1;
      events = listener;
      return {
        send: (message) => {
          sent.push(message);
          return !plane.full;
        },
        close: () => {
          if (events === listener) events = null;
        },
      };
    },
    openStream: () => ({ send: () => true, end: () => undefined, cancel: () => undefined }),
    say: (body, epoch = present) => events?.onMessage({ epoch, body }),
    welcome: (epoch) => {
      present = epoch;
      plane.say({
        $case: 'welcome',
        value: {
          sessionId: `s${epoch}`,
          epoch,
          leaseSeconds: 30,
          heartbeatSeconds: 10,
          protocol: 1,
          serverTimeMs: 1_000_000n,
          features: [],
          auditHead: undefined,
        },
      });
    },
    drain: () => events?.onDrain(),
    cut: () => events?.onClose({ kind: 'unavailable', message: 'cut', retryAfterMs: null }),
  };
  return plane;
}
