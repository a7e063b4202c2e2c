import { partitionOf } from '@switchboard/delivery';
import { type Keys } from '../streams/keys.js';

/** Names all keys of one queue: `<prefix><name>:{p<i>}:<part>`. They share the slot of a partition, as its log lines do. */
export class QueueKeys {
  readonly partition: number;
  /** What stands before a worker's name in the key of its processing list. */
  readonly processing: string;
  /** In the order in which the scripts name them; the processing list comes behind. */
  private readonly parts: readonly string[];
  readonly dedup: readonly [young: string, old: string];
  /** Start of the Pub/Sub channels on which processes are called. */
  readonly wakeChannel: string;

  /** @throws RangeError for a name that would end the hash tag of its own keys. */
  constructor(keys: Keys, name: string, partitions: number) {
    if (name === '' || /[{}]/.test(name)) throw new RangeError(`a queue cannot be named ${JSON.stringify(name)}`);
    this.partition = partitionOf(name, partitions);
    const start = keys.stream(name, this.partition);
    this.parts = [
      ...['high', 'normal', 'low', 'items', 'takes', 'visible', 'delayed', 'dead', 'letters'],
      ...['workers', 'idle', 'wheel'],
    ].map((part) => `${start}:${part}`);
    this.processing = `${start}:processing:`;
    this.dedup = keys.dedup(name, this.partition);
    this.wakeChannel = keys.internal('wake:');
  }

  /** KEYS of a script; without a worker it touches no processing list. */
  all(worker = ''): string[] {
    return [...this.parts, `${this.processing}${worker}`];
  }

  /** The keys of these parts, for plain commands. */
  part(name: QueuePart): string {
    return this.parts[order[name]] as string;
  }
}

const order = {
  high: 0,
  normal: 1,
  low: 2,
  items: 3,
  visible: 5,
  delayed: 6,
  dead: 7,
  letters: 8,
  workers: 9,
} as const;
type QueuePart = keyof typeof order;
