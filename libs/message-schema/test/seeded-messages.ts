import { type AgentMessage, type Envelope, escalationLevels, priorities } from '../src/index.js';

/** Texts that have gone wrong somewhere before: quotes, percent signs, spaces, other scripts, pairs, line ends. */
const letters = [
  'a',
  'Z',
  '0',
  ':',
  '/',
  '%',
  '%41',
  '"',
  '\\',
  ' ',
  'é',
  'ж',
  '中',
  '😀',
  '👩‍👧',
  '\u200b',
  '+',
  '#',
  '?',
];
/** What may stand in a payload, but not in an attribute. */
const inPayload = [...letters, '\n', '\t', '\u0001', '\u007f', '\u2028', '\ud800'];

/** Messages of every shape, the same ones for the same seed. */
export class SeededMessages {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  envelope(): Envelope {
    return {
      ...this.standard(),
      property_id: this.text(128),
      conversation_id: this.text(512),
      payload: this.guestPayload(),
      message_type: 'guest.message',
      schema_version: 1,
    };
  }

  agentMessage(): AgentMessage {
    return {
      ...this.standard(),
      message_type: `trial.${this.text(50)}`,
      schema_version: 1 + this.below(1_000),
      payload: this.json(4) as object,
      ...this.maybe('property_id', () => this.text(128)),
      ...this.maybe('conversation_id', () => this.text(512)),
      ...this.maybe('reply_to', () => this.text(512)),
      ...this.maybe('expires_at', () => this.time()),
      ...this.maybe('ack_required', () => this.below(2) === 0),
      ...this.maybe('escalation', () => ({
        level: this.one(escalationLevels),
        history: this.list(4, () => ({
          level: this.one(escalationLevels),
          agent: this.text(100),
          reason: this.text(100, inPayload),
          at: this.time(),
        })),
      })),
    };
  }

  private standard() {
    return {
      message_id: this.text(512),
      from_agent: this.text(512),
      to_agent: this.text(512),
      correlation_id: this.text(128),
      timestamp: this.time(),
      priority: this.one(priorities),
      ...this.maybe('causation_id', () => this.text(512)),
      ...this.maybe('sequence', () => 1 + this.below(this.one([1, 100, Number.MAX_SAFE_INTEGER - 1]))),
      ...this.maybe('traceparent', () => `00-${this.hex(32)}-${this.hex(16)}-0${this.below(2)}`),
    };
  }

  private guestPayload(): object {
    return {
      text: this.text(2_000, inPayload),
      attachments: this.list(3, () => ({ kind: this.text(64), ...this.maybe('sizeBytes', () => this.below(1e9)) })),
      replyTo: { channel: this.one(['webchat', 'whatsapp']), source: this.text(128), to: this.text(256) },
      providerMessageId: this.text(512),
      providerTimestamp: this.time(),
      ...this.maybe('guestName', () => this.text(512, inPayload)),
    };
  }

  private json(levels: number): unknown {
    const entries = this.list(5, () => [this.text(20, inPayload), this.value(levels - 1)] as const);
    return Object.fromEntries(entries);
  }

  private value(levels: number): unknown {
    const scalars = [null, true, false, 0, -1.5, 1e21, this.text(40, inPayload)];
    if (levels === 0) return this.one(scalars);
    return this.one([
      () => this.json(levels),
      () => this.list(3, () => this.value(levels - 1)),
      () => this.one(scalars),
    ])();
  }

  private maybe<K extends string, V>(field: K, make: () => V): { [name in K]?: V } {
    return this.below(2) === 0 ? {} : ({ [field]: make() } as { [name in K]: V });
  }

  private text(longest: number, from: readonly string[] = letters): string {
    let text = this.one(from);
    for (let i = this.below(Math.min(longest, 60)); i > 0; i--) text += this.one(from);
    return text.length <= longest ? text : 'x'.repeat(longest);
  }

  private time(): string {
    const text = new Date(this.below(4_000_000_000_000)).toISOString();
    return this.one([text, text.replace('Z', '456+05:30'), text.replace(/\.\d+/, '')]);
  }

  private hex(digits: number): string {
    return Array.from({ length: digits }, () => (1 + this.below(15)).toString(16)).join('');
  }

  private list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** A whole number from 0, below `bound` (mulberry32, two draws for large bounds). */
  private below(bound: number): number {
    const fraction = this.draw() + (bound > 2 ** 32 ? this.draw() / 2 ** 32 : 0);
    return Math.min(Math.floor(fraction * bound), bound - 1);
  }

  private draw(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
