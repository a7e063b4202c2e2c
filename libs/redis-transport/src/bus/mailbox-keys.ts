import { partitionOf } from '@switchboard/delivery';
import { type Keys } from '../streams/keys.js';

/** Keys beside a mailbox's queue, or a topic, in the slot of the queue. */
export class MailboxKeys {
  readonly partition: number;
  private readonly root: string;

  constructor(names: Keys, channel: string, partitions: number) {
    this.partition = partitionOf(channel, partitions);
    this.root = `${names.stream(channel, this.partition)}:bus`;
  }

  /** Hash of the last number by sender. */
  get numbers(): string {
    return `${this.root}:numbers`;
  }

  /** Hashes of the number given by message id. */
  get given(): [young: string, old: string] {
    return [`${this.root}:given`, `${this.root}:given:old`];
  }

  /** Hash of the numbers that have arrived, by sender. */
  get arrived(): string {
    return `${this.root}:arrived`;
  }

  /** Hashes of the ids of messages that were handled. */
  get handled(): [young: string, old: string] {
    return [`${this.root}:handled`, `${this.root}:handled:old`];
  }

  /**
   * What senders gave up: a hash of dead letters by message id, empty for one that was discarded, and a sorted set of the
   * ids of those that lie there, by time.
   */
  get withdrawn(): [letters: string, times: string] {
    return [`${this.root}:withdrawn`, `${this.root}:withdrawn:times`];
  }
}
