import { type MessageBus } from '@switchboard/message-bus';
import { acknowledge, next, wordOf } from '@switchboard/message-bus/testing';
import { CuttingProxy, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';

describe('the message bus on a link that is cut', () => {
  let redis: PrivateRedis;
  let proxy: CuttingProxy;
  const opened: { bus: MessageBus; connections: RedisConnections }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await CuttingProxy.to(redis.port);
  });
  afterEach(async () => {
    proxy.heal();
    await Promise.all(opened.map(({ bus }) => bus.close()));
    await Promise.all(opened.splice(0).map(({ connections }) => connections.close()));
  });
  afterAll(async () => {
    await proxy.close();
    await redis.stop();
  });

  function open(port: number, observer = {}): MessageBus {
    const connections = new RedisConnections({ url: `redis://127.0.0.1:${port}`, keyPrefix: 'c:' }, 'cut');
    const member = `m${Math.random()}`;
    const mailboxes = { visibilityMs: 1_000, lookEveryMs: 200 };
    const options = { service: 'test', member, observer, mailboxes, storeTimeoutMs: 15_000, drainMs: 100 };
    opened.push({ connections, bus: openRedisMessageBus(connections, options) });
    return (opened.at(-1) as (typeof opened)[number]).bus;
  }
  const letter = (to_agent: string, word: string) => ({
    message_type: 'note',
    from_agent: 'a',
    to_agent,
    payload: { word },
  });

  it('sends a message whose reply was lost once, and under one number', async () => {
    const bus = open(proxy.port);
    await bus.sendMessage(letter('once', 'first'));
    proxy.holdReplies();
    const sending = bus.sendMessage(letter('once', 'second'));
    await waitFor(() => proxy.heldReplyBytes > 0, { describe: 'the reply to the number is held' });
    proxy.dropHeld();
    expect((await sending).message.sequence).toBe(2);
    await bus.sendMessage(letter('once', 'third'));
    const straight = open(redis.port);
    expect(await acknowledge(straight.receiveMessages('once'), 3)).toEqual(['first', 'second', 'third']);
    expect(straight.counters).toMatchObject({ duplicates: 0, missing: 0 });
  });

  it('hands a message out again when its acknowledgement did not reach the store', async () => {
    const cut = open(proxy.port);
    const straight = open(redis.port);
    await straight.sendMessage(letter('again', 'work'));
    const delivery = await next(cut.receiveMessages('again'));
    proxy.cut();
    await expect(delivery.ack()).rejects.toThrow();
    const second = await next(straight.receiveMessages('again'));
    expect(wordOf(second.message)).toBe('work');
    expect(second.attempt).toBe(2);
    await second.ack();
  });

  it('tells a listener that broadcasts may be lost, and goes on hearing', async () => {
    const missed: (readonly string[])[] = [];
    const bus = open(proxy.port, { broadcastsMissed: (patterns: readonly string[]) => missed.push(patterns) });
    const listener = bus.subscribe('events:cut:*');
    await listener.ready;
    proxy.resetAll();
    await waitFor(() => missed.length > 0, { timeoutMs: 10_000, describe: 'the gap is told' });
    expect(missed).toEqual([['events:cut:*']]);
    const heard = next(listener);
    await open(redis.port).publish('events:cut:x', { message_type: 'news', from_agent: 'a', payload: { word: 'on' } });
    expect(wordOf(await heard)).toBe('on');
  });
});
