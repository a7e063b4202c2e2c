import {
  type AppendRequest,
  PartitionCountMismatchError,
  type Publisher,
  type Unavailable,
} from '@switchboard/delivery';
import { type HealthDetail } from '@switchboard/service-kit';
import { Spool, SpoolingPublisher, spoolingDefaults, type SpoolLimits, type SpoolObserver } from '@switchboard/spool';
import { carriedAppend } from './carried-append.js';
import { Inlet, type Taken } from './inlet.js';

export interface SpoolSettings extends SpoolLimits {
  readonly folder: string;
  /** The store counts as away when it did not store a message after this time. */
  readonly patienceMs: number;
}

/** How long a stopping service goes on draining. */
const DRAIN_ON_STOP_MS = 3_000;
/** A store that takes longer to answer, at the start or when readiness is asked for, counts as away. */
const LOOK_MS = 1_000;

/** Into the store, and onto the disk while that is away. */
export class SpoolingInlet extends Inlet {
  private readonly spool: Spool;
  private readonly spooling: SpoolingPublisher<AppendRequest>;
  private mismatch: PartitionCountMismatchError | undefined;

  /** @param look rejects while the store does not answer, or must not be written to. */
  constructor(
    private readonly publisher: Publisher,
    private readonly look: () => Promise<void>,
    settings: SpoolSettings,
    observer: SpoolObserver,
  ) {
    super();
    this.spool = new Spool(settings.folder, settings, observer);
    const destination = {
      publish: (request: AppendRequest) => publisher.publish(request),
      probe: () => this.probe(),
      // The backlog of one partition is full: that is the store's own answer, and has no cause.
      concernsAll: ({ cause }: Unavailable) => cause !== undefined,
    };
    const options = { ...spoolingDefaults, patienceMs: settings.patienceMs };
    this.spooling = new SpoolingPublisher(this.spool, carriedAppend, destination, observer, options);
  }

  get state() {
    return this.spool.state;
  }

  publish(requests: readonly AppendRequest[]): Promise<Taken[]> {
    return this.spooling.publish(requests);
  }

  /**
   * Opens the spool and begins to drain it, whether the store answers or not.
   *
   * @throws PartitionCountMismatchError or SpoolInUse: the service must not start.
   */
  async open(): Promise<void> {
    const up = await this.answersSoon();
    await this.spool.open();
    this.spooling.start(!up);
  }

  /** Passes while messages can be taken, whether by the store or by the spool. */
  async check(): Promise<HealthDetail> {
    if (this.mismatch) throw this.mismatch;
    const up = this.spooling.direct && (await this.answersSoon());
    const { messages, bytes, oldestAgeMs, takes } = this.spool.state;
    if (!up && !takes) throw new Error('neither the store nor the spool takes messages');
    return {
      redis: up ? 'up' : 'away',
      spool: takes ? 'takes' : 'full or unwritable',
      messages,
      bytes,
      oldestAgeMs: Math.round(oldestAgeMs),
    };
  }

  /** Connections close after this; what is left stays on the disk. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.spooling.stop(DRAIN_ON_STOP_MS);
    await this.publisher.drain();
  }

  /** After the last request. */
  async close(): Promise<void> {
    await this.spool.close();
  }

  /** A store of another shape would have its messages where nobody reads; then they had better stay here. */
  private async probe(): Promise<void> {
    try {
      await this.look();
      this.mismatch = undefined;
    } catch (error) {
      if (error instanceof PartitionCountMismatchError) this.mismatch = error;
      throw error;
    }
  }

  private async answersSoon(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), LOOK_MS)));
    const looked = this.probe().then(
      () => true,
      () => false,
    );
    const up = await Promise.race([looked, tooLate]);
    clearTimeout(timer);
    if (this.mismatch) throw this.mismatch;
    return up;
  }
}
