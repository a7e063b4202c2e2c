import { doneWithin } from '@switchboard/delivery';
import { type Subscription, type TopicMessage } from '../../topics/subscription.js';
import { type Topics } from '../../topics/topics.js';
import { TopicContext } from '../contexts/topic-context.js';
import { type TopicExtras } from '../handlers/handler-extras.js';
import { type HandlerReports } from './handler-reports.js';
import { readMessage } from './read-body.js';
import { type ServedPattern } from './served-pattern.js';

export interface TopicParts {
  readonly topics: Topics;
  readonly graceMs: number;
  readonly run: (body: unknown, context: TopicContext) => Promise<unknown>;
  readonly reports: HandlerReports;
}

/** A topic handler at work: one subscription. */
export class TopicServing implements ServedPattern {
  private readonly stopping = new AbortController();
  private subscription: Subscription | undefined;
  private listeners: Promise<unknown> = Promise.resolve();
  private fault: Error | undefined;

  constructor(
    private readonly extras: TopicExtras,
    private readonly parts: TopicParts,
  ) {}

  async start(): Promise<void> {
    const { pattern, tuning } = this.extras;
    const buffer = tuning.buffer === undefined ? {} : { buffer: tuning.buffer };
    const subscription = (this.subscription = this.parts.topics.subscribe(pattern, buffer));
    await subscription.ready;
    const listen = (): Promise<void> => this.listen(subscription);
    this.listeners = Promise.all(Array.from({ length: tuning.concurrency ?? 1 }, listen));
  }

  async stop(): Promise<void> {
    await this.subscription?.return();
    await doneWithin(this.parts.graceMs, this.listeners);
    this.stopping.abort();
  }

  /** A subscription that lost its connection makes it anew; one that Redis refuses is over. */
  check(): void {
    if (this.fault) throw new Error(`nothing can be heard of ${this.extras.pattern}`, { cause: this.fault });
  }

  private async listen(subscription: Subscription): Promise<void> {
    try {
      for (let next = await subscription.next(); !next.done; next = await subscription.next()) {
        await this.handle(next.value);
      }
    } catch (error) {
      this.fault = error as Error;
    }
  }

  /** Never rejects: nobody repeats a broadcast that could not be read or whose handler failed. */
  private async handle({ topic, data }: TopicMessage): Promise<void> {
    const call = this.parts.reports.begin();
    try {
      const body = readMessage(this.extras.messageClass, data);
      call.reads(body);
      await this.parts.run(body, new TopicContext(topic, this.stopping.signal));
    } catch (error) {
      return call.ended('failed', error ?? new Error('the handler threw nothing'));
    }
    call.ended('done');
  }
}
