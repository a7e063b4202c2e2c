import { type Redis } from 'ioredis';
import {
  askRedis,
  CuttingProxy,
  type PrivateRedis,
  type RedisCluster,
  type SentinelSet,
  startCluster,
  startRedis,
  startSentinelSet,
  waitFor,
} from '@switchboard/testing';
import { type Purpose, RedisConnections } from '../src/index.js';

const purposes = ['producer', 'command', 'blocking', 'subscriber'] as const satisfies readonly Purpose[];

const settled = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

/** Rejections that nobody holds; in a service each one would be its end. */
class UnheldRejections {
  readonly seen: string[] = [];
  private readonly note = (error: unknown): void => void this.seen.push(String(error));

  constructor() {
    process.on('unhandledRejection', this.note);
  }

  end(): void {
    process.off('unhandledRejection', this.note);
  }
}

describe('connections to one Redis', () => {
  let redis: PrivateRedis;
  let proxy: CuttingProxy;
  let connections: RedisConnections;
  const unheld = new UnheldRejections();
  beforeAll(async () => {
    redis = await startRedis();
  });
  beforeEach(async () => {
    proxy = await CuttingProxy.to(redis.port);
    connections = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'c:' }, 'test');
  });
  afterEach(async () => {
    await connections.close();
    await proxy.close();
    unheld.seen.length = 0;
  });
  afterAll(async () => {
    unheld.end();
    await redis.stop();
  });

  const ready = async (client: Redis): Promise<Redis> => {
    await waitFor(() => client.status === 'ready', { timeoutMs: 10_000, describe: 'the client is ready' });
    return client;
  };
  const connected = async (): Promise<number> =>
    String(await askRedis(redis, ['CLIENT', 'LIST']))
      .split('\n')
      .filter((line) => line.includes('name=test:')).length;

  it('may be closed in the moment in which they subscribe anew, and nothing is left unheld', async () => {
    for (let round = 0; round < 5; round++) {
      const client = await ready(connections.open('subscriber'));
      await client.subscribe('channel');
      const again = new Promise<void>((resolve) => client.once('ready', resolve));
      proxy.resetAll();
      await again;
      connections.discard(client);
      proxy.resetAll();
      await waitFor(() => client.status === 'end', { describe: 'the client has ended' });
    }
    await new Promise(setImmediate);
    expect(unheld.seen).toEqual([]);
  });

  it('may be cut, frozen and closed at any moment, and nothing is left unheld', async () => {
    for (let round = 0; round < 12; round++) {
      const own = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'c:' }, 'test');
      const clients = purposes.map((purpose) => own.open(purpose));
      const before = proxy.accepted;
      const calls = clients.map((client) => settled(client.ping()));
      const subscription = settled((clients[3] as Redis).subscribe('channel'));
      await waitFor(() => proxy.accepted > before + (round % 4), { describe: 'some have connected' });
      if (round % 3 === 0) proxy.blackhole();
      else if (round % 3 === 1) proxy.resetAll();
      else await subscription.then(() => proxy.resetAll());
      await own.close();
      proxy.heal();
      await Promise.all([...calls, subscription]);
    }
    expect(unheld.seen).toEqual([]);
  });

  it('tell a call at once that its connection was cut, not when its time is up', async () => {
    for (const purpose of ['producer', 'command', 'blocking'] as const) {
      const client = await ready(connections.open(purpose));
      proxy.holdReplies();
      const call = client.get('x').then(
        () => 'answered',
        (error: Error) => error.message,
      );
      await waitFor(() => proxy.heldReplyBytes > 0, { describe: 'the reply is on its way' });
      const cutAtMs = performance.now();
      proxy.dropHeld();
      expect(await call).toBe('Connection is closed.');
      expect(performance.now() - cutAtMs).toBeLessThan(1_000);
      connections.discard(client);
    }
  });

  it('are all closed after close, and none is opened any more', async () => {
    const own = new RedisConnections({ url: redis.url, keyPrefix: 'c:' }, 'test');
    await Promise.all(purposes.map((purpose) => ready(own.open(purpose))));
    expect(await connected()).toBe(4);
    await own.close();
    await waitFor(async () => (await connected()) === 0, { describe: 'Redis sees no connection of ours' });
    expect(() => own.open('command')).toThrow('closed');
  });

  it('are closed in time also while Redis is frozen or away', async () => {
    for (const fault of ['blackhole', 'cut'] as const) {
      const own = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'c:' }, 'test');
      const client = await ready(own.open('command'));
      proxy[fault]();
      if (fault === 'cut') await waitFor(() => client.status === 'reconnecting', { describe: 'it is away' });
      const beganAtMs = performance.now();
      await own.close();
      expect(performance.now() - beganAtMs).toBeLessThan(2_000);
      proxy.heal();
    }
  });

  it('end a call that waits for the next attempt to connect when they are closed', async () => {
    for (const purpose of ['command', 'subscriber'] as const) {
      const own = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: 'c:' }, 'test');
      const client = await ready(own.open(purpose));
      proxy.cut();
      await waitFor(() => client.status === 'reconnecting', { describe: 'it is away' });
      const call = settled(client.subscribe('channel'));
      await own.close();
      expect(String(await call)).toContain('Connection is closed');
      proxy.heal();
    }
  });

  it('say with every attempt that the password is wrong, and work as soon as it is right', async () => {
    await askRedis(redis, ['ACL', 'SETUSER', 'someone', 'on', '>other', '~*', '&*', '+@all']);
    const told: string[] = [];
    const own = new RedisConnections(
      { url: redis.url, username: 'someone', password: 'mine', keyPrefix: 'c:' },
      'test',
      {
        connected: () => undefined,
        disconnected: () => undefined,
        reconnecting: () => undefined,
        failed: (_, error) => told.push(error.message),
      },
    );
    const client = own.open('command');
    await waitFor(() => told.filter((message) => message.startsWith('WRONGPASS')).length > 2, {
      describe: 'it is said more than once',
    });
    await askRedis(redis, ['ACL', 'SETUSER', 'someone', '>mine']);
    await ready(client);
    expect(told.join()).not.toContain('mine');
    await own.close();
  });
});

describe('connections through Sentinels', () => {
  let set: SentinelSet;
  const unheld = new UnheldRejections();
  beforeAll(async () => {
    set = await startSentinelSet();
  }, 60_000);
  afterAll(async () => {
    unheld.end();
    await set.stop();
  });

  it('survive a Sentinel that falls silent in the moment in which its news are subscribed to anew', async () => {
    const [sentinel] = set.sentinelNodes;
    const proxy = await CuttingProxy.to(sentinel!.port);
    const connections = new RedisConnections(
      { sentinels: [{ host: '127.0.0.1', port: proxy.port }], keyPrefix: 'c:' },
      'test',
    );
    const subscribers = async (): Promise<number> =>
      String(await askRedis(sentinel!, ['CLIENT', 'LIST'])).match(/cmd=subscribe/g)?.length ?? 0;
    const others = await subscribers();
    const client = connections.open('command');
    await waitFor(() => client.status === 'ready', { timeoutMs: 10_000, describe: 'the client is ready' });
    await waitFor(async () => (await subscribers()) > others, { describe: 'the news are subscribed to' });
    proxy.delay(100);
    proxy.resetAll();
    await waitFor(async () => (await subscribers()) === others, { describe: 'the subscription is gone' });
    await waitFor(async () => (await subscribers()) > others, { timeoutMs: 10_000, describe: 'it is made anew' });
    proxy.blackhole();
    const silentAtMs = performance.now();
    await waitFor(() => performance.now() - silentAtMs > 1_000, { describe: 'the call has run out of time' });
    expect(unheld.seen).toEqual([]);
    await connections.close();
    await proxy.close();
  });

  it('come back after a failover also when it was announced while they asked for the master', async () => {
    const proxies = await Promise.all(set.sentinels.map((at) => CuttingProxy.to(at)));
    const sentinels = proxies.map(({ port }) => ({ host: '127.0.0.1', port }));
    const connections = new RedisConnections({ sentinels, keyPrefix: 'c:' }, 'test');
    const clients = Array.from({ length: 24 }, () => connections.open('command'));
    let ends = 0;
    for (const client of clients) client.on('end', () => ends++);
    await waitFor(() => clients.every(({ status }) => status === 'ready'), {
      timeoutMs: 10_000,
      describe: 'all ready',
    });
    // So slow that most of the many clients are asking when the news of the failover comes.
    for (const proxy of proxies) proxy.delay(120);
    const old = await set.master();
    await old.kill();
    try {
      await set.awaitMaster((master) => master !== old);
      await waitFor(() => clients.every(({ status }) => status === 'ready'), {
        timeoutMs: 20_000,
        describe: () => `all ready, ${ends} of them given up by ioredis and replaced`,
      });
      await Promise.all(clients.map((client) => client.set('x', 'y')));
    } finally {
      await connections.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
    await old.restart();
    await set.awaitSettled();
    expect(unheld.seen).toEqual([]);
  }, 60_000);
});

describe('connections to a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  const open = async (act: (connections: RedisConnections) => Promise<void>): Promise<void> => {
    const connections = new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix: 'c:' }, 'test');
    await act(connections).finally(() => connections.close());
  };

  it.each(purposes)('are made at the first attempt (%s)', (purpose) =>
    open(async (connections) => {
      const clients = Array.from({ length: 20 }, () => connections.open(purpose));
      let attempts = 0;
      for (const client of clients) client.on('reconnecting', () => attempts++);
      await waitFor(() => clients.every(({ status }) => status === 'ready'), {
        timeoutMs: 20_000,
        describe: 'all are ready',
      });
      expect(attempts).toBe(0);
    }),
  );

  it('make a producer fail at once while there are none, and only a producer', () =>
    open(async (connections) => {
      const [producer, command] = [connections.open('producer'), connections.open('command')];
      const waiting = command.set('a', 'b');
      expect(await settled(producer.set('a', 'b'))).toMatchObject({ message: 'no connection to the Redis Cluster' });
      expect(producer.status).not.toBe('ready');
      expect(await waiting).toBe('OK');
    }));
});
