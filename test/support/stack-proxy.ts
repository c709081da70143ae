import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP balancer on a free port of this machine: each connection goes to the next backend that takes it. */
export interface TcpProxy {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What clients sent, one buffer for each connection; empty unless it records. */
  recorded(): readonly Buffer[];
  /** Cuts every open connection on both sides. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a balancer. `backends` is asked at every connection, since a backend may have come back elsewhere. */
export async function startProxy(backends: () => readonly number[], { records = false } = {}): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const tapes: Buffer[][] = [];
  let turn = 0;
  const server = createServer((client) => {
    turn += 1;
    track(client);
    const tape: Buffer[] = [];
    if (records) tapes.push(tape);
    const ports = backends();
    const order = ports.map((_, index) => ports[(index + turn) % ports.length] ?? 0);
    reach(client, order, tape);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    address: `127.0.0.1:${address.port}`,
    recorded: () => tapes.map((tape) => Buffer.concat(tape)),
    cut,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    // A reset is what happens when a side is killed; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  /** Tries the backends in turn; none there is a connection that breaks, as without a proxy. */
  function reach(client: Socket, [port, ...others]: readonly number[], tape: Buffer[]): void {
    if (port === undefined || client.destroyed) {
      client.destroy();
      return;
    }
    const backend = connect(port, '127.0.0.1');
    track(backend);
    let isJoined = false;
    backend.once('connect', () => {
      isJoined = true;
      if (records) client.on('data', (bytes) => tape.push(bytes as Buffer));
      client.pipe(backend).pipe(client);
      client.once('close', () => backend.destroy());
    });
    backend.once('close', () => {
      if (isJoined) client.destroy();
      else reach(client, others, tape);
    });
  }
}
