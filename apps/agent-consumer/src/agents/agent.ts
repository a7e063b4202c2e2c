import { type Envelope, type GuestMessage } from '@switchboard/message-schema';

/** What an agent says to a batch of a guest's messages. */
export interface AgentAnswer {
  readonly text: string;
  /** Name of the agent, for the audit trail. */
  readonly agent: string;
}

/** Answers guests. One call gets all messages a guest sent in a burst, oldest first, and gives one answer. */
export interface Agent {
  /** Rejects when there is no answer; `signal` says that nobody waits for it any more. */
  answer(batch: readonly Envelope<GuestMessage>[], signal: AbortSignal): Promise<AgentAnswer>;
}
