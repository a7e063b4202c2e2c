import { Publisher, type StreamStore } from '@switchboard/delivery';
import { RedisConnections } from '../../connections/redis-connections.js';
import { type RedisSettings } from '../../connections/redis-settings.js';
import { WorkQueue } from '../../lists/work-queue.js';
import { type WorkQueueOptions } from '../../lists/work-queue-options.js';
import { MessagePublisher } from '../../messages/message-publisher.js';
import { Requests } from '../../requests/requests.js';
import { Keys } from '../../streams/keys.js';
import { RedisStreamStore, storeDefaults } from '../../streams/redis-stream-store.js';
import { Topics } from '../../topics/topics.js';

/** Where messages live: connections of the application's own, or how to make some. */
export interface TransportAccess {
  /** How to reach Redis; connections are opened for this and closed with it. */
  readonly redis?: RedisSettings;
  /** Connections that the application opened and closes. */
  readonly connections?: RedisConnections;
  /** A store of streams that is there already. */
  readonly store?: StreamStore;
  /** Shown in CLIENT LIST. */
  readonly clientName?: string;
  /** Partitions of streams and queues; 16 by default. */
  readonly partitions?: number;
  readonly streamNames?: Readonly<Record<string, string>>;
  readonly queues?: Partial<Omit<WorkQueueOptions, 'partitions'>>;
}

/** Makes each part of the transport at its first use, and ends what it made. */
export class TransportParts {
  private own: RedisConnections | undefined;
  private madeStore: StreamStore | undefined;
  private madeTopics: Topics | undefined;
  private madeRequests: Requests | undefined;
  private madePublisher: MessagePublisher | undefined;
  private readonly queues = new Map<string, WorkQueue>();

  constructor(private readonly access: TransportAccess) {}

  get connections(): RedisConnections {
    const { connections, redis, clientName = 'switchboard' } = this.access;
    if (connections) return connections;
    if (!redis) throw new Error('Redis is unknown here: give `redis` or `connections`.');
    return (this.own ??= new RedisConnections(redis, clientName));
  }

  get store(): StreamStore {
    if (this.access.store) return this.access.store;
    const { partitions = storeDefaults.partitions } = this.access;
    return (this.madeStore ??= new RedisStreamStore(this.connections, { ...storeDefaults, partitions }));
  }

  get topics(): Topics {
    return (this.madeTopics ??= new Topics(this.connections, this.keys));
  }

  get requests(): Requests {
    return (this.madeRequests ??= new Requests(this.connections, this.keys));
  }

  get publisher(): MessagePublisher {
    return (this.madePublisher ??= new MessagePublisher(new Publisher(this.store), this.access.streamNames));
  }

  queue(name: string): WorkQueue {
    let queue = this.queues.get(name);
    if (!queue) {
      const { partitions = storeDefaults.partitions, queues } = this.access;
      queue = new WorkQueue(this.connections, this.keys, name, { ...queues, partitions });
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** Ends what was made here; connections that were given stay open. */
  async close(): Promise<void> {
    await this.madePublisher?.drain();
    await Promise.all([this.madeTopics?.close(), this.madeRequests?.close()]);
    await this.own?.close();
    this.own = this.madeStore = this.madeTopics = this.madeRequests = this.madePublisher = undefined;
    this.queues.clear();
  }

  private get keys(): Keys {
    return new Keys(this.connections.keyPrefix);
  }
}
