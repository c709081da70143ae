import { isIP } from 'node:net';
import { type ChannelCredentials, type ChannelOptions, credentials } from '@grpc/grpc-js';

/** Where the control plane is and how to trust it. */
export interface Target {
  /** `host:port`. */
  readonly address: string;
  /** Plain text; refused anywhere but on this machine. */
  readonly insecure: boolean;
  /** Extra certificate authorities, PEM; null: those of the system. */
  readonly ca: Buffer | null;
}

/** Both sides take messages up to this size (agent-and-kubernetes.md 4.3). */
export const messageLimit = 8 * 1024 * 1024;

export const channelOptions: ChannelOptions = {
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': messageLimit,
  'grpc.max_send_message_length': messageLimit,
  // The session backs off itself; the channel must not add its own two minutes.
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** A sentence on why this target may not be dialled, or null. */
export function targetProblem(target: Target): string | null {
  if (!/^(?:\[[0-9a-f:]+\]|[^\s:/[\]]+):\d{1,5}$/i.test(target.address))
    return `"${target.address}" is no address; write host:port.`;
  if (target.insecure && !isThisMachine(target.address))
    return `"insecure" is only for a control plane on this machine; "${target.address}" is elsewhere, so TLS is needed.`;
  return null;
}

export function channelCredentials(target: Target): ChannelCredentials {
  return target.insecure ? credentials.createInsecure() : credentials.createSsl(target.ca);
}

function isThisMachine(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
