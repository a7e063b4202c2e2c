import { agentMessage, type AgentMessage, encodeAgentMessage } from '@switchboard/message-schema';
import { isMailbox } from '../address.js';
import { type BusStore } from '../ports/bus-store.js';
import { ACK_TYPE } from './acknowledgements.js';
import { arrivalOf } from './arrival.js';
import { lineAbout } from './audit-lines.js';
import { type BusOptions } from './bus-options.js';
import { type Endings, type LetterDelivery } from './letter-delivery.js';
import { type LetterSender } from './letter-sender.js';
import { type Recorder } from './recorder.js';
import { type Tally } from './tally.js';

/** What happens when a receiver settles a delivery. */
export class LetterEndings implements Endings {
  constructor(
    private readonly store: BusStore,
    private readonly options: Pick<BusOptions, 'service'>,
    private readonly sender: LetterSender,
    private readonly recorder: Recorder,
    private readonly tally: Tally,
  ) {}

  /**
   * Remembered first, acknowledged to the sender second, removed last: a crash in between hands the message out again,
   * and what is remembered is then only acknowledged once more. Where nobody waits for word, the two go out together.
   */
  async ack({ message, mailbox, receiver, mail }: LetterDelivery): Promise<void> {
    const remembered = this.store.mailboxes.remember(mailbox, arrivalOf(message));
    if (message.ack_required) {
      await remembered;
      await this.acknowledge(message, receiver);
    }
    await Promise.all([remembered, mail.done([this.line(message, 'handled', receiver)])]);
  }

  async retry(delivery: LetterDelivery, delayMs: number | undefined, reason: string): Promise<void> {
    if ((await delivery.mail.retry(delayMs, reason)) === 'dead') await this.givenUp(delivery, reason);
  }

  async bury(delivery: LetterDelivery, reason: string): Promise<void> {
    await delivery.mail.bury(reason);
    await this.givenUp(delivery, reason);
  }

  /** Settled once the message is stored above; remembered, so that a repetition passes it on no second time. */
  async escalate(delivery: LetterDelivery, pass: () => Promise<void>): Promise<void> {
    const { message, mailbox, receiver, mail } = delivery;
    await pass();
    await this.store.mailboxes.remember(mailbox, arrivalOf(message));
    await this.acknowledge(message, receiver);
    await mail.done([this.line(message, 'escalated', receiver)]);
  }

  /** Tells the sender, where it asked for that: on the topic where it waits, else in its inbox. */
  async acknowledge(message: AgentMessage, receiver: string): Promise<void> {
    if (!message.ack_required || message.message_type === ACK_TYPE) return;
    const draft = {
      // The same for each repetition, so that an inbox takes it once.
      message_id: `${message.message_id.slice(0, 500)}/ack`,
      message_type: ACK_TYPE,
      from_agent: receiver,
      to_agent: message.from_agent,
      correlation_id: message.correlation_id,
      causation_id: message.message_id,
      payload: {},
    };
    const channel = message.reply_to;
    if (channel && !isMailbox(channel)) {
      return this.store.broadcasts.tell(channel, encodeAgentMessage(agentMessage(draft)));
    }
    if (!/^(agent:[^:]+|role:[^:]+)$/.test(message.from_agent)) return;
    await this.sender.send(draft);
  }

  private async givenUp({ message, mailbox, receiver }: LetterDelivery, reason: string): Promise<void> {
    this.tally.deadLettered(mailbox);
    await this.recorder.record(this.line(message, 'dead_lettered', receiver, reason));
  }

  private line(message: AgentMessage, action: string, agent: string, reason?: string) {
    return lineAbout(message, action, { service: this.options.service, agent, ...(reason ? { reason } : {}) });
  }
}
