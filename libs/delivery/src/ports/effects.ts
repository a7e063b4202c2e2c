/** A follow-up message of the same conversation; travels on another logical stream, in the same partition. */
export interface MessageEffect {
  readonly kind: 'message';
  readonly stream: string;
  /** Message id; the next stage deduplicates by it. */
  readonly id: string;
  readonly data: string;
}

/** A line in a log (audit trail, feed, dead letters). */
export interface LogEffect {
  readonly kind: 'log';
  readonly stream: string;
  /** Names and values in turn, as stored. */
  readonly fields: readonly string[];
  /** About how many lines are kept, 0 for all. Only for logs nobody acknowledges. */
  readonly cap: number;
  /**
   * Pub/Sub channel that is told of the line: JSON `{"p": partition, "id": entry id, "d": value of the field d}`.
   */
  readonly announceOn?: string;
}

/** What happens together with an append or a commit, in the same script, or not at all. */
export type Effect = MessageEffect | LogEffect;

/** Most names and values in one line of a log. */
const MAX_FIELDS = 1_000;

/** @throws when an effect is none that a store can carry out; the handler that made it is at fault. */
export function checkEffect(effect: Effect): void {
  const fault = faultOf(effect);
  if (fault) throw new TypeError(`An effect on the stream ${effect.stream} is not valid: ${fault}.`);
}

function faultOf(effect: Effect): string | undefined {
  if (effect.stream === '') return 'it names no stream';
  if (effect.kind === 'message') return effect.id === '' ? 'the message has no id' : undefined;
  const { fields, cap } = effect;
  if (fields.length === 0 || fields.length % 2 !== 0) return 'fields must be names and values in turn';
  if (fields.length > MAX_FIELDS) return `more than ${MAX_FIELDS} names and values`;
  return Number.isSafeInteger(cap) && cap >= 0 ? undefined : 'cap must be a whole number, 0 or more';
}
