import { setTimeout as pause } from 'node:timers/promises';
import { type AgentMessage, decodeAgentMessage } from '@switchboard/message-schema';
import { type Broadcasts, type HeardSubscription } from '../ports/broadcasts.js';
import { type Tally } from './tally.js';

/** `message_type` of the message that says another one was handled; `causation_id` names that one. */
export const ACK_TYPE = 'ack';

const TOPICS = 'acknowledgements:';

/** True for a topic on which a bus, and nobody else, waits for acknowledgements. */
export function isAcknowledgementTopic(channel: string | undefined): boolean {
  return channel !== undefined && channel.startsWith(TOPICS);
}

/**
 * Hears the acknowledgements of what this process has sent, on a topic of its own. Hearing is quick but not sure: who
 * waits looks into the mailbox, too.
 */
export class Acknowledgements {
  /** `reply_to` of messages whose sender waits here. */
  readonly topic: string;
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly controller = new AbortController();
  private subscription: HeardSubscription | undefined;

  constructor(
    private readonly broadcasts: Broadcasts,
    member: string,
    private readonly tally: Tally,
  ) {
    this.topic = `${TOPICS}${member}`;
  }

  /**
   * Begins to listen at first use. Resolves when it is heard what is said, at the latest after the time: hearing only
   * saves a wait, so a store that is slow to answer must not hold up the sending.
   */
  async listen(withinMs: number): Promise<void> {
    this.subscription ??= this.subscribe();
    const late = new AbortController();
    const { ready } = this.subscription;
    await Promise.race([ready.catch(() => undefined), pause(withinMs, undefined, { signal: late.signal })]);
    late.abort();
  }

  /** Resolves to true at the acknowledgement, to false after the time. */
  wait(messageId: string, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const all = this.waiting.get(messageId) ?? new Set();
      const end = (heard: boolean): void => {
        clearTimeout(timer);
        all.delete(heardIt);
        if (all.size === 0) this.waiting.delete(messageId);
        this.controller.signal.removeEventListener('abort', over);
        resolve(heard);
      };
      const heardIt = (): void => end(true);
      const over = (): void => end(false);
      const timer = setTimeout(over, timeoutMs).unref();
      this.controller.signal.addEventListener('abort', over, { once: true });
      all.add(heardIt);
      this.waiting.set(messageId, all);
    });
  }

  get closed(): boolean {
    return this.controller.signal.aborted;
  }

  /** Ends all waits. */
  close(): void {
    this.controller.abort();
  }

  private subscribe(): HeardSubscription {
    const { signal } = this.controller;
    const subscription = this.broadcasts.subscribe([this.topic], { signal, onGap: () => undefined });
    subscription.ready.catch(() => undefined);
    this.hear(subscription).catch((error: unknown) => {
      this.subscription = undefined;
      this.tally.storeFailed('hear acknowledgements', error as Error);
    });
    return subscription;
  }

  private async hear(subscription: HeardSubscription): Promise<void> {
    for await (const { data } of subscription) {
      const message = readable(data);
      if (message?.message_type !== ACK_TYPE || !message.causation_id) continue;
      for (const heard of [...(this.waiting.get(message.causation_id) ?? [])]) heard();
    }
  }
}

function readable(data: string): AgentMessage | undefined {
  try {
    return decodeAgentMessage(data);
  } catch {
    return undefined;
  }
}
