import { type AgentMessage, decodeAgentMessage } from '@switchboard/message-schema';
import { type DropReason } from '../bus-observer.js';
import { type Mailboxes, type TakenMail } from '../ports/mailboxes.js';
import { arrivalOf, isExpired } from './arrival.js';
import { lineAbout } from './audit-lines.js';
import { type BusOptions } from './bus-options.js';
import { type GapWatch } from './gap-watch.js';
import { type LetterEndings } from './letter-endings.js';
import { type Recorder } from './recorder.js';
import { type Tally } from './tally.js';

export interface AdmissionParts {
  readonly endings: LetterEndings;
  readonly gaps: GapWatch;
  readonly recorder: Recorder;
  readonly tally: Tally;
}

/** Decides what of a mailbox reaches its receiver; the rest is settled here. */
export class Admission {
  constructor(
    private readonly mailboxes: Mailboxes,
    private readonly options: Pick<BusOptions, 'service'>,
    private readonly parts: AdmissionParts,
  ) {}

  /** The message when it is to be handed out. @throws when the store cannot be reached; the mail is then unsettled. */
  async admit(mailbox: string, receiver: string, mail: TakenMail): Promise<AgentMessage | undefined> {
    const message = readable(mail.data);
    if (!message) {
      await mail.bury('the message cannot be read');
      this.parts.tally.dropped(mailbox, 'unreadable');
      return undefined;
    }
    const { state, hole } = await this.mailboxes.arrive(mailbox, arrivalOf(message));
    if (hole) this.parts.gaps.suspect(mailbox, message.from_agent);
    if (state === 'handled') return this.dropHandled(mailbox, receiver, mail, message);
    if (state === 'withdrawn') return this.drop(mailbox, mail, 'withdrawn');
    if (isExpired(message)) return this.buryExpired(mailbox, receiver, mail, message);
    return message;
  }

  /** Notes that a message was given up because whoever had it died at its last attempt. */
  async buried(receiver: string, data: string, reason: string): Promise<void> {
    const message = readable(data);
    if (!message) return;
    const by = { service: this.options.service, agent: receiver, reason };
    await this.parts.recorder.record(lineAbout(message, 'dead_lettered', by));
  }

  /** Its sender may not know that it was handled. */
  private async dropHandled(
    mailbox: string,
    receiver: string,
    mail: TakenMail,
    message: AgentMessage,
  ): Promise<undefined> {
    await this.parts.endings.acknowledge(message, receiver);
    return this.drop(mailbox, mail, 'duplicate');
  }

  private async drop(mailbox: string, mail: TakenMail, reason: DropReason): Promise<undefined> {
    await mail.done([]);
    this.parts.tally.dropped(mailbox, reason);
  }

  private async buryExpired(
    mailbox: string,
    receiver: string,
    mail: TakenMail,
    message: AgentMessage,
  ): Promise<undefined> {
    await mail.bury('expired');
    this.parts.tally.dropped(mailbox, 'expired');
    const by = { service: this.options.service, agent: receiver, reason: 'expired' };
    await this.parts.recorder.record(lineAbout(message, 'dead_lettered', by));
  }
}

function readable(data: string): AgentMessage | undefined {
  try {
    return decodeAgentMessage(data);
  } catch {
    return undefined;
  }
}
