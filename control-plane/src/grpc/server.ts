import { readFile } from 'node:fs/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { AgentSessionsService } from '@tandem/proto';
import { type AgentServiceDeps, agentService } from './agent-service.ts';

export interface GrpcDeps extends AgentServiceDeps {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  /** Null: plain text, which an agent accepts from this machine only. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

export interface GrpcServer {
  /** `host:port` as bound. */
  readonly address: string;
  /** Asks the agents to dial elsewhere, waits up to `graceMs` for answers in flight, then closes. */
  close(graceMs: number): Promise<void>;
}

/** Largest message either way (agent-and-kubernetes.md 4.3). */
const mostBytes = 8 * 1024 * 1024;

/** Starts the agents' side of the control plane. Throws when the address is taken. */
export async function startGrpc(deps: GrpcDeps): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': mostBytes,
    'grpc.max_send_message_length': mostBytes,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.http2.min_ping_interval_without_data_ms': 10_000,
    'grpc.keepalive_permit_without_calls': 1,
  });
  server.addService(AgentSessionsService, agentService(deps));
  const port = await bind(server, deps);
  const host = deps.listen.slice(0, deps.listen.lastIndexOf(':'));
  return {
    address: `${host}:${port}`,
    close: (graceMs) => close(server, deps, graceMs),
  };
}

async function bind(server: Server, deps: GrpcDeps): Promise<number> {
  const credentials = await credentialsOf(deps.tls);
  return await new Promise((resolve, reject) => {
    server.bindAsync(deps.listen, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

async function credentialsOf(tls: GrpcDeps['tls']): Promise<ServerCredentials> {
  if (tls === null) return ServerCredentials.createInsecure();
  const [certificate, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
  return ServerCredentials.createSsl(null, [{ cert_chain: certificate, private_key: key }]);
}

async function close(server: Server, deps: GrpcDeps, graceMs: number): Promise<void> {
  deps.sessions.drain('The control plane is being restarted.');
  await new Promise<void>((resolve) => {
    const cancel = deps.clock.after(graceMs, () => {
      deps.sessions.closeAll();
      server.forceShutdown();
      resolve();
    });
    server.tryShutdown(() => {
      cancel();
      resolve();
    });
  });
}
