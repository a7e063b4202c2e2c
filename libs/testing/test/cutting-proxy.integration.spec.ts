import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { askRedis, CuttingProxy, type PrivateRedis, startRedis, waitFor } from '../src/index.js';

let redis: PrivateRedis;
let proxy: CuttingProxy;
const opened: Socket[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  proxy = await CuttingProxy.to(redis.port);
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await proxy.close();
});
afterAll(async () => {
  await redis.stop();
});

const through = (): { host: string; port: number } => ({ host: '127.0.0.1', port: proxy.port });

/** A client that keeps its connection: what it was told, and how it ended. */
async function client(): Promise<{ socket: Socket; said: () => string; error: () => string | undefined }> {
  const socket = connect(through());
  opened.push(socket);
  let said = '';
  let error: string | undefined;
  socket.on('data', (chunk) => (said += chunk.toString()));
  socket.on('error', (fault: NodeJS.ErrnoException) => (error = fault.code));
  await once(socket, 'connect');
  return { socket, said: () => said, error: () => error };
}

describe('a cutting proxy', () => {
  it('passes everything on, in order, and counts connections', async () => {
    const big = 'x'.repeat(3_000_000);
    await askRedis(through(), ['SET', 'big', big], 10_000);
    expect(await askRedis(through(), ['GET', 'big'], 10_000)).toBe(big);
    expect(proxy.accepted).toBe(2);
    await waitFor(() => proxy.connections === 0, { describe: 'closed connections are forgotten' });
  });

  it('cuts present and new connections with a reset until it is healed', async () => {
    const one = await client();
    one.socket.write('PING\r\n');
    await waitFor(() => one.said() === '+PONG\r\n', { describe: 'a reply' });
    proxy.cut();
    await waitFor(() => one.error() === 'ECONNRESET', { describe: 'the connection is reset' });
    await expect(askRedis(through(), ['PING'])).rejects.toThrow(/ECONNRESET|closed the connection/);
    proxy.heal();
    expect(await askRedis(through(), ['PING'])).toBe('PONG');
  });

  it('takes the server along when it cuts', async () => {
    const one = await client();
    one.socket.write('CLIENT SETNAME cut-me\r\n');
    await waitFor(() => one.said() === '+OK\r\n', { describe: 'a reply' });
    proxy.resetAll();
    await waitFor(async () => !String(await askRedis(redis, ['CLIENT', 'LIST'])).includes('cut-me'), {
      describe: 'the server has lost the client',
    });
  });

  it('is silent as a black hole in both directions, and brings what waited when it is healed', async () => {
    const one = await client();
    one.socket.write('PING\r\n');
    await waitFor(() => one.said() === '+PONG\r\n', { describe: 'a reply' });
    proxy.blackhole();
    one.socket.write('SET hole 1\r\n');
    await expect(askRedis(through(), ['PING'], 200)).rejects.toThrow('did not answer within 200 ms');
    expect(await askRedis(redis, ['GET', 'hole'])).toBeNull();
    expect(one.error()).toBeUndefined();
    proxy.heal();
    await waitFor(() => one.said() === '+PONG\r\n+OK\r\n', { describe: 'the late reply' });
    expect(await askRedis(redis, ['GET', 'hole'])).toBe('1');
  });

  it('loses a reply on the wire while the server has done the work', async () => {
    const one = await client();
    proxy.holdReplies();
    one.socket.write('INCR lost\r\n');
    await waitFor(() => proxy.heldReplyBytes > 0, { describe: 'the server has answered' });
    expect(await askRedis(redis, ['GET', 'lost'])).toBe('1');
    proxy.dropHeld();
    await waitFor(() => one.error() === 'ECONNRESET', { describe: 'the connection is reset' });
    expect(one.said()).toBe('');
    expect(await askRedis(through(), ['GET', 'lost'])).toBe('1');
  });

  it('delivers held replies late when it is healed instead', async () => {
    const one = await client();
    proxy.holdReplies();
    one.socket.write('PING\r\n');
    await waitFor(() => proxy.heldReplyBytes === 7, { describe: 'the server has answered' });
    proxy.heal();
    await waitFor(() => one.said() === '+PONG\r\n', { describe: 'the late reply' });
    expect(proxy.heldReplyBytes).toBe(0);
  });

  it('delays every byte in both directions', async () => {
    proxy.delay(80);
    const begin = performance.now();
    expect(await askRedis(through(), ['PING'])).toBe('PONG');
    expect(performance.now() - begin).toBeGreaterThan(155);
  });

  it('resets a client whose server is not there', async () => {
    const nowhere = await CuttingProxy.to(redis.port);
    await redis.kill();
    try {
      await expect(askRedis({ host: '127.0.0.1', port: nowhere.port }, ['PING'])).rejects.toThrow(/ECONNRESET|closed/);
    } finally {
      await nowhere.close();
      await redis.restart();
    }
  });
});
