import { type Redis } from 'ioredis';
import { compareEntryIds, type DeadLetter, type Effect, entryTimeMs } from '@switchboard/delivery';
import { deadLetterStream } from '@switchboard/message-schema';
import { type RedisConnections } from '../connections/redis-connections.js';
import { DISCARD, EDIT, RELEASE_PARKED, REPLAY } from '../scripts/dead-letter.lua.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { fieldOf } from '../streams/entry-decoder.js';
import { EffectEncoder } from '../streams/effect-encoder.js';
import { Keys } from '../streams/keys.js';
import { type DeadLetterPlace, formatDeadLetterId, parseDeadLetterId } from './dead-letter-id.js';

/** A dead letter as listed. `edited` when its message was changed since. */
export interface ListedDeadLetter extends DeadLetter {
  readonly deadLetterId: string;
  readonly edited: boolean;
}

export interface DeadLetterPage {
  readonly items: readonly ListedDeadLetter[];
  /** Give as `before` for the next page; absent on the last. */
  readonly next?: string;
}

/** The dead letters of some streams: list, read, edit, replay, discard. */
export class DeadLetterStore {
  private readonly command: Redis;
  private readonly runner: ScriptRunner;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    /** Logical streams whose dead letters are shown. */
    readonly streams: readonly string[],
    private readonly partitions: number,
  ) {
    this.command = connections.open('command');
    this.runner = new ScriptRunner(this.command, connections.clustered);
    this.keys = new Keys(connections.keyPrefix);
  }

  /** Newest first. `before` is the `next` of the page before. */
  async list(options: { stream?: string; limit: number; before?: string }): Promise<DeadLetterPage> {
    const streams = options.stream ? [options.stream] : this.streams;
    const before = options.before === undefined ? undefined : parseDeadLetterId(options.before);
    const end = before?.entryId ?? '+';
    const places = streams.flatMap((stream) =>
      Array.from({ length: this.partitions }, (_, partition) => ({ stream, partition })),
    );
    const pages = await Promise.all(places.map((place) => this.page(place, end, options.limit + 2)));
    const all = pages
      .flat()
      .sort((a, b) => newestFirst(a.place, b.place))
      .filter(({ place }) => !before || newestFirst(before, place) < 0);
    const shown = all.slice(0, options.limit);
    const items = await Promise.all(shown.map(({ place, letter }) => this.withEdit(place, letter)));
    const last = shown[shown.length - 1];
    return all.length > shown.length && last ? { items, next: formatDeadLetterId(last.place) } : { items };
  }

  /** One letter, or undefined when there is none. */
  async find(place: DeadLetterPlace): Promise<ListedDeadLetter | undefined> {
    if (!this.knows(place)) return undefined;
    const reply = await this.command.xrange(this.letters(place), place.entryId, place.entryId);
    const letter = letterOf(place, place.entryId, reply[0]?.[1]);
    return letter && this.withEdit(place, letter);
  }

  /**
   * Puts the message back on its stream for the group that gave it up; false when the letter is gone, or holds nothing
   * that could be delivered (see `holdsMessage`).
   */
  async replay(place: DeadLetterPlace, effects: readonly Effect[] = []): Promise<boolean> {
    const letter = await this.find(place);
    if (!letter || !holdsMessage(letter)) return false;
    if (letter.parked) return this.release(place, letter, 'replay', effects);
    const { encoder, args } = this.encoded(place, letter, effects);
    const keys = [
      this.letters(place),
      this.edits(place),
      this.keys.stream(place.stream, place.partition),
      ...encoder.keys,
    ];
    const before = [place.entryId, letter.key, letter.id, letter.group, letter.data];
    return (await this.runner.one({ script: REPLAY, keys, args: [...before, ...args] })) !== null;
  }

  /** Gives the message up for good; false when the letter is gone. */
  async discard(place: DeadLetterPlace, effects: readonly Effect[] = []): Promise<boolean> {
    const letter = await this.find(place);
    if (!letter) return false;
    if (letter.parked) return this.release(place, letter, 'discard', effects);
    const { encoder, args } = this.encoded(place, letter, effects);
    const keys = [
      this.letters(place),
      this.edits(place),
      this.keys.stream(place.stream, place.partition),
      ...encoder.keys,
    ];
    return (await this.runner.one({ script: DISCARD, keys, args: [place.entryId, ...args] })) === 1;
  }

  /** Changes what a replay would send; false when the letter is gone. */
  async edit(place: DeadLetterPlace, data: string): Promise<boolean> {
    if (!this.knows(place)) return false;
    const keys = [this.letters(place), this.edits(place)];
    return (await this.runner.one({ script: EDIT, keys, args: [place.entryId, data] })) === 1;
  }

  /** Number of dead letters by stream. */
  async count(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const stream of this.streams) {
      const lengths = await Promise.all(
        Array.from({ length: this.partitions }, (_, partition) =>
          this.command.xlen(this.letters({ stream, partition })),
        ),
      );
      counts[stream] = lengths.reduce((sum, length) => sum + length, 0);
    }
    return counts;
  }

  /** A parked conversation goes on: with its message once more, or without it. */
  private async release(
    place: DeadLetterPlace,
    letter: DeadLetter,
    how: 'replay' | 'discard',
    effects: readonly Effect[],
  ): Promise<boolean> {
    const { stream, partition } = place;
    const { encoder, args } = this.encoded(place, letter, effects);
    const keys = [
      this.letters(place),
      this.edits(place),
      this.keys.stream(stream, partition),
      this.keys.lease(stream, partition, letter.group),
      this.keys.parked(stream, partition, letter.group),
      this.keys.replaced(stream, partition, letter.group),
      ...encoder.keys,
    ];
    const before = [place.entryId, letter.key, letter.entryId, letter.group, how];
    return (await this.runner.one({ script: RELEASE_PARKED, keys, args: [...before, ...args] })) === 1;
  }

  private knows({ stream, partition }: DeadLetterPlace): boolean {
    return this.streams.includes(stream) && partition < this.partitions;
  }

  private async page(
    at: { stream: string; partition: number },
    end: string,
    count: number,
  ): Promise<{ place: DeadLetterPlace; letter: DeadLetter }[]> {
    const reply = await this.command.xrevrange(this.letters(at), end, '-', 'COUNT', count);
    return reply.flatMap(([entryId, fields]) => {
      const letter = letterOf(at, entryId, fields);
      return letter ? [{ place: { ...at, entryId }, letter }] : [];
    });
  }

  private async withEdit(place: DeadLetterPlace, letter: DeadLetter): Promise<ListedDeadLetter> {
    const edit = await this.command.hget(this.edits(place), place.entryId);
    return { ...letter, data: edit ?? letter.data, edited: edit !== null, deadLetterId: formatDeadLetterId(place) };
  }

  private encoded(place: DeadLetterPlace, letter: DeadLetter, effects: readonly Effect[]) {
    const encoder = new EffectEncoder(this.keys, place.partition);
    const args: (string | number)[] = [];
    encoder.encode(effects, letter.key, args);
    return { encoder, args };
  }

  private letters({ stream, partition }: { stream: string; partition: number }): string {
    return this.keys.stream(deadLetterStream(stream), partition);
  }

  private edits(place: DeadLetterPlace): string {
    return `${this.letters(place)}:edits`;
  }
}

/** False for an entry that never was a message, or a letter that cannot be read: it can only be discarded. */
export function holdsMessage({ group, key, id }: DeadLetter): boolean {
  return group !== '' && key !== '' && id !== '';
}

/** One order over all streams and partitions, so that a page never skips letters of the same millisecond. */
function newestFirst(a: DeadLetterPlace, b: DeadLetterPlace): number {
  return compareEntryIds(b.entryId, a.entryId) || a.stream.localeCompare(b.stream, 'en') || a.partition - b.partition;
}

/** The letter of an entry. One that cannot be read is shown as such, so that it hides neither itself nor the others. */
function letterOf(
  { stream, partition }: { stream: string; partition: number },
  entryId: string,
  fields: readonly string[] | undefined,
): DeadLetter | undefined {
  if (!fields) return undefined;
  try {
    const letter = JSON.parse(fieldOf(fields, 'd') ?? '') as DeadLetter | null;
    if (typeof letter?.data === 'string') return letter;
  } catch {
    // Told below.
  }
  const failedAt = new Date(entryTimeMs(entryId)).toISOString();
  const unknown = { group: '', key: '', id: '', attempts: 0, failedAt };
  return {
    stream,
    partition,
    entryId,
    ...unknown,
    data: JSON.stringify(fields),
    reason: 'the entry is no dead letter',
  };
}
