import { type BusHarness } from '@switchboard/message-bus/testing';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisEventBus } from '../src/bus/redis-event-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { type RedisSettings } from '../src/connections/redis-settings.js';
import { QueueKeys } from '../src/lists/queue-keys.js';
import { type WorkQueueOptions } from '../src/lists/work-queue-options.js';
import { WorkQueue } from '../src/lists/work-queue.js';
import { Keys } from '../src/streams/keys.js';

export const keyPrefix = 'bus:';
const PARTITIONS = 3;
const retry = { maxAttempts: 3, minBackoffMs: 2, maxBackoffMs: 20 };
/** Short times, so that what a dead process held soon goes to others. */
export const mailboxes: Partial<WorkQueueOptions> = {
  partitions: PARTITIONS,
  visibilityMs: 1_000,
  lookEveryMs: 200,
  retry,
};

/** Runs the contract of the bus against the Redis that `access()` leads to. */
export function redisBusHarness(access: () => Omit<RedisSettings, 'keyPrefix'>): BusHarness {
  const settings = (): RedisSettings => ({ ...access(), keyPrefix });
  const keys = new Keys(keyPrefix);
  const using = async (act: (connections: RedisConnections) => Promise<unknown>): Promise<void> => {
    const connections = new RedisConnections(settings(), 'harness');
    try {
      await act(connections);
    } finally {
      await connections.close();
    }
  };
  return {
    open(options) {
      const connections = new RedisConnections(settings(), options.member);
      const bus = openRedisMessageBus(connections, { ...options, mailboxes });
      const events = new RedisEventBus(connections, {
        ...options,
        observer: {},
        store: { partitions: PARTITIONS },
        consumer: { retry, leaseTtlMs: 600, drainMs: 500 },
      });
      let ended = false;
      const end = async (close: () => Promise<unknown>): Promise<void> => {
        if (ended) return;
        ended = true;
        await close();
        await connections.close();
      };
      return Promise.resolve({
        bus,
        events,
        close: () => end(() => Promise.all([bus.close(), events.close()])),
        crash: () => end(() => Promise.resolve()),
      });
    },
    write: (mailbox, id, data) =>
      using((connections) => new WorkQueue(connections, keys, mailbox, mailboxes).put({ id, data })),
    lose: (mailbox) =>
      using((connections) => {
        const names = new QueueKeys(keys, mailbox, PARTITIONS);
        const lists = (['high', 'normal', 'low', 'items'] as const).map((part) => names.part(part));
        return connections.open('command').del(...lists);
      }),
  };
}
