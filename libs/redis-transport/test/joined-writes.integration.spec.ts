import { CuttingProxy, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { SharedClients } from '../src/topics/shared-clients.js';
import { whenReady } from '../src/topics/when-ready.js';

describe('the client that queues, topics and requests share', () => {
  let redis: PrivateRedis;
  let proxy: CuttingProxy;
  let connections: RedisConnections;
  beforeAll(async () => {
    redis = await startRedis();
    proxy = await CuttingProxy.to(redis.port);
    connections = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'j:' }, 'joined');
  });
  afterAll(async () => {
    await connections.close();
    await proxy.close();
    await redis.stop();
  });

  it('sends the commands of one turn in one write, in their order, also after a reconnect', async () => {
    const { command } = SharedClients.of(connections);
    for (let n = 0; n < 2; n++) {
      await whenReady(command, 10_000);
      const key = `j:${n}`;
      const pushed = Array.from({ length: 100 }, (_, i) => command.rpush(key, String(i)));
      expect(command.stream.writableCorked).toBe(1);
      expect(await Promise.all(pushed)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(command.stream.writableCorked).toBe(0);
      expect(await command.lrange(key, 0, -1)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
      proxy.resetAll();
      await waitFor(() => command.status !== 'ready', { describe: 'the link is lost' });
    }
  });
});
