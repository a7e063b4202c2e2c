import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below what systems hand out to outgoing connections (Linux from 32768, macOS from 49152). A server whose port is taken
 * from that range can lose it to any connection while it is down, and a client that retries against it can even connect
 * to itself.
 */
const lowest = 15_000;
const highest = 32_000;

/**
 * Ports of 127.0.0.1 on which nobody listens at the moment, each once. Another process may still take one before its
 * user does: start the server with `onFreePorts`.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    while (servers.length < count) {
      const server = await listenOn(randomInt(lowest, highest));
      if (server) servers.push(server);
    }
    return servers.map((server) => (server.address() as { port: number }).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  }
}

/** A server could not start because another process listens on its port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number | string, options?: ErrorOptions) {
    super(`Port ${port} is taken`, options);
  }
}

/** Runs a start on free ports, and again on others (5 tries) when it throws PortTakenError. */
export async function onFreePorts<T>(count: number, start: (ports: number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === 5) throw error;
    }
  }
}

async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
