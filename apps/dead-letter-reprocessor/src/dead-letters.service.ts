import { BadRequestException, ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { type DeliveryObserver, type Effect } from '@switchboard/delivery';
import { decode, type Envelope, InvalidMessageError } from '@switchboard/message-schema';
import {
  auditEffect,
  type DeadLetterPlace,
  DeadLetterStore,
  DELIVERY_OBSERVER,
  holdsMessage,
  type DeadLetterPage,
  type ListedDeadLetter,
  parseDeadLetterId,
} from '@switchboard/redis-transport';

/** What became of the letters of a bulk replay. */
export interface ReplayReport {
  readonly replayed: readonly string[];
  readonly missing: readonly string[];
  /** Hold no message that could be delivered; they can only be discarded. */
  readonly unreadable: readonly string[];
}

/** The operator's view of the dead letters; every change leaves a line in the audit trail, in the same script. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly store: DeadLetterStore,
    @Inject(DELIVERY_OBSERVER) private readonly observer: DeliveryObserver,
  ) {}

  list(options: { stream?: string; limit: number; before?: string }): Promise<DeadLetterPage> {
    if (options.stream && !this.store.streams.includes(options.stream)) {
      throw new NotFoundException(`There is no stream ${options.stream}; there are ${this.store.streams.join(', ')}.`);
    }
    if (options.before !== undefined) this.place(options.before);
    return this.store.list(options);
  }

  async find(id: string): Promise<ListedDeadLetter> {
    const letter = await this.store.find(this.place(id));
    if (!letter) throw gone(id);
    return letter;
  }

  async replay(id: string): Promise<void> {
    const letter = await this.find(id);
    if (!holdsMessage(letter)) {
      throw new ConflictException(`The dead letter ${id} holds no message that could be delivered; discard it.`);
    }
    if (!(await this.putBack(this.place(id), letter))) throw gone(id);
  }

  /** Replays one by one, in the order given. An id that is none stops it before anything is replayed. */
  async replayAll(ids: readonly string[]): Promise<ReplayReport> {
    const replayed: string[] = [];
    const missing: string[] = [];
    const unreadable: string[] = [];
    const places = new Map(ids.map((id) => [id, this.place(id)]));
    for (const [id, place] of places) {
      const letter = await this.store.find(place);
      if (letter && !holdsMessage(letter)) unreadable.push(id);
      else if (letter && (await this.putBack(place, letter))) replayed.push(id);
      else missing.push(id);
    }
    return { replayed, missing, unreadable };
  }

  /** Replaces the payload of the message a replay would send; the result must be a valid message. */
  async edit(id: string, payload: object): Promise<ListedDeadLetter> {
    const letter = await this.find(id);
    const data = JSON.stringify({ ...envelopeOf(letter), payload });
    decode(data);
    if (!(await this.store.edit(this.place(id), data))) throw gone(id);
    return this.find(id);
  }

  async discard(id: string): Promise<void> {
    const letter = await this.find(id);
    if (!(await this.store.discard(this.place(id), auditOf(letter, 'discarded')))) throw gone(id);
  }

  /** A message that is put back on its stream counts as published once more. */
  private async putBack(place: DeadLetterPlace, letter: ListedDeadLetter): Promise<boolean> {
    const done = await this.store.replay(place, auditOf(letter, 'replayed'));
    if (done && !letter.parked) this.observer.appended?.(place.stream, 'stored', 1);
    return done;
  }

  private place(id: string): DeadLetterPlace {
    const place = parseDeadLetterId(id);
    if (!place) throw new BadRequestException('A dead letter id has the form stream:partition:milliseconds-sequence.');
    return place;
  }
}

function gone(id: string): NotFoundException {
  return new NotFoundException(`There is no dead letter ${id}; it may have been replayed or discarded.`);
}

function envelopeOf(letter: ListedDeadLetter): Envelope {
  try {
    return JSON.parse(letter.data) as Envelope;
  } catch {
    const problem = 'is no JSON, so its payload cannot be replaced; discard it instead';
    throw new InvalidMessageError('The dead letter', [{ field: '(message)', problem }]);
  }
}

function auditOf(letter: ListedDeadLetter, action: 'replayed' | 'discarded'): Effect[] {
  const envelope = readable(letter.data);
  return [
    auditEffect({
      service: 'dead-letter-reprocessor',
      action,
      messageId: letter.id || letter.entryId,
      conversationId: letter.key || 'unknown',
      propertyId: envelope?.property_id ?? 'unknown',
      correlationId: envelope?.correlation_id ?? 'unknown',
      timestamp: new Date().toISOString(),
      detail: letter.deadLetterId,
    }),
  ];
}

function readable(data: string): Envelope | undefined {
  try {
    return decode(data);
  } catch {
    return undefined;
  }
}
