import { type Priority } from '@switchboard/message-schema';
import { type RedisConnections } from '../connections/redis-connections.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { type Keys } from '../streams/keys.js';
import { SharedClients } from '../topics/shared-clients.js';
import { whenReady } from '../topics/when-ready.js';
import { ItemKeeper } from './item-keeper.js';
import { type PutItem, type PutResult } from './put-item.js';
import { QueueDeadLetters } from './queue-dead-letters.js';
import { QueueInlet } from './queue-inlet.js';
import { QueueKeys } from './queue-keys.js';
import { QueueStore } from './queue-store.js';
import { QueueWorker, type WorkerTuning } from './queue-worker.js';
import { WakeCalls } from './wake-calls.js';
import { workQueueDefaults, type WorkQueueOptions } from './work-queue-options.js';

export interface QueueCounts {
  readonly waiting: Readonly<Record<Priority, number>>;
  readonly delayed: number;
  readonly processing: number;
  readonly dead: number;
}

/**
 * A reliable work queue on lists: a waiting list for each priority, a processing list for each worker, a delayed set and
 * dead letters. Every step is one script, so an item is always in exactly one of these places. Delivery is at least once:
 * an item whose worker dies or freezes goes to another after the visibility time, and the first cannot end it any more.
 *
 * In order within a priority, as far as items are put and taken one after the other. Of ten items taken under load six
 * are high, three normal and one low.
 */
export class WorkQueue {
  readonly deadLetters: QueueDeadLetters;
  private readonly options: WorkQueueOptions;
  private readonly clients: SharedClients;
  private readonly queueKeys: QueueKeys;
  private readonly store: QueueStore;
  private readonly inlet: QueueInlet;

  constructor(
    connections: RedisConnections,
    private readonly keys: Keys,
    readonly name: string,
    options: Partial<WorkQueueOptions> = {},
  ) {
    this.options = { ...workQueueDefaults, ...options };
    this.clients = SharedClients.of(connections);
    this.queueKeys = new QueueKeys(keys, name, this.options.partitions);
    const runner = new ScriptRunner(this.clients.command, connections.clustered);
    this.store = new QueueStore(runner, keys, this.queueKeys);
    this.inlet = new QueueInlet(this.clients, this.store, name, this.options, connections.clustered);
    this.deadLetters = new QueueDeadLetters(() => this.clients.command, runner, this.queueKeys);
  }

  /**
   * @throws QueueFull; any other error when it is not known whether the item is stored: put it again, the id makes both one.
   */
  put(item: PutItem): Promise<PutResult> {
    return this.inlet.put(item);
  }

  /** Puts all in one or few calls. @throws as `put`, when one of them was not stored; the others may be. */
  putMany(items: readonly PutItem[]): Promise<PutResult[]> {
    return Promise.all(items.map((item) => this.inlet.put(item)));
  }

  /** A worker that takes items until it is stopped. Its name is that of its processing list; give each its own. */
  worker(name: string, tuning: Partial<WorkerTuning> = {}): QueueWorker {
    const { clients, options, store } = this;
    const calls = WakeCalls.of(clients, this.keys);
    const seat = { name, session: calls.session() };
    const closed = (): boolean => clients.closed;
    const keeper = new ItemKeeper(store, seat, { ...options, queue: this.name, closed });
    return new QueueWorker(seat, {
      store,
      keeper,
      calls,
      options: { prefetch: 0, ...options, ...tuning },
      connected: () => whenReady(clients.command),
      closed,
    });
  }

  async counts(): Promise<QueueCounts> {
    const { command } = this.clients;
    const part = this.queueKeys.part.bind(this.queueKeys);
    const [high, normal, low, delayed, processing, dead] = await Promise.all([
      command.llen(part('high')),
      command.llen(part('normal')),
      command.llen(part('low')),
      command.zcard(part('delayed')),
      command.zcard(part('visible')),
      command.zcard(part('dead')),
    ]);
    return { waiting: { high, normal, low }, delayed, processing, dead };
  }

  /** Workers that were heard of lately. */
  async liveWorkers(): Promise<number> {
    const { command } = this.clients;
    const [seconds, micros] = (await command.time()).map(Number) as [number, number];
    return command.zcount(this.queueKeys.part('workers'), seconds * 1_000 + Math.floor(micros / 1_000), '+inf');
  }
}
