import { type AgentMessage } from '@switchboard/message-schema';
import { type SequenceGap } from '../bus-observer.js';
import { type BusOptions } from '../bus/bus-options.js';
import { type Delivery } from '../delivery.js';
import { type EventBus } from '../event-bus.js';
import { type LetterDraft, type MessageBus } from '../message-bus.js';

/** A process with a bus and an event bus, as a test opens and ends it. */
export interface OpenedBus {
  readonly bus: MessageBus;
  readonly events: EventBus;
  /** Ends as a process that is told to stop. */
  close(): Promise<void>;
  /** Ends as a process that dies: nothing is given back. */
  crash(): Promise<void>;
}

/** What the tests of a bus's store must offer so that the contract can be run against it. */
export interface BusHarness {
  /**
   * One more process on the same data. Three attempts, pauses of some ms between them, and what a dead process held
   * goes to others within two seconds.
   */
  open(options: Pick<BusOptions, 'service' | 'member' | 'gapAfterMs' | 'drainMs' | 'observer'>): Promise<OpenedBus>;
  /** Puts a text into a mailbox behind the bus's back, under an id of its own. */
  write(mailbox: string, id: string, data: string): Promise<void>;
  /** Removes everything that waits in a mailbox behind everybody's back; what is known of the messages stays. */
  lose(mailbox: string): Promise<void>;
}

let serial = 0;

/** Agents with names of their own and the processes they run in, for one test. */
export class BusScene {
  readonly gaps: SequenceGap[] = [];
  private readonly run = `${process.pid}-${++serial}`;
  private readonly opened: OpenedBus[] = [];
  private processes = 0;

  constructor(private readonly harness: BusHarness) {}

  /** A name nobody else uses. */
  name(word: string): string {
    return `${word}-${this.run}`;
  }

  /** A topic or event stream nobody else uses. */
  topic(type: string): string {
    return `events:${this.name('test')}:${type}`;
  }

  async process(options: Partial<Pick<BusOptions, 'gapAfterMs' | 'drainMs'>> = {}): Promise<OpenedBus> {
    const opened = await this.harness.open({
      service: 'contract',
      member: `${this.run}-${++this.processes}`,
      gapAfterMs: 50,
      drainMs: 200,
      ...options,
      observer: { gap: (gap) => this.gaps.push(gap) },
    });
    this.opened.push(opened);
    return opened;
  }

  async bus(options?: Partial<Pick<BusOptions, 'gapAfterMs' | 'drainMs'>>): Promise<MessageBus> {
    return (await this.process(options)).bus;
  }

  async events(): Promise<EventBus> {
    return (await this.process()).events;
  }

  /** A message that says a word. */
  letter(to: string, word: string, more: Partial<LetterDraft> = {}): LetterDraft {
    return { message_type: 'note', from_agent: this.name('sender'), to_agent: to, payload: { word }, ...more };
  }

  async end(): Promise<void> {
    await Promise.all(this.opened.map(({ close }) => close()));
  }
}

/** The word a message says. */
export function wordOf({ payload }: AgentMessage): string {
  return (payload as { word: string }).word;
}

/** The next `count` deliveries, each acknowledged. */
export async function acknowledge(inbox: AsyncIterableIterator<Delivery>, count: number): Promise<string[]> {
  const words: string[] = [];
  while (words.length < count) {
    const delivery = await next(inbox);
    await delivery.ack();
    words.push(wordOf(delivery.message));
  }
  return words;
}

/** The next item; rejects when there is none. */
export async function next<T>(items: AsyncIterator<T>): Promise<T> {
  const { done, value } = await items.next();
  if (done) throw new Error('the iterator has ended');
  return value as T;
}
