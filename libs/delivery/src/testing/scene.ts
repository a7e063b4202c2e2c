import { Consumer } from '../consumer/consumer.js';
import { consumerDefaults, type ConsumerOptions } from '../consumer/consumer-options.js';
import { type DeliveryObserver, type TurnReport } from '../observer.js';
import { type Effect } from '../ports/effects.js';
import { type PartitionRef, type StreamStore } from '../ports/stream-store.js';
import { Publisher } from '../publisher/publisher.js';
import { type Turn } from '../turn/turn.js';
import { FaultyStore } from './faulty-store.js';

/** Bounds a store is opened with; the driver's defaults where absent. */
export interface StoreLimits {
  /** Most unhandled entries of a partition. */
  readonly backlogLimit?: number;
  readonly dedupWindowMs?: number;
}

/** What a driver's tests must offer so that the contract can be run against it. */
export interface StoreHarness {
  /** Partitions of a test's stream unless the test needs another number. */
  readonly partitions: number;
  /** One more store on the same data, as another process would open it. */
  open(partitions: number, limits?: StoreLimits): Promise<{ readonly store: StreamStore; close(): Promise<void> }>;
  /** Values of the field `d` of a logical stream, all partitions, in order within each. */
  lines(stream: string): Promise<string[]>;
  /** Entries that were handed out to the group and are not acknowledged. */
  pending(stream: string, group: string): Promise<number>;
  /** Entries of a logical stream. */
  length(stream: string): Promise<number>;
  /** Removes a logical stream's data behind everybody's back. */
  destroy(stream: string): Promise<void>;
  /**
   * Remembers everything whose name begins with the stream's; the answer puts it back, as a failover to a replica that
   * lagged does. Absent where a test cannot do that; the promise about it is not made there.
   */
  readonly remember: undefined | ((stream: string) => Promise<() => Promise<void>>);
  /** Writes an entry that is none of ours into one partition. */
  writeForeign(stream: string, partition: number): Promise<void>;
}

/** One call of a handler, as the test sees it. */
export interface Delivery {
  readonly member: string;
  readonly key: string;
  readonly ids: readonly string[];
  readonly attempts: readonly number[];
  readonly turn: Turn;
}

let serial = 0;

function nextStream(): string {
  return `contract-${process.pid}-${++serial}`;
}

/** A stream of its own with producers and consumers, for one test. */
export class Scene {
  stream = nextStream();
  readonly group = 'g';
  /** Of this scene's stream; to be set before anything is opened. */
  partitions: number;
  readonly deliveries: Delivery[] = [];
  readonly reports: TurnReport[] = [];
  readonly taken: PartitionRef[] = [];
  readonly gone: PartitionRef[] = [];
  readonly consumers: Consumer[] = [];
  /** Conversations with a turn under way; more than one at once of a conversation is recorded here. */
  readonly overlaps: string[] = [];
  private readonly running = new Map<string, number>();
  private readonly closers: (() => Promise<void>)[] = [];
  private readonly stores: FaultyStore[] = [];

  constructor(private readonly harness: StoreHarness) {
    this.partitions = harness.partitions;
  }

  /** A fresh stream and nothing recorded, in the same test. */
  anew(): void {
    this.stream = nextStream();
    for (const record of [this.deliveries, this.reports, this.taken, this.gone, this.overlaps]) record.length = 0;
  }

  get deadLetters(): string {
    return `${this.stream}:dead_letter`;
  }

  async store(limits: StoreLimits = {}): Promise<FaultyStore> {
    const { store, close } = await this.harness.open(this.partitions, limits);
    this.closers.push(close);
    const faulty = new FaultyStore(store);
    this.stores.push(faulty);
    return faulty;
  }

  async publisher(faulty?: FaultyStore): Promise<Publisher> {
    return new Publisher((faulty ?? (await this.store())).store);
  }

  /** Publishes ids of one conversation in order; each message's data is its id. */
  async publish(key: string, ids: readonly string[], effects: readonly Effect[] = []): Promise<void> {
    const publisher = await this.publisher();
    for (const id of ids) await publisher.publish({ stream: this.stream, key, id, data: id, effects });
  }

  /** Starts a member; the handler sees each delivery after it was recorded. */
  async consume(
    member: string,
    options: Partial<ConsumerOptions> = {},
    handler: (delivery: Delivery) => void | Promise<void> = () => undefined,
    faulty?: FaultyStore,
  ): Promise<Consumer> {
    const { store } = faulty ?? (await this.store());
    const all: ConsumerOptions = {
      ...consumerDefaults,
      partitions: this.partitions,
      leaseTtlMs: 600,
      drainMs: 500,
      retry: { maxAttempts: 3, minBackoffMs: 2, maxBackoffMs: 20 },
      stream: this.stream,
      group: this.group,
      member: `${member}-${++serial}`,
      deadLetterStream: this.deadLetters,
      ...options,
    };
    const consumer = new Consumer(store, all, (turn) => this.record(member, turn, handler), this.observer());
    this.consumers.push(consumer);
    this.closers.unshift(() => consumer.stop());
    await consumer.start();
    return consumer;
  }

  /** Ids in the order in which a conversation's first deliveries happened. */
  firstDeliveries(key: string): string[] {
    return [...new Set(this.deliveries.filter((delivery) => delivery.key === key).flatMap(({ ids }) => ids))];
  }

  /** How many different messages were delivered, to whomever. */
  get messagesDelivered(): number {
    return new Set(this.deliveries.flatMap(({ ids }) => ids)).size;
  }

  async end(): Promise<void> {
    for (const faulty of this.stores) faulty.thaw();
    for (const close of this.closers.splice(0)) await close();
    this.stores.length = 0;
  }

  private async record(
    member: string,
    turn: Turn,
    handler: (delivery: Delivery) => void | Promise<void>,
  ): Promise<void> {
    const { key, messages } = turn;
    const delivery = { member, key, ids: messages.map(({ id }) => id), attempts: messages.map((m) => m.attempt), turn };
    this.deliveries.push(delivery);
    const running = (this.running.get(key) ?? 0) + 1;
    this.running.set(key, running);
    if (running > 1) this.overlaps.push(key);
    try {
      await handler(delivery);
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
    }
  }

  private observer(): DeliveryObserver {
    return {
      turnEnded: (report) => this.reports.push(report),
      partitionTaken: (at) => this.taken.push(at),
      partitionGone: (at) => this.gone.push(at),
    };
  }
}
