import { until } from '@switchboard/delivery/testing';
import {
  askRedis,
  CuttingProxy,
  type PrivateRedis,
  type RedisCluster,
  startCluster,
  startRedis,
} from '@switchboard/testing';
import { Keys, RedisConnections, type Subscription, type TopicMessage, Topics } from '../src/index.js';

const keyPrefix = 't*:';

async function read(subscription: Subscription, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) {
    const { done, value } = (await subscription.next()) as IteratorResult<TopicMessage, undefined>;
    if (done) break;
    lines.push(`${value.topic} ${value.data}`);
  }
  return lines;
}

describe('topics', () => {
  let redis: PrivateRedis;
  let connections: RedisConnections;
  let topics: Topics;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    connections = new RedisConnections({ url: redis.url, keyPrefix }, 'topics');
    topics = new Topics(connections, new Keys(keyPrefix));
  });
  afterEach(() => connections.close());
  const subscribed = async (what: 'CHANNELS' | 'NUMPAT'): Promise<number> => {
    const reply = await askRedis(redis, ['PUBSUB', what]);
    return Array.isArray(reply) ? reply.length : Number(reply);
  };

  it('carry what is published after `ready` to every subscriber, in order, exact and by pattern', async () => {
    const exact = topics.subscribe('events:guest:arrived');
    const glob = topics.subscribe('events:*:arrived');
    await Promise.all([exact.ready, glob.ready]);
    await topics.publish('events:guest:left', 'no');
    for (let n = 0; n < 100; n++) await topics.publish('events:guest:arrived', `${n} \u0000 ü`);
    const all = Array.from({ length: 100 }, (_, n) => `events:guest:arrived ${n} \u0000 ü`);
    expect(await read(exact, 100)).toEqual(all);
    expect(await read(glob, 100)).toEqual(all);
  });

  it('count who heard: nobody, then two', async () => {
    expect(await topics.publish('a', '')).toBe(0);
    const subscriptions = [topics.subscribe('a'), topics.subscribe('[a]')];
    await Promise.all(subscriptions.map(({ ready }) => ready));
    expect(await topics.publish('a', '')).toBe(2);
  });

  it('give a message once to a subscription of several patterns that fit', async () => {
    const subscription = topics.subscribe(['events:*', 'events:guest:*', 'events:guest:arrived']);
    await subscription.ready;
    await topics.publish('events:guest:arrived', '1');
    await topics.publish('events:guest:left', '2');
    expect(await read(subscription, 2)).toEqual(['events:guest:arrived 1', 'events:guest:left 2']);
    const next = subscription.next();
    await topics.publish('events:end', '3');
    expect((await next).value).toEqual({ topic: 'events:end', data: '3' });
  });

  it('keep what the transport says to itself from every pattern, and no topic from one that fits it', async () => {
    const patterns = ['*', '**a', '?*', '[^x]*', '*[ab]'];
    const subscriptions = patterns.map((pattern) => topics.subscribe(pattern));
    await Promise.all(subscriptions.map(({ ready }) => ready));
    expect(await askRedis(redis, ['PUBLISH', new Keys(keyPrefix).internal('requests:a'), 'secret'])).toBe(0);
    await topics.publish('a', '1');
    await topics.publish('b:a', '2');
    for (const [i, subscription] of subscriptions.entries()) {
      expect([patterns[i], ...(await read(subscription, 2))]).toEqual([patterns[i], 'a 1', 'b:a 2']);
    }
    expect(() => topics.subscribe('!requests:*')).toThrow(RangeError);
  });

  it('take a special character of the prefix as itself', async () => {
    const subscription = topics.subscribe('a*');
    await subscription.ready;
    await askRedis(redis, ['PUBLISH', 'tx:ab', 'foreign']);
    await topics.publish('ab', 'own');
    expect(await read(subscription, 1)).toEqual(['ab own']);
  });

  it('end a subscription at return, at break, at the signal, at close; and Redis is told when the last has left', async () => {
    const abort = new AbortController();
    const subscriptions = [
      topics.subscribe('a'),
      topics.subscribe('a*'),
      topics.subscribe('a', { signal: abort.signal }),
      topics.subscribe('a'),
    ];
    await Promise.all(subscriptions.map(({ ready }) => ready));
    const [first, second, third, fourth] = subscriptions as [Subscription, Subscription, Subscription, Subscription];
    const waiting = first.next();
    await first.return();
    expect((await waiting).done).toBe(true);
    await topics.publish('a', '1');
    for await (const message of second) {
      expect(message.data).toBe('1');
      break;
    }
    expect((await second.next()).done).toBe(true);
    await until('the pattern is gone', async () => (await subscribed('NUMPAT')) === 0);
    expect((await third.next()).value).toMatchObject({ data: '1' });
    const aborted = third.next();
    abort.abort();
    expect((await aborted).done).toBe(true);
    expect(await subscribed('CHANNELS')).toBe(1);
    await topics.close();
    expect(await read(fourth, 5)).toEqual(['a 1']);
    await until('the channel is gone', async () => (await subscribed('CHANNELS')) === 0);
    expect((await topics.subscribe('a', { signal: abort.signal }).next()).done).toBe(true);
  });

  it('end a subscription when the connections are closed', async () => {
    const subscription = topics.subscribe('a');
    const waiting = subscription.next();
    await subscription.ready;
    await connections.close();
    expect((await waiting).done).toBe(true);
  });

  it('drop the oldest for a slow reader and count them: memory has a bound', async () => {
    const subscription = topics.subscribe('a', { buffer: 10 });
    const probe = topics.subscribe('a');
    await Promise.all([subscription.ready, probe.ready]);
    for (let n = 0; n < 3_000; n++) void topics.publish('a', String(n));
    await until('all have come', () => subscription.dropped === 2_990);
    expect(await read(subscription, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `a ${2_990 + n}`));
    expect(probe.dropped).toBe(2_000);
  });

  it('use one connection for all subscriptions', async () => {
    const many = Array.from({ length: 200 }, (_, n) => topics.subscribe(n % 2 === 0 ? `a${n}` : `a${n}*`));
    await Promise.all(many.map(({ ready }) => ready));
    const list = String(await askRedis(redis, ['CLIENT', 'LIST', 'TYPE', 'PUBSUB']));
    expect(list.split('\n').filter((line) => line.includes('name=topics'))).toHaveLength(1);
  });

  it('throw what Redis says when it refuses a subscription, and the others go on', async () => {
    await askRedis(redis, ['ACL', 'SETUSER', 'narrow', 'on', '>pw', '+@all', '~*', 'resetchannels', `&${keyPrefix}a`]);
    const url = redis.url.replace('redis://', 'redis://narrow:pw@');
    const narrow = new RedisConnections({ url, keyPrefix }, 'narrow');
    try {
      const own = new Topics(narrow, new Keys(keyPrefix));
      const [good, bad] = [own.subscribe('a'), own.subscribe('b')];
      await expect(bad.ready).rejects.toThrow('NOPERM');
      await expect(bad.next()).rejects.toThrow('NOPERM');
      expect((await bad.next()).done).toBe(true);
      await good.ready;
      await topics.publish('a', '1');
      expect(await read(good, 1)).toEqual(['a 1']);
    } finally {
      await narrow.close();
    }
  });
});

describe('a subscription whose connection is cut', () => {
  let redis: PrivateRedis;
  let proxy: CuttingProxy;
  let connections: RedisConnections;
  let far: Topics;
  let near: RedisConnections;
  beforeEach(async () => {
    redis = await startRedis();
    proxy = await CuttingProxy.to(redis.port);
    connections = new RedisConnections({ url: `redis://127.0.0.1:${proxy.port}`, keyPrefix }, 'far');
    near = new RedisConnections({ url: redis.url, keyPrefix }, 'near');
    far = new Topics(connections, new Keys(keyPrefix));
  });
  afterEach(async () => {
    await connections.close();
    await near.close();
    await proxy.close();
    await redis.stop();
  });

  it.each(['reset', 'silent'])('is told of the gap (%s link) and hears everything after it', async (how) => {
    const publisher = new Topics(near, new Keys(keyPrefix));
    let told = 0;
    const subscriptions = ['a', 'a*'].map((topic) => far.subscribe(topic, { onGap: () => (told += 1) }));
    await Promise.all(subscriptions.map(({ ready }) => ready));
    if (how === 'reset') proxy.resetAll();
    else proxy.blackhole();
    await publisher.publish('a', 'missed');
    if (how === 'silent') {
      // The subscriber's own ping must find it out.
      await until('the silent link was given up', () => proxy.accepted > 1, 20_000);
      proxy.dropHeld();
    }
    await until('both know', () => subscriptions.every(({ gaps }) => gaps === 1), 20_000);
    expect(told).toBe(2);
    await publisher.publish('a', 'heard');
    for (const subscription of subscriptions) {
      const lines = await read(subscription, 1);
      expect(lines).toEqual(['a heard']);
    }
  });

  it('and given up while the link is down does not come back', async () => {
    const names = async (): Promise<string[]> => (await askRedis(redis, ['PUBSUB', 'CHANNELS'])) as string[];
    const [kept, left] = [far.subscribe('kept'), far.subscribe('left')];
    const patterns = [far.subscribe('kept*'), far.subscribe('left*')];
    await Promise.all([kept, left, ...patterns].map(({ ready }) => ready));
    proxy.cut();
    await until('Redis has lost it', async () => (await names()).length === 0);
    await left.return();
    await patterns[1]?.return();
    proxy.heal();
    await until('the link is up', () => kept.gaps === 1, 20_000);
    expect(await names()).toEqual([`${keyPrefix}kept`]);
    expect(Number(await askRedis(redis, ['PUBSUB', 'NUMPAT']))).toBe(1);
  });

  it('that was asked for while the link was down stands when it is up again', async () => {
    await far.publish('warm', '');
    proxy.cut();
    const subscription = far.subscribe('a');
    proxy.heal();
    await subscription.ready;
    await new Topics(near, new Keys(keyPrefix)).publish('a', '1');
    expect(await read(subscription, 1)).toEqual(['a 1']);
    expect(subscription.gaps).toBe(0);
  });
});

describe('topics in a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  it('reach subscribers on every node, and tell of a gap when a node is lost', async () => {
    const all = Array.from(
      { length: 4 },
      () => new RedisConnections({ clusterNodes: cluster.addresses, keyPrefix }, 'c'),
    );
    const topics = all.map((connections) => new Topics(connections, new Keys(keyPrefix)));
    const subscriptions = topics.map((topic) => topic.subscribe('events:*'));
    await Promise.all(subscriptions.map(({ ready }) => ready));
    await topics[0]?.publish('events:a', '1');
    for (const subscription of subscriptions) expect(await read(subscription, 1)).toEqual(['events:a 1']);
    for (const node of cluster.nodes) await askRedis(node, ['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await until('all know', () => subscriptions.every(({ gaps }) => gaps === 1));
    await topics[1]?.publish('events:b', '2');
    for (const subscription of subscriptions) expect(await read(subscription, 1)).toEqual(['events:b 2']);
    await Promise.all(all.map((connections) => connections.close()));
    for (const subscription of subscriptions) expect((await subscription.next()).done).toBe(true);
  });
});
