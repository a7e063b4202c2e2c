/** Told of the spool's life. An observer must not throw. */
export interface SpoolObserver {
  /** Messages became durable in the spool. */
  readonly stored?: (messages: number) => void;
  /** Messages left the spool for their destination. */
  readonly drained?: (messages: number) => void;
  /** A message was put aside: its destination will never take it. The reason holds nothing of the message. */
  readonly refused?: (id: string, reason: string) => void;
  /** A request was turned away. */
  readonly rejected?: (why: 'full' | 'unwritable', error?: unknown) => void;
  /** The destination stopped taking messages; they go to the spool from now on. */
  readonly opened?: () => void;
  /** The destination takes messages again. */
  readonly closed?: () => void;
  /** A damaged file was moved aside, to this path; a new one stands in its place. */
  readonly movedAside?: (path: string) => void;
  /** The file could not be opened, read or written. */
  readonly failed?: (operation: string, error: unknown) => void;
}

export const harmlessObserver: SpoolObserver = {};
