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
