import { type AgentMessage } from '@switchboard/message-schema';

/**
 * A message as one receiver has it: nobody else gets it until it is settled by exactly one of `ack`, `retry` and `bury`,
 * or the receiver is gone. A second settling does nothing.
 */
export interface Delivery<P extends object = object> {
  readonly message: AgentMessage<P>;
  /** `agent:{id}:inbox` or `task_queue.{role}`. */
  readonly mailbox: string;
  /** The agent that has it, in the form of `from_agent`. */
  readonly receiver: string;
  /** 1 at the first delivery. */
  readonly attempt: number;
  /** Aborted when the message was taken away: the receiver was thought dead, and someone else has it now. */
  readonly signal: AbortSignal;

  /**
   * Handled. The message is remembered by its id, so that it is not handed out again within the deduplication window, and
   * a message with `ack_required` is acknowledged to its sender.
   */
  ack(): Promise<void>;

  /** Not now: to be delivered again, after a growing pause unless one is given; a dead letter after the last attempt. */
  retry(options?: { readonly delayMs?: number; readonly reason?: string }): Promise<void>;

  /** Never: a dead letter with this reason. The reason must not hold the message's text. */
  bury(reason: string): Promise<void>;
}
