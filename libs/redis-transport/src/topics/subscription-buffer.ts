import { type Subscription, type TopicMessage } from './subscription.js';

type Result = IteratorResult<TopicMessage>;

/** What a subscription holds for its reader: bounded, oldest dropped first. */
export class SubscriptionBuffer implements Subscription {
  ready: Promise<void> = Promise.resolve();
  dropped = 0;
  gaps = 0;
  private messages: TopicMessage[] = [];
  /** Index of the oldest message; shifting an array of thousands for each message would cost more than all else. */
  private first = 0;
  private readonly readers: { resolve(result: Result): void; reject(error: Error): void }[] = [];
  private ended = false;
  private failure: Error | undefined;

  constructor(
    private readonly most: number,
    private readonly leave: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: TopicMessage): void {
    if (this.ended) return;
    const reader = this.readers.shift();
    if (reader) return reader.resolve({ done: false, value: message });
    if (this.messages.length - this.first >= this.most) {
      this.shift();
      this.dropped += 1;
    }
    this.messages.push(message);
  }

  next(): Promise<Result> {
    const message = this.shift();
    if (message) return Promise.resolve({ done: false, value: message });
    if (this.failure) return this.fail();
    if (this.ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
  }

  /** Ends it at once; what was not read is dropped. */
  return(): Promise<Result> {
    this.messages = [];
    this.first = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends it; what has arrived can still be read. */
  end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = error;
    this.leave();
    for (const reader of this.readers.splice(0)) {
      if (error) {
        reader.reject(error);
        this.failure = undefined;
      } else reader.resolve({ done: true, value: undefined });
    }
  }

  private fail(): Promise<never> {
    const error = this.failure as Error;
    this.failure = undefined;
    return Promise.reject(error);
  }

  private shift(): TopicMessage | undefined {
    const message = this.messages[this.first];
    if (message === undefined) return undefined;
    this.first += 1;
    if (this.first === this.messages.length || this.first >= 1_024) {
      this.messages = this.messages.slice(this.first);
      this.first = 0;
    }
    return message;
  }
}
