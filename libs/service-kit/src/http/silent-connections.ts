import { type Socket } from 'node:net';
import { type FastifyInstance } from 'fastify';

/**
 * Ends, when the server closes, connections on which nothing was ever sent. Browsers and connection pools open such in
 * advance; Node counts them neither as idle nor, once the server closes, as late, so they would hold up its end.
 */
export function endSilentConnections(server: FastifyInstance): void {
  const open = new Set<Socket>();
  let closing = false;
  server.server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.addHook('preClose', async () => {
    closing = true;
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
