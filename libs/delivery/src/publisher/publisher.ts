import { Unavailable } from '../errors.js';
import { type DeliveryObserver } from '../observer.js';
import { type AppendRequest, type AppendResult, type StreamStore } from '../ports/stream-store.js';

export interface PublisherOptions {
  /** A message that could not be stored for this long is given back to the caller. */
  readonly timeoutMs: number;
  /** Appends sent in one call at most. */
  readonly maxGroup: number;
}

export const publisherDefaults: PublisherOptions = { timeoutMs: 3_000, maxGroup: 2_000 };

/** What became of a message. `duplicate`: it had been stored before, under this entry id. */
export interface Published {
  readonly entryId: string;
  readonly duplicate: boolean;
}

interface Waiting {
  readonly request: AppendRequest;
  readonly giveUpAtMs: number;
  readonly resolve: (published: Published) => void;
  readonly reject: (error: Error) => void;
}

const RETRY_MS = 50;

/**
 * Appends messages with group commit: everything that waits when a call returns goes out in the next one. A call that
 * fails is repeated with the same message ids, which the store deduplicates, so a lost reply stores nothing twice.
 */
export class Publisher {
  private waiting: Waiting[] = [];
  private flying: Promise<void> | undefined;

  constructor(
    private readonly store: StreamStore,
    private readonly options: PublisherOptions = publisherDefaults,
    private readonly observer: DeliveryObserver = {},
  ) {}

  /**
   * Resolves once the store has the message as durably as it was told to.
   *
   * @throws Unavailable when it could not be stored in time, or the partition's backlog is full: nothing is promised, and
   * the same message id may be published again.
   */
  publish(request: AppendRequest): Promise<Published> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, giveUpAtMs: performance.now() + this.options.timeoutMs, resolve, reject });
      this.flying ??= new Promise<void>((done) => setImmediate(() => void this.flush().then(done)));
    });
  }

  /** Resolves when everything that waits has been decided. */
  async drain(): Promise<void> {
    await this.flying;
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.options.maxGroup);
      const results = await this.store.append(group.map(({ request }) => request));
      const again = group.filter((item, i) => !this.decide(item, results[i] as AppendResult));
      if (again.length > 0) {
        this.waiting.unshift(...again);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.flying = undefined;
  }

  /** False when the append must be repeated. */
  private decide(item: Waiting, result: AppendResult): boolean {
    this.observer.appended?.(item.request.stream, result.status, 1);
    if (result.status === 'stored' || result.status === 'duplicate') {
      item.resolve({ entryId: result.entryId, duplicate: result.status === 'duplicate' });
      return true;
    }
    if (result.status === 'backlog') {
      item.reject(new Unavailable('the backlog of this stream is full', 5_000));
      return true;
    }
    this.observer.storeFailed?.('append', result.error);
    if (result.retryable && performance.now() < item.giveUpAtMs) return false;
    item.reject(new Unavailable('the message store does not answer', 2_000, { cause: result.error }));
    return true;
  }
}
