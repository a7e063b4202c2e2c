import { type MessageBus } from '@switchboard/message-bus';
import { acknowledge, next } from '@switchboard/message-bus/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { MailboxKeys } from '../src/bus/mailbox-keys.js';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { Keys } from '../src/streams/keys.js';

const keyPrefix = 'x:';
const PARTITIONS = 2;

describe('a receiver of the message bus that dies between two steps of its acknowledgement', () => {
  let redis: PrivateRedis;
  const opened: { bus: MessageBus; connections: RedisConnections }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(opened.map(({ bus }) => bus.close()));
    await Promise.all(opened.map(({ connections }) => connections.close()));
    await redis.stop();
  });

  function open(member: string) {
    const connections = new RedisConnections({ url: redis.url, keyPrefix }, member);
    const mailboxes = { partitions: PARTITIONS, visibilityMs: 500, lookEveryMs: 100 };
    return { connections, bus: openRedisMessageBus(connections, { service: 'test', member, mailboxes, drainMs: 10 }) };
  }

  it('leaves a message that is not handed out again, and whose sender still learns that it was handled', async () => {
    const [sender, other, dying] = [open('sender'), open('other'), open('dying')];
    opened.push(sender, other);
    const letter = { message_type: 'note', from_agent: 'a', to_agent: 'b', payload: { word: 'handled' } };
    const sent = sender.bus.sendMessage(letter, { ackTimeoutMs: 60_000 });
    const delivery = await next(dying.bus.receiveMessages('b'));
    // The first step was done: the message is remembered. Neither the sender nor the mailbox learnt of it.
    const { handled } = new MailboxKeys(new Keys(keyPrefix), delivery.mailbox, PARTITIONS);
    await askRedis(redis, ['HSET', handled[0], delivery.message.message_id, '1']);
    await dying.connections.close();
    const receiving = acknowledge(other.bus.receiveMessages('b'), 1);
    expect(await sent).toMatchObject({ acknowledged: true });
    await sender.bus.sendMessage({ ...letter, payload: { word: 'end' } });
    expect(await receiving).toEqual(['end']);
    expect(other.bus.counters).toMatchObject({ duplicates: 1, missing: 0 });
  });
});
