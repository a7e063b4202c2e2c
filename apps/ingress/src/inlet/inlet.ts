import { type AppendRequest, type Publisher } from '@switchboard/delivery';

/** What became of a message: whether it had been taken before, and whether it waits on the disk. */
export interface Taken {
  readonly duplicate: boolean;
  readonly spooled: boolean;
}

/** Where what a request brought becomes durable. */
export abstract class Inlet {
  /**
   * Resolves once all are stored durably, each with its effects or on the way to both.
   *
   * @throws an error with `retryAfterMs` when not all could be stored; a repetition stores only what is missing.
   * @throws Refused when one of them will never be taken.
   */
  abstract publish(requests: readonly AppendRequest[]): Promise<readonly Taken[]>;
}

/** Straight into the store; while that is away requests are refused. */
export class DirectInlet extends Inlet {
  constructor(private readonly publisher: Publisher) {
    super();
  }

  publish(requests: readonly AppendRequest[]): Promise<Taken[]> {
    return Promise.all(
      requests.map(async (request) => {
        const { duplicate } = await this.publisher.publish(request);
        return { duplicate, spooled: false };
      }),
    );
  }

  /** Connections close after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.publisher.drain();
  }
}
