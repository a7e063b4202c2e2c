import { type Redis } from 'ioredis';
import { type Keys } from '../streams/keys.js';
import { type SharedClients } from '../topics/shared-clients.js';
import { whenReady } from '../topics/when-ready.js';
import { InstanceList } from './instance-list.js';
import { NobodyAnswers, RequestFailed, RequestTimeout } from './request-errors.js';
import { decodeReply, encodeRequest, type ReplyText } from './request-text.js';
import { type AskOptions } from './request-handler.js';

interface Asked {
  readonly address: string;
  readonly instances: InstanceList;
  /** Who was asked directly. */
  instance?: string | undefined;
  resolve(data: string): void;
  reject(error: unknown): void;
}

/** Asks, and finds for each reply the one who waits for it. All replies of a process come on one channel. */
export class Asker {
  private readonly asked = new Map<string, Asked>();
  private readonly instances = new Map<string, InstanceList>();
  private readonly replyTo: string;
  private number = 0;
  private listening: Promise<void> | undefined;
  private readonly listener = {
    message: (_: string, text: string) => this.take(text),
    closed: () => this.close(),
  };

  constructor(
    private readonly clients: SharedClients,
    private readonly keys: Keys,
    private readonly clustered: boolean,
  ) {
    this.replyTo = keys.internal(`replies:${clients.id}`);
  }

  ask(address: string, data: string, { timeoutMs, signal }: AskOptions): Promise<string> {
    const id = `${this.clients.id}.${(this.number += 1)}`;
    return new Promise<string>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(late);
        signal?.removeEventListener('abort', aborted);
        if (this.asked.delete(id)) act();
      };
      const asked: Asked = {
        address,
        instances: this.instancesOf(address),
        resolve: (reply) => settle(() => resolve(reply)),
        reject: (error) => settle(() => reject(error as Error)),
      };
      const aborted = (): void => asked.reject(signal?.reason);
      const late = setTimeout(() => {
        if (asked.instance) asked.instances.forget(asked.instance);
        asked.reject(new RequestTimeout(address, timeoutMs));
      }, timeoutMs);
      this.asked.set(id, asked);
      signal?.addEventListener('abort', aborted, { once: true });
      if (signal?.aborted) return aborted();
      this.send(id, asked, data, performance.now() + timeoutMs).catch(asked.reject);
    });
  }

  close(): void {
    this.clients.hub.remove('channel', this.replyTo, this.listener);
    this.listening = undefined;
    for (const { reject } of [...this.asked.values()]) reject(new Error('the requests were closed'));
  }

  private async send(id: string, asked: Asked, data: string, deadline: number): Promise<void> {
    const { command } = this.clients;
    this.listening ??= this.clients.hub.add('channel', this.replyTo, this.listener);
    await this.listening;
    if (command.status !== 'ready') await whenReady(command);
    for (;;) {
      const now = performance.now();
      // Counts of one cluster node say nothing about an instance.
      asked.instance = this.clustered ? undefined : asked.instances.next(now);
      const timeoutMs = Math.floor(deadline - now);
      if (timeoutMs < 1 || !this.asked.has(id)) return;
      const text = encodeRequest({ id, replyTo: this.replyTo, timeoutMs, data });
      const heard = await this.publish(command, asked, text);
      if (heard > 0) return;
      if (!asked.instance) {
        if (await this.isServedElsewhere(command, asked.address)) return;
        this.instances.delete(asked.address);
        throw new NobodyAnswers(asked.address);
      }
      asked.instances.forget(asked.instance);
    }
  }

  /**
   * How many heard it. PUBLISH counts subscribers by pattern, too (a monitor of all channels), who answer nothing; the
   * servers of an address are counted beside it. Of one node only in a cluster.
   */
  private async publish(command: Redis, asked: Asked, text: string): Promise<number> {
    const channel = this.channelOf(asked);
    if (this.clustered || asked.instance) return command.publish(channel, text);
    const serving = command.call('PUBSUB', 'NUMSUB', channel).then(countOf, () => Infinity);
    return Math.min(await command.publish(channel, text), await serving);
  }

  private channelOf({ address, instance }: Asked): string {
    return this.keys.internal(instance ? `requests:${address}:${instance}` : `requests:${address}`);
  }

  /** In a cluster PUBLISH counts the subscribers of one node only. */
  private async isServedElsewhere(command: Redis, address: string): Promise<boolean> {
    if (!this.clustered) return false;
    const channel = this.keys.internal(`requests:${address}`);
    const nodes = (command as unknown as { nodes(role: 'all'): Redis[] }).nodes('all');
    const counts = await Promise.all(
      nodes.map((node) => node.call('PUBSUB', 'NUMSUB', channel).then(countOf, () => 0)),
    );
    return counts.some((count) => count > 0);
  }

  private take(text: string): void {
    const reply = decodeReply(text);
    const asked = reply && this.asked.get(reply.id);
    if (asked) this.settle(asked, reply);
  }

  private settle(asked: Asked, { instance, code, data }: ReplyText): void {
    if (code === 'SERVER_STOPPED') asked.instances.forget(instance);
    else asked.instances.answered(instance, performance.now());
    if (code === undefined) asked.resolve(data);
    else asked.reject(new RequestFailed(asked.address, code, data));
  }

  private instancesOf(address: string): InstanceList {
    let list = this.instances.get(address);
    if (!list) this.instances.set(address, (list = new InstanceList()));
    return list;
  }
}

/** The count in a reply to PUBSUB NUMSUB: an array, or a map with RESP3. */
function countOf(reply: unknown): number {
  if (Array.isArray(reply)) return Number(reply[1]);
  return Number(Object.values(reply as Record<string, unknown>)[0] ?? 0);
}
