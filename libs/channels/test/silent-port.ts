import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const LISTEN_AND_STOP = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port));
    process.kill(process.pid, 'SIGSTOP');
  });`;

/** How many connections Linux takes for a backlog of 1, and one to be sure. */
const FILL = 3;

/**
 * A port that takes no more connections and refuses none either, like an address behind a firewall that drops
 * packets: a stopped process whose queue of connections is full.
 */
export async function silentPort(): Promise<{ port: number; close: () => void }> {
  const child = spawn(process.execPath, ['-e', LISTEN_AND_STOP], { stdio: ['ignore', 'pipe', 'inherit'] });
  const fill: Socket[] = [];
  const close = () => {
    for (const socket of fill) socket.destroy();
    child.kill('SIGKILL');
  };
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    await fillQueue(port, fill);
    return { port, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function fillQueue(port: number, fill: Socket[]): Promise<void> {
  for (let i = 0; i < FILL; i += 1) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    fill.push(socket);
    if (i < FILL - 1) await once(socket, 'connect');
  }
}
