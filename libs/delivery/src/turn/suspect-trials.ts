import { Fifo } from '../lane/fifo.js';
import { type Lane } from '../lane/lane.js';
import { type WaitingMessage } from '../lane/waiting-message.js';

/** A trial that takes longer is no reason to keep the next suspect waiting. */
const TRIAL_MS = 5_000;

/**
 * Messages that an owner began and did not live to end are tried one at a time in this process, so that the one that
 * kills does not use up its neighbours' attempts. Lanes that wait for their trial hold no slot.
 */
export class SuspectTrials {
  private readonly waiting = new Fifo<Lane>();
  private underTrial: WaitingMessage | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param resume lets a lane be prepared again; false when it no longer waits */
  constructor(private readonly resume: (lane: Lane) => boolean) {}

  /** False when another is under trial: the lane is resumed later. */
  admit(lane: Lane, suspect: WaitingMessage): boolean {
    if (this.underTrial && this.underTrial !== suspect) {
      this.waiting.push(lane);
      return false;
    }
    this.begin(suspect);
    return true;
  }

  /** These messages are no longer being tried. */
  over(batch: readonly WaitingMessage[]): void {
    if (this.underTrial && batch[0] === this.underTrial) this.next();
  }

  private next(): void {
    clearTimeout(this.timer);
    this.underTrial = undefined;
    for (let lane = this.waiting.shift(); lane; lane = this.waiting.shift()) {
      const { oldest } = lane;
      if (!oldest) continue;
      this.begin(oldest);
      if (this.resume(lane)) return;
      clearTimeout(this.timer);
      this.underTrial = undefined;
    }
  }

  private begin(suspect: WaitingMessage): void {
    this.underTrial = suspect;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), TRIAL_MS).unref();
  }
}
