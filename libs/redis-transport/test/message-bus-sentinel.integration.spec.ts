import { type LetterDraft, type MessageBus, type NotStored } from '@switchboard/message-bus';
import { type SentinelSet, startSentinelSet, waitFor } from '@switchboard/testing';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisEventBus } from '../src/bus/redis-event-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';

const MESSAGES = 400;
const STREAM = 'events:room:changed';

describe('the message bus on a Sentinel set whose master is killed', () => {
  let set: SentinelSet;
  let connections: RedisConnections;
  let bus: MessageBus;
  let events: RedisEventBus;

  beforeAll(async () => {
    set = await startSentinelSet();
    await set.awaitSettled();
    const settings = { sentinels: set.sentinels, masterName: set.masterName, keyPrefix: 's:' };
    connections = new RedisConnections(settings, 'sentinel-test');
    const mailboxes = { ackReplicas: 'all', visibilityMs: 2_000, lookEveryMs: 200, partitions: 2 } as const;
    bus = openRedisMessageBus(connections, { service: 'test', member: 'm', mailboxes, drainMs: 500 });
    events = new RedisEventBus(connections, {
      service: 'test',
      member: 'm',
      store: { partitions: 2, ackReplicas: 'all' },
      consumer: { leaseTtlMs: 1_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await Promise.all([bus.close(), events.close()]);
    await connections.close();
    await set.stop();
  }, 60_000);

  /** Until the bus says it is stored, under one message id, as its error tells to. */
  async function insist(draft: LetterDraft): Promise<string> {
    let message_id = draft.message_id;
    for (;;) {
      try {
        return (await bus.sendMessage({ ...draft, ...(message_id ? { message_id } : {}) })).message.message_id;
      } catch (error) {
        expect(error).toMatchObject({ code: 'NOT_STORED' });
        message_id = (error as NotStored).messageId;
      }
    }
  }

  it('loses no message and no event that it said was stored', async () => {
    const handled = new Set<string>();
    const heard = new Set<string>();
    const stop = new AbortController();
    const receiving = (async () => {
      for await (const delivery of bus.receiveMessages('porter', { signal: stop.signal })) {
        handled.add(delivery.message.message_id);
        // When the end's reply is lost in the failover, the message comes again, or is known to be handled.
        await delivery.ack().catch(() => undefined);
      }
    })();
    const listener = await events.on(STREAM, 'g', ({ message_id }) => void heard.add(message_id));
    const stored: string[] = [];
    const published: string[] = [];
    const draft = { message_type: 'task', from_agent: 'desk', payload: {} };
    const sending = (async () => {
      for (let n = 0; n < MESSAGES; n++) stored.push(await insist({ ...draft, to_agent: 'porter' }));
    })();
    const publishing = (async () => {
      for (let n = 0; n < MESSAGES; n++) {
        const message_id = `e${n}`;
        await waitFor(() => events.publish(STREAM, { ...draft, message_id }), {
          timeoutMs: 40_000,
          describe: 'the event is stored',
        });
        published.push(message_id);
      }
    })();
    await waitFor(() => stored.length > 50 && published.length > 50, { timeoutMs: 30_000, describe: 'both flow' });
    const master = await set.master();
    await master.end('SIGKILL');
    await set.awaitMaster((node) => node !== master, 30_000);
    await Promise.all([sending, publishing]);
    await waitFor(() => handled.size >= MESSAGES && heard.size >= MESSAGES, {
      timeoutMs: 30_000,
      describe: () => `all came: ${handled.size} messages, ${heard.size} events`,
    });
    expect(stored.filter((id) => !handled.has(id))).toEqual([]);
    expect(published.filter((id) => !heard.has(id))).toEqual([]);
    expect(bus.counters.missing).toBe(0);
    expect(await bus.deadLetters('porter').list(10)).toEqual([]);
    stop.abort();
    await listener.stop();
    await receiving;
  }, 120_000);
});
