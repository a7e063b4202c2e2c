import { type AgentMessage, decodeAgentMessage } from '@switchboard/message-schema';
import { type Subscription } from '../message-bus.js';
import { type Broadcasts, type HeardSubscription } from '../ports/broadcasts.js';
import { isAcknowledgementTopic } from './acknowledgements.js';
import { isExpired } from './arrival.js';
import { BroadcastGaps } from './broadcast-gaps.js';
import { type Tally } from './tally.js';

/** The broadcasts that can be read and are of use, with a watch on their numbers. */
export class BroadcastSubscription implements Subscription {
  private readonly controller = new AbortController();
  private readonly heard: HeardSubscription;
  private readonly gaps = new BroadcastGaps();
  private readonly end = (): void => {
    this.signal?.removeEventListener('abort', this.end);
    this.controller.abort();
  };

  constructor(
    broadcasts: Broadcasts,
    patterns: readonly string[],
    private readonly tally: Tally,
    private readonly signal: AbortSignal | undefined,
  ) {
    const onGap = (): void => tally.broadcastsMissed(patterns);
    if (signal?.aborted) this.end();
    else signal?.addEventListener('abort', this.end, { once: true });
    this.heard = broadcasts.subscribe(patterns, { signal: this.controller.signal, onGap });
  }

  /** Calls back when it has ended, by whatever; at once when it has. */
  onEnd(ended: () => void): void {
    const { signal } = this.controller;
    if (signal.aborted) ended();
    else signal.addEventListener('abort', ended, { once: true });
  }

  get ready(): Promise<void> {
    return this.heard.ready;
  }

  async next(): Promise<IteratorResult<AgentMessage>> {
    for (;;) {
      const { done, value } = await this.heard.next();
      if (done) return this.ended();
      // What buses say to each other is nobody's broadcast.
      const message = isAcknowledgementTopic(value.topic) ? undefined : this.readable(value.topic, value.data);
      if (message) return { done: false, value: message };
    }
  }

  async return(): Promise<IteratorResult<AgentMessage>> {
    await this.heard.return?.();
    return this.ended();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private ended(): IteratorResult<AgentMessage> {
    this.end();
    return { done: true, value: undefined };
  }

  private readable(topic: string, data: string): AgentMessage | undefined {
    let message: AgentMessage;
    try {
      message = decodeAgentMessage(data);
    } catch {
      this.tally.dropped(topic, 'unreadable');
      return undefined;
    }
    const missed = this.gaps.heard(topic, message.from_agent, message.sequence);
    if (missed) this.tally.gap({ channel: topic, sender: message.from_agent, ...missed });
    if (isExpired(message)) {
      this.tally.dropped(topic, 'expired');
      return undefined;
    }
    this.tally.delivered(topic);
    return message;
  }
}
