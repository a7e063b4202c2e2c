import { until } from '@switchboard/delivery/testing';
import {
  askRedis,
  CuttingProxy,
  type PrivateRedis,
  type RedisCluster,
  startCluster,
  startRedis,
} from '@switchboard/testing';
import { Keys, NobodyAnswers, RedisConnections, RequestFailed, Requests, RequestTimeout } from '../src/index.js';

const keyPrefix = 'test:';

describe('requests', () => {
  let redis: PrivateRedis;
  const all: RedisConnections[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => Promise.all(all.splice(0).map((connections) => connections.close())));
  afterAll(() => redis.stop());

  /** As another process would open them. */
  const open = (url = redis.url): Requests => {
    const connections = new RedisConnections({ url, keyPrefix }, 'requests');
    all.push(connections);
    return new Requests(connections, new Keys(keyPrefix));
  };

  it('are answered, many at once, each with its own reply', async () => {
    const [client, server] = [open(), open()];
    await server.serve('agent:a', async (data) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return `${data} \u0000\nü`;
    }).ready;
    const asked = Array.from({ length: 500 }, (_, n) => client.ask('agent:a', String(n), { timeoutMs: 5_000 }));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 500 }, (_, n) => `${n} \u0000\nü`));
  });

  it('say at once that nobody answers', async () => {
    const client = open();
    await expect(client.ask('agent:none', '', { timeoutMs: 60_000 })).rejects.toBeInstanceOf(NobodyAnswers);
    const serving = open().serve('agent:gone', () => 'x');
    await serving.ready;
    expect(await client.ask('agent:gone', '', { timeoutMs: 5_000 })).toBe('x');
    await serving.stop();
    await expect(
      (async () => {
        for (;;) await client.ask('agent:gone', '', { timeoutMs: 1_000 });
      })(),
    ).rejects.toBeInstanceOf(NobodyAnswers);
  });

  it('say at once that nobody answers, also while somebody watches all channels', async () => {
    const connections = new RedisConnections({ url: redis.url, keyPrefix }, 'monitor');
    all.push(connections);
    await connections.open('subscriber').psubscribe('*');
    await expect(open().ask('agent:none', '', { timeoutMs: 60_000 })).rejects.toBeInstanceOf(NobodyAnswers);
  });

  it('end with a timeout, abort the handler at the caller’s deadline, and a late reply is ignored', async () => {
    const [client, server] = [open(), open()];
    let aborted = false;
    let replied = false;
    await server.serve('agent:slow', async (data, { signal }) => {
      if (data === 'quick') return 'quick';
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      replied = true;
      return 'late';
    }).ready;
    const start = performance.now();
    await expect(client.ask('agent:slow', '', { timeoutMs: 100 })).rejects.toBeInstanceOf(RequestTimeout);
    expect(performance.now() - start).toBeLessThan(1_000);
    await until('the handler knows', () => aborted && replied);
    expect(await client.ask('agent:slow', 'quick', { timeoutMs: 1_000 })).toBe('quick');
  });

  it('carry a handler’s error as code and message, never its stack', async () => {
    const [client, server] = [open(), open()];
    await server.serve('agent:bad', (data) => {
      throw data === 'coded' ? Object.assign(new Error('no room'), { code: 'NO_ROOM' }) : new TypeError('oops');
    }).ready;
    const coded = await client.ask('agent:bad', 'coded', { timeoutMs: 1_000 }).catch((error: unknown) => error);
    expect(coded).toBeInstanceOf(RequestFailed);
    expect(coded).toMatchObject({ code: 'NO_ROOM', message: 'no room', address: 'agent:bad' });
    await expect(client.ask('agent:bad', '', { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'ERROR' });
  });

  it('stop waiting at the caller’s signal', async () => {
    const [client, server] = [open(), open()];
    await server.serve('agent:never', () => new Promise<string>(() => undefined)).ready;
    const abort = new AbortController();
    const asked = client.ask('agent:never', '', { timeoutMs: 60_000, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(client.ask('agent:never', '', { timeoutMs: 60_000, signal: abort.signal })).rejects.toThrow('enough');
  });

  it('are each handled by one of several servers, and by those that are left when one stops', async () => {
    const client = open();
    const counts = [0, 0, 0];
    const servings = counts.map((_, n) =>
      open().serve('agent:many', (data) => {
        counts[n] = (counts[n] ?? 0) + 1;
        return data;
      }),
    );
    await Promise.all(servings.map(({ ready }) => ready));
    const ask = (n: number) => client.ask('agent:many', String(n), { timeoutMs: 5_000 });
    await Promise.all(Array.from({ length: 300 }, (_, n) => ask(n)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(300);
    for (let n = 0; n < 100; n++) await ask(n);
    expect(counts.reduce((sum, count) => sum + count)).toBe(400);
    await servings[0]?.stop({ graceMs: 1_000 });
    const before = counts[0];
    await Promise.all(Array.from({ length: 50 }, (_, n) => ask(n)));
    expect(counts[0]).toBe(before);
  });

  it('that were begun are finished at the stop, within its grace', async () => {
    const [client, server] = [open(), open()];
    let finish: (() => void) | undefined;
    const serving = server.serve('agent:stopping', async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return 'finished';
    });
    await serving.ready;
    const asked = client.ask('agent:stopping', '', { timeoutMs: 5_000 });
    await until('it is begun', () => finish !== undefined);
    const stopped = serving.stop({ graceMs: 5_000 });
    finish?.();
    expect(await asked).toBe('finished');
    await stopped;
  });

  it('that are not finished at the stop fail at once, with a code that says so', async () => {
    const [client, server] = [open(), open()];
    let signal: AbortSignal | undefined;
    const serving = server.serve('agent:ending', (_, context) => {
      signal = context.signal;
      return new Promise<string>(() => undefined);
    });
    await serving.ready;
    const asked = client.ask('agent:ending', '', { timeoutMs: 60_000 });
    const outcome = expect(asked).rejects.toMatchObject({ code: 'SERVER_STOPPED' });
    await until('it is begun', () => signal !== undefined);
    await serving.stop({ graceMs: 10 });
    await outcome;
    expect(signal?.aborted).toBe(true);
  });

  it('ignore what is not a request or not a reply', async () => {
    const [client, server] = [open(), open()];
    await server.serve('agent:calm', (data) => data).ready;
    expect(await client.ask('agent:calm', '1', { timeoutMs: 1_000 })).toBe('1');
    const channels = (await askRedis(redis, ['PUBSUB', 'CHANNELS', `${keyPrefix}*`])) as string[];
    for (const channel of channels)
      for (const text of ['', '\n', 'x', 'a b c d\n', '{"a":1}']) await askRedis(redis, ['PUBLISH', channel, text]);
    expect(await client.ask('agent:calm', '2', { timeoutMs: 1_000 })).toBe('2');
  });

  it('work again after the link was cut, on both sides', async () => {
    const proxy = await CuttingProxy.to(redis.port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    const [client, server] = [open(url), open(url)];
    await server.serve('agent:cut', (data) => data).ready;
    expect(await client.ask('agent:cut', '1', { timeoutMs: 1_000 })).toBe('1');
    proxy.resetAll();
    await until('it answers again', () =>
      client.ask('agent:cut', '2', { timeoutMs: 300 }).then(
        (reply) => reply === '2',
        () => false,
      ),
    );
    await Promise.all(all.splice(0).map((connections) => connections.close()));
    await proxy.close();
  });

  it('leave no key and no subscription behind', async () => {
    await askRedis(redis, ['FLUSHALL']);
    const [client, server] = [open(), open()];
    const serving = server.serve('agent:clean', (data) => data);
    await serving.ready;
    await Promise.all(Array.from({ length: 50 }, () => client.ask('agent:clean', '', { timeoutMs: 200 })));
    await Promise.all([client.close(), server.close()]);
    await until(
      'no claim is left',
      async () => ((await askRedis(redis, ['KEYS', `${keyPrefix}claim:*`])) as []).length === 0,
    );
    await Promise.all(all.splice(0).map((connections) => connections.close()));
    await until('no channel is left', async () => ((await askRedis(redis, ['PUBSUB', 'CHANNELS'])) as []).length === 0);
  });
});

describe('requests in a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  it('are answered whatever node each side is connected to, and nobody answers at once', async () => {
    const all = Array.from(
      { length: 6 },
      () => new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix }, 'c'),
    );
    const [server, ...clients] = all.map((connections) => new Requests(connections, new Keys(keyPrefix)));
    await server?.serve('agent:a', (data) => data).ready;
    const replies = clients.map((client, n) => client.ask('agent:a', String(n), { timeoutMs: 5_000 }));
    expect(await Promise.all(replies)).toEqual(clients.map((_, n) => String(n)));
    for (const client of clients) {
      await expect(client.ask('agent:none', '', { timeoutMs: 60_000 })).rejects.toBeInstanceOf(NobodyAnswers);
    }
    await Promise.all(all.map((connections) => connections.close()));
  });
});
