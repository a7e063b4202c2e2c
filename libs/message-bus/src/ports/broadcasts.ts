import { type AuditLine } from '../audit-trail.js';

/** A broadcast as heard. */
export interface Heard {
  readonly topic: string;
  readonly data: string;
}

export interface HeardSubscription extends AsyncIterableIterator<Heard> {
  readonly ready: Promise<void>;
}

/** At most once, to those who listen. */
export interface Broadcasts {
  /**
   * Numbers, writes the lines and tells everybody, in one step. `data` is a JSON object without the field `sequence`,
   * which is put in; answers the number: 1, 2, 3 … of this sender on this topic.
   */
  publish(topic: string, sender: string, data: string, audit: readonly AuditLine[]): Promise<number>;
  /** Tells everybody, and nothing else. */
  tell(topic: string, data: string): Promise<void>;
  /** `onGap`: broadcasts may have been missed. */
  subscribe(
    patterns: readonly string[],
    options: { readonly signal: AbortSignal; readonly onGap: () => void },
  ): HeardSubscription;
}
