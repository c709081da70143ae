import type { FromAgent, ToAgent } from '@tandem/proto';
import type { ChannelEvents, ControlPlane } from '../../agent/src/ports/control-plane.ts';
import type { AgentSession } from '../../control-plane/src/usecases/sessions/agent-session.ts';
import type { Channel } from '../../control-plane/src/usecases/sessions/channel.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How bad the network is: probabilities for each message, and a longest delay. */
export interface Weather {
  readonly drop: number;
  readonly double: number;
  readonly delay: number;
  readonly longestDelayMs: number;
  /** For each message: the whole connection breaks. */
  readonly cut: number;
}

export const calm: Weather = { drop: 0, double: 0, delay: 0, longestDelayMs: 0, cut: 0 };

/** A network between one agent and the control plane, in which every message may be lost, doubled, late or out of order. */
export interface FaultyNetwork {
  readonly controlPlane: ControlPlane;
  /** From now on the network is like this. */
  become(weather: Weather): void;
  /** All connections break at once, as when either process dies. */
  cutAll(): void;
}

/** Accepts the control plane's end of a new connection. */
export type Accept = (channel: Channel) => AgentSession;

export function faultyNetwork(time: VirtualTime, random: Random, accept: Accept): FaultyNetwork {
  let weather = calm;
  const connections = new Set<() => void>();

  /** Sends one message through the weather. Later ones may overtake it. */
  const carry = (deliver: () => void, cut: () => void): void => {
    if (random.chance(weather.cut)) {
      cut();
      return;
    }
    if (random.chance(weather.drop)) return;
    const copies = random.chance(weather.double) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      time.after(random.chance(weather.delay) ? random.below(weather.longestDelayMs) : 0, deliver);
    }
  };

  const dial = (events: ChannelEvents): { send(message: FromAgent): boolean; close(): void } => {
    let open = true;
    const cut = (): void => {
      if (!open) return;
      open = false;
      connections.delete(cut);
      session.close();
      time.after(0, () =>
        events.onClose({ kind: 'unavailable', message: 'The connection broke.', retryAfterMs: null }),
      );
    };
    const channel: Channel = {
      send: (message: ToAgent) => {
        if (open) carry(() => open && events.onMessage(structuredClone(message)), cut);
        return true;
      },
      drained: () => Promise.resolve(),
      close: cut,
    };
    const session = accept(channel);
    connections.add(cut);
    return {
      send: (message) => {
        if (open) carry(() => void (open && session.receive(structuredClone(message))), cut);
        return true;
      },
      close: cut,
    };
  };

  return {
    controlPlane: {
      dial,
      openStream: () => ({ send: () => true, end: () => undefined, cancel: () => undefined }),
    },
    become: (next) => {
      weather = next;
    },
    cutAll: () => {
      for (const cut of [...connections]) cut();
    },
  };
}
