import { agentMessage, type AgentMessage, encodeAgentMessage } from '@switchboard/message-schema';
import { fullAddress, mailboxOf } from '../address.js';
import { BusClosed, MailboxFull, NotAcknowledged, NotStored } from '../errors.js';
import { type LetterDraft, type SendOptions, type Sent } from '../message-bus.js';
import { type BusStore } from '../ports/bus-store.js';
import { type Acknowledgements } from './acknowledgements.js';
import { lineAbout } from './audit-lines.js';
import { type BusOptions } from './bus-options.js';
import { persevere } from './persevere.js';
import { type Tally } from './tally.js';

const RETRIES = 3;

/** Puts messages into mailboxes, and waits for their acknowledgement where asked. */
export class LetterSender {
  constructor(
    private readonly store: BusStore,
    private readonly options: Pick<BusOptions, 'service' | 'storeTimeoutMs'>,
    private readonly acknowledgements: Acknowledgements,
    private readonly tally: Tally,
  ) {}

  async send(draft: LetterDraft, { ackTimeoutMs, retries = RETRIES }: SendOptions = {}): Promise<Sent> {
    const mailbox = mailboxOf(draft.to_agent);
    if (ackTimeoutMs === undefined) {
      return { ...(await this.put(mailbox, this.complete(draft))), acknowledged: false };
    }
    const awaited = { ...draft, reply_to: draft.reply_to ?? this.acknowledgements.topic, ack_required: true };
    await this.acknowledgements.listen(ackTimeoutMs);
    return this.untilAcknowledged(mailbox, this.complete(awaited), ackTimeoutMs, retries);
  }

  /** Puts a message of someone else's into the next mailbox; `agent` is who does that. */
  async forward(draft: LetterDraft, agent: string): Promise<AgentMessage> {
    return (await this.put(mailboxOf(draft.to_agent), this.complete(draft), agent)).message;
  }

  private complete(draft: LetterDraft): AgentMessage {
    return agentMessage({
      ...draft,
      from_agent: fullAddress(draft.from_agent),
      to_agent: fullAddress(draft.to_agent),
    });
  }

  private async put(
    mailbox: string,
    message: AgentMessage,
    agent = message.from_agent,
  ): Promise<Omit<Sent, 'acknowledged'>> {
    const { mailboxes } = this.store;
    // Refuses what cannot be written before it gets a number.
    encodeAgentMessage(message);
    const { message_id: id, from_agent: sender, priority } = message;
    const line = lineAbout(message, 'sent', { service: this.options.service, agent });
    const sequence = await this.stored(id, () => mailboxes.number(mailbox, sender, id));
    const numbered = { ...message, sequence };
    const mail = { id, data: encodeAgentMessage(numbered), priority };
    const result = await this.stored(id, () => mailboxes.put(mailbox, mail, [line]));
    if (result === 'stored') this.tally.sent(mailbox);
    return { message: numbered, duplicate: result === 'duplicate' };
  }

  private async stored<T>(id: string, call: () => Promise<T>): Promise<T> {
    const giveUpAtMs = performance.now() + this.options.storeTimeoutMs;
    const isFinal = (error: unknown): boolean => error instanceof MailboxFull;
    try {
      return await persevere(call, { operation: 'send', giveUpAtMs, tally: this.tally, isFinal });
    } catch (error) {
      throw isFinal(error) ? error : new NotStored(id, { cause: error });
    }
  }

  /**
   * Each further try puts the same message again: the mailbox takes it only if it has forgotten it, as after a failover.
   * Its own memory of handled messages tells of an acknowledgement that was not heard.
   */
  private async untilAcknowledged(
    mailbox: string,
    message: AgentMessage,
    ackTimeoutMs: number,
    retries: number,
  ): Promise<Sent> {
    let first: Omit<Sent, 'acknowledged'> | undefined;
    for (let attempt = 0; attempt <= retries; attempt++) {
      const heard = this.acknowledgements.wait(message.message_id, ackTimeoutMs * 2 ** attempt);
      const put = await this.put(mailbox, message);
      first ??= put;
      const handled = () => this.wasHandled(mailbox, message.message_id);
      // A duplicate may have been handled long ago, and nobody will say so again.
      if ((put.duplicate && (await handled())) || (await heard) || (await handled())) {
        return { ...first, acknowledged: true };
      }
      if (this.acknowledgements.closed) throw new BusClosed();
    }
    return this.giveUp(mailbox, first as Omit<Sent, 'acknowledged'>, retries + 1);
  }

  private wasHandled(mailbox: string, id: string): Promise<boolean> {
    return this.stored(id, () => this.store.mailboxes.wasHandled(mailbox, id));
  }

  private async giveUp(mailbox: string, put: Omit<Sent, 'acknowledged'>, attempts: number): Promise<Sent> {
    const { message } = put;
    const reason = 'not acknowledged';
    const by = { service: this.options.service, agent: message.from_agent, reason };
    const letter = {
      id: message.message_id,
      data: encodeAgentMessage(message),
      reason,
      attempts,
      failedAt: new Date().toISOString(),
    };
    const line = lineAbout(message, 'dead_lettered', by);
    const verdict = await this.stored(letter.id, () => this.store.mailboxes.withdraw(mailbox, letter, [line]));
    if (verdict === 'handled') return { ...put, acknowledged: true };
    this.tally.notAcknowledged(mailbox);
    throw new NotAcknowledged(message.message_id, attempts);
  }
}
