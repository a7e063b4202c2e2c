import { ScriptRunner } from '../scripts/script-runner.js';
import { type AckPolicy } from '../streams/ack-policy.js';
import { type SharedClients } from '../topics/shared-clients.js';
import { whenReady } from '../topics/when-ready.js';
import { Gatherer } from './gatherer.js';
import { type PutItem, type PutResult } from './put-item.js';
import { QueueFull } from './queue-errors.js';
import { type NewItem, type QueueStore } from './queue-store.js';
import { type WorkQueueOptions } from './work-queue-options.js';

/** Puts items into a queue: those of one moment in one call, and when asked, on as many replicas as asked. */
export class QueueInlet {
  private readonly runner: ScriptRunner;
  private readonly ackPolicy: AckPolicy | undefined;
  private readonly puts = new Gatherer<NewItem, number>(
    (items) => this.send(items),
    ({ data }) => data.length,
  );

  constructor(
    private readonly clients: SharedClients,
    private readonly store: QueueStore,
    private readonly queue: string,
    private readonly options: WorkQueueOptions,
    clustered: boolean,
  ) {
    const waits = options.ackReplicas !== 0;
    this.ackPolicy = waits ? clients.ackPolicy(options.ackReplicas) : undefined;
    this.runner = new ScriptRunner(waits ? clients.producer : clients.command, clustered);
  }

  async put({ id, data, priority = 'normal', delayMs = 0, effects = [] }: PutItem): Promise<PutResult> {
    const code = await this.puts.add({ id, data, priority, delayMs, effects });
    if (code < 0) throw new QueueFull(this.queue);
    return code === 1 ? 'stored' : 'duplicate';
  }

  private async send(items: NewItem[]): Promise<number[]> {
    await whenReady(this.ackPolicy ? this.clients.producer : this.clients.command);
    const replicas = (await this.ackPolicy?.required()) ?? 0;
    const wait = replicas > 0 ? { replicas, timeoutMs: this.options.ackTimeoutMs } : undefined;
    return this.store.put(items, this.options, this.runner, wait);
  }
}
