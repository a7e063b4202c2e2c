import { Refused, Unavailable } from '../errors.js';
import { type DeliveryObserver, harmless } from '../observer.js';
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
 * fails is repeated with the same message ids, which the store deduplicates, so a lost reply stores nothing twice. One
 * call is under way for each route of the store, so that a server in trouble holds up nobody else.
 */
export class Publisher {
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly flying = new Map<string, Promise<void>>();
  private readonly observer: DeliveryObserver;

  constructor(
    private readonly store: StreamStore,
    private readonly options: PublisherOptions = publisherDefaults,
    observer: DeliveryObserver = {},
  ) {
    this.observer = harmless(observer);
  }

  /**
   * Resolves once the store has the message as durably as it was told to.
   *
   * @throws Unavailable when it could not be stored in time, or the partition's backlog is full: nothing is promised, and
   * the same message id may be published again.
   * @throws Refused when the store will never take it: nothing was stored, and trying again is in vain.
   */
  publish(request: AppendRequest): Promise<Published> {
    return new Promise((resolve, reject) => {
      const item = { request, giveUpAtMs: performance.now() + this.options.timeoutMs, resolve, reject };
      const route = this.store.routeOf(request.stream, request.key);
      const queue = this.waiting.get(route);
      if (queue) queue.push(item);
      else this.waiting.set(route, [item]);
      if (!this.flying.has(route)) this.flying.set(route, this.flight(route));
    });
  }

  /** Resolves when everything that waits has been decided. */
  async drain(): Promise<void> {
    while (this.flying.size > 0) await Promise.all(this.flying.values());
  }

  /** What is published within one turn of the event loop goes out together. */
  private flight(route: string): Promise<void> {
    return new Promise((done) => setImmediate(() => void this.flush(route).then(done)));
  }

  private async flush(route: string): Promise<void> {
    const queue = this.waiting.get(route) ?? [];
    while (queue.length > 0) {
      const group = queue.splice(0, this.options.maxGroup);
      const results = await this.append(group.map(({ request }) => request));
      const again = group.filter((item, i) => !this.decide(item, results[i] as AppendResult));
      if (again.length > 0) {
        queue.unshift(...again);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.waiting.delete(route);
    this.flying.delete(route);
  }

  /** What is refused in company is sent alone, so that only the message at fault is refused. */
  private async append(requests: readonly AppendRequest[]): Promise<readonly AppendResult[]> {
    const results = await this.send(requests);
    if (requests.length === 1 || !results.some(isFinal)) return results;
    return Promise.all(
      results.map(async (result, i) =>
        isFinal(result) ? ((await this.send([requests[i] as AppendRequest]))[0] as AppendResult) : result,
      ),
    );
  }

  private async send(requests: readonly AppendRequest[]): Promise<readonly AppendResult[]> {
    try {
      return await this.store.append(requests);
    } catch (error) {
      // A driver answers failures; what it throws is an append that it cannot even send.
      return requests.map(() => ({ status: 'failed', retryable: false, error: error as Error }));
    }
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
    if (!result.retryable) {
      item.reject(new Refused('the message store refuses the message', { cause: result.error }));
      return true;
    }
    if (performance.now() < item.giveUpAtMs) return false;
    item.reject(new Unavailable('the message store does not answer', 2_000, { cause: result.error }));
    return true;
  }
}

function isFinal(result: AppendResult): boolean {
  return result.status === 'failed' && !result.retryable;
}
