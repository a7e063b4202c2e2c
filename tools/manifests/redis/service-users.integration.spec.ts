import {
  DeadLetterStore,
  GuestWindow,
  OutboundLedger,
  parseDeadLetterId,
  RateGovernor,
  RedisConnections,
  RedisStreamStore,
  storeDefaults,
} from '@switchboard/redis-transport';
import { RedisPodSet } from './redis-pod-set.js';
import { passwordOf, type RedisUser } from './redis-users.js';

const LONG_MS = 120_000;
const at = { stream: 'msi:messages', group: 'agent-group', partition: 0 };

describe('what the services do, each as its own user', () => {
  let set: RedisPodSet;
  const open: RedisConnections[] = [];

  beforeAll(async () => {
    set = await RedisPodSet.running(0);
  }, LONG_MS);

  afterEach(async () => {
    for (const connections of open.splice(0)) await connections.close();
    // A command or a key that a user lacks is in this log, wherever it was swallowed.
    expect(await (await set.master()).ask(['ACL', 'LOG'])).toEqual(['']);
  });

  afterAll(async () => {
    await set?.close();
  });

  function connectAs(user: RedisUser): RedisConnections {
    const connections = new RedisConnections(
      {
        sentinels: set.pods.map(({ address, place }) => ({ host: address, port: place.sentinelPort })),
        masterName: 'mymaster',
        username: user,
        password: passwordOf(user),
        sentinelUsername: 'app',
        sentinelPassword: passwordOf('sentinel-app'),
        keyPrefix: 'sb:',
      },
      user,
    );
    open.push(connections);
    return connections;
  }

  const storeOf = (user: RedisUser) =>
    new RedisStreamStore(connectAs(user), { ...storeDefaults, partitions: 1, ackReplicas: 'all', backlogLimit: 1_000 });

  it('ingress stores messages with their traces, on all replicas', async () => {
    const store = storeOf('ingress');
    await store.declareStream(at.stream, 1);
    const trace = {
      kind: 'log',
      stream: 'feed:demo',
      fields: ['d', '{}'],
      cap: 10,
      announceOn: 'property:demo:conversations',
    } as const;
    const requests = ['m-1', 'm-2'].map((id) => ({ stream: at.stream, key: 'c', id, data: '{}', effects: [trace] }));
    expect(await store.append(requests)).toEqual([
      expect.objectContaining({ status: 'stored' }),
      expect.objectContaining({ status: 'stored' }),
    ]);
    expect(await store.append(requests)).toEqual([
      expect.objectContaining({ status: 'duplicate' }),
      expect.objectContaining({ status: 'duplicate' }),
    ]);
  });

  it('outbound-sender keeps limits, the ledger and the window of each guest', async () => {
    const connections = connectAs('outbound-sender');
    const governor = new RateGovernor(connections);
    const scope = (name: string) => ({ name, limits: [{ calls: 1, windowMs: 60_000 }] });
    const scopes = { app: scope('app'), pair: scope('pair'), sender: scope('sender') };
    const request = { account: 'demo-whatsapp', ticket: 'r-1', longestCallMs: 1_000, scopes };
    const grant = await governor.take(request);
    if (!grant.admitted) throw new Error('not admitted');
    await governor.settle(grant, { health: 'pause', slow: 'pair', blockMs: 10 });
    expect(await governor.take({ ...request, ticket: 'r-2' })).toMatchObject({ admitted: false });

    const ledger = new OutboundLedger(connections, 'msi:outbound', 1);
    const subject = { conversationId: 'c', propertyId: 'demo', channel: 'whatsapp', correlationId: 'x' };
    expect(await ledger.begin('r-1', subject)).toBe(true);
    await ledger.unknown('r-1');
    const notice = { step: 'delivered', at: '2026-01-01T00:00:00Z', providerMessageId: 'wamid.1' } as const;
    expect(await ledger.note('r-1', notice)).toMatchObject({ state: 'sent', step: 'delivered' });
    expect(await ledger.look('r-1')).toMatchObject({ ...subject, state: 'sent' });

    await new GuestWindow(connectAs('ingress'), 1).wrote('c', 5);
    expect(await new GuestWindow(connections, 1).lastWroteAt('c')).toBe(5);
  });

  it.each(['agent-consumer', 'outbound-sender'] as const)(
    '%s owns a partition, reads, commits and gives up',
    async (user) => {
      const store = storeOf(user);
      const group = { ...at, group: `group-of-${user}` };
      await store.announce(at.stream, group.group, 'member', 5_000);
      const lease = await store.acquire(group, 'member', 5_000);
      if (!lease) throw new Error('no lease');
      await store.renew([lease], 5_000);
      const read = await store.read({ lease, of: 'new', after: lease.lastDelivered, count: 10, maxBytes: 1 << 20 });
      if (read.status !== 'read') throw new Error(`not read: ${read.status}`);
      const ids = read.entries.map(({ entryId }) => entryId);
      expect(ids).toHaveLength(2);
      await store.load(lease, ids);
      await store.storeAttempts(
        lease,
        ids.map((entryId) => ({ entryId, over: 1, begun: false })),
      );
      await store.attemptsOf(lease, ids);
      await store.parked(lease);
      await store.promote([lease]);
      const letter = JSON.stringify({
        ...group,
        entryId: ids[0],
        key: 'c',
        id: 'm-1',
        data: '{}',
        reason: 'tried',
        attempts: 1,
      });
      const effects = [
        { kind: 'message', stream: `next-of-${user}`, id: 'm-1/reply', data: '{}' },
        { kind: 'log', stream: `${at.stream}:dead_letter`, fields: ['d', letter], cap: 0 },
      ] as const;
      const turns = [{ key: 'c', entryIds: ids, effects, forgetAttempts: true }];
      expect(await store.commit({ lease, turns })).toEqual({ status: 'committed' });
      await store.trim(lease, 60_000);
      const news = new AbortController();
      const waiting = store.waitForNews(
        [{ stream: at.stream, partition: 0, after: ids[1] as string }],
        2_000,
        news.signal,
      );
      setTimeout(() => news.abort(), 200);
      expect(await waiting).toEqual([]);
      await store.release(lease);
      await store.withdraw(at.stream, group.group, 'member');
    },
  );

  it('dead-letter-reprocessor lists, edits, replays and discards', async () => {
    const letters = new DeadLetterStore(connectAs('dead-letter-reprocessor'), [at.stream], 1);
    const { items } = await letters.list({ limit: 10 });
    expect(items).toHaveLength(2);
    const [first, second] = items.flatMap(({ deadLetterId }) => parseDeadLetterId(deadLetterId) ?? []);
    if (!first || !second) throw new Error('a letter has an id that cannot be read');
    expect(await letters.edit(first, '{"edited":true}')).toBe(true);
    expect(await letters.replay(first)).toBe(true);
    expect(await letters.discard(second)).toBe(true);
    expect(await letters.count()).toEqual({ [at.stream]: 0 });
  });

  it('dashboard-broadcaster reads the feed, listens and keeps sessions', async () => {
    const connections = connectAs('dashboard-broadcaster');
    const redis = connections.open('command');
    const feed = 'sb:feed:demo:{p0}';
    expect(await redis.xrange(feed, '-', '+', 'COUNT', 10)).toHaveLength(2);
    expect(await redis.xrevrange(feed, '+', '-', 'COUNT', 1)).toHaveLength(1);
    expect(await redis.xinfo('STREAM', feed)).toBeDefined();
    expect(await redis.hget('sb:msi:messages:meta', 'partitions')).toBe('1');
    await redis
      .multi()
      .hset('sb:session:x', { propertyId: 'demo' })
      .pexpireat('sb:session:x', Date.now() + 5_000)
      .exec();
    expect(await redis.hgetall('sb:session:x')).toEqual({ propertyId: 'demo' });
    expect(await redis.del('sb:session:x')).toBe(1);
    const subscriber = connections.open('subscriber');
    await subscriber.subscribe('sb:property:demo:conversations');
    await subscriber.ping();
  });
});
