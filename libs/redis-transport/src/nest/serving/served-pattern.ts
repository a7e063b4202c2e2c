/** A handler at work. */
export interface ServedPattern {
  /** Resolves when messages arrive. */
  start(): Promise<void>;
  /** Takes nothing new; what was begun may take up to the grace period, the rest is given back. */
  stop(): Promise<void>;
  /** Throws, in one sentence, when nothing can arrive at the moment. */
  check(): void;
}
