import {
  type BusStore,
  busDefaults,
  type BusOptions,
  type MessageBus,
  StoredMessageBus,
} from '@switchboard/message-bus';
import { type RedisConnections } from '../connections/redis-connections.js';
import { WorkQueue } from '../lists/work-queue.js';
import { workQueueDefaults, type WorkQueueOptions } from '../lists/work-queue-options.js';
import { Requests } from '../requests/requests.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { Keys } from '../streams/keys.js';
import { SharedClients } from '../topics/shared-clients.js';
import { Topics } from '../topics/topics.js';
import { RedisAuditTrail } from './redis-audit-trail.js';
import { RedisBroadcasts } from './redis-broadcasts.js';
import { RedisMailboxes } from './redis-mailboxes.js';
import { RedisRequests } from './redis-requests.js';

/** How a bus on Redis is to behave; what is absent has its default. */
export interface RedisBusOptions
  extends Partial<Omit<BusOptions, 'service' | 'member'>>, Pick<BusOptions, 'service' | 'member'> {
  /** Partitions, deduplication window, visibility, retry and acknowledgement by replicas of the mailboxes. */
  readonly mailboxes?: Partial<WorkQueueOptions>;
}

/** A message id is recognised at least this long, unless told otherwise. */
const DEDUP_WINDOW_MS = 3_600_000;
/** A message of a reader that died is back this long after its visibility ended. */
const GAP_MARGIN_MS = 5_000;

/** The message bus on Redis. Closing the bus leaves the connections, which are the caller's, open. */
export function openRedisMessageBus(connections: RedisConnections, options: RedisBusOptions): MessageBus {
  const visibilityMs = options.mailboxes?.visibilityMs ?? workQueueDefaults.visibilityMs;
  const gapAfterMs = visibilityMs + GAP_MARGIN_MS;
  return new StoredMessageBus(busStore(connections, options), { gapAfterMs, ...options });
}

function busStore(connections: RedisConnections, options: RedisBusOptions): BusStore {
  const keys = new Keys(connections.keyPrefix);
  const { command } = SharedClients.of(connections);
  const runner = new ScriptRunner(command, connections.clustered);
  const mailboxOptions = { ...workQueueDefaults, dedupWindowMs: DEDUP_WINDOW_MS, ...options.mailboxes };
  const { partitions } = mailboxOptions;
  const topics = new Topics(connections, keys);
  const requests = new Requests(connections, keys);
  const audit = new RedisAuditTrail(command, keys, partitions);
  const queueOf = (mailbox: string) => new WorkQueue(connections, keys, mailbox, mailboxOptions);
  return {
    mailboxes: new RedisMailboxes({ command, runner, keys, queueOf }, mailboxOptions),
    broadcasts: new RedisBroadcasts(topics, { command, runner, keys }, partitions),
    requests: new RedisRequests(requests, options.drainMs ?? busDefaults.drainMs),
    audit,
    record: (lines) => audit.write(lines),
    close: async () => {
      await Promise.all([requests.close(), topics.close()]);
    },
  };
}
