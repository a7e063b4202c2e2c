import { agentMessage, type AgentMessage, encodeAgentMessage } from '@switchboard/message-schema';
import { fullAddress, mailboxOf } from '../address.js';
import { type AuditTrail } from '../audit-trail.js';
import { type Delivery } from '../delivery.js';
import { BusClosed } from '../errors.js';
import {
  type BroadcastDraft,
  type BusCounters,
  type LetterDraft,
  MessageBus,
  type ReceiveOptions,
  type RequestDraft,
  type RequestHandler,
  type RequestOptions,
  type Responder,
  type RespondOptions,
  type SendOptions,
  type Sent,
  type SubscribeOptions,
  type Subscription,
} from '../message-bus.js';
import { type BusStore } from '../ports/bus-store.js';
import { type MailDeadLetters } from '../ports/mailboxes.js';
import { Acknowledgements } from './acknowledgements.js';
import { Admission } from './admission.js';
import { asDecision, lineAbout } from './audit-lines.js';
import { BroadcastSubscription } from './broadcast-subscription.js';
import { busDefaults, type BusOptions } from './bus-options.js';
import { nextLevel } from './escalation.js';
import { GapWatch } from './gap-watch.js';
import { InboxIterator } from './inbox-iterator.js';
import { Inquiries } from './inquiries.js';
import { LetterDelivery } from './letter-delivery.js';
import { LetterEndings } from './letter-endings.js';
import { LetterSender } from './letter-sender.js';
import { Recorder } from './recorder.js';
import { Tally } from './tally.js';

/** The message bus over a store of mailboxes, broadcasts and requests. This class only composes the actors. */
export class StoredMessageBus extends MessageBus {
  private readonly options: BusOptions;
  private readonly tally: Tally;
  private readonly acknowledgements: Acknowledgements;
  private readonly sender: LetterSender;
  private readonly recorder: Recorder;
  private readonly endings: LetterEndings;
  private readonly gaps: GapWatch;
  private readonly admission: Admission;
  private readonly inquiries: Inquiries;
  private readonly inboxes = new Set<InboxIterator>();
  private readonly subscriptions = new Set<BroadcastSubscription>();
  private readonly responders = new Set<Responder>();
  private readers = 0;
  private closing: Promise<void> | undefined;
  private drained = false;

  constructor(
    private readonly store: BusStore,
    options: Pick<BusOptions, 'service' | 'member'> & Partial<BusOptions>,
  ) {
    super();
    this.options = { ...busDefaults, ...options };
    this.tally = new Tally(this.options.observer);
    this.acknowledgements = new Acknowledgements(store.broadcasts, this.options.member, this.tally);
    this.sender = new LetterSender(store, this.options, this.acknowledgements, this.tally);
    this.recorder = new Recorder(store, this.options, this.tally);
    this.endings = new LetterEndings(store, this.options, this.sender, this.recorder, this.tally);
    this.gaps = new GapWatch(store.mailboxes, this.options, this.tally);
    const { endings, gaps, recorder, tally } = this;
    this.admission = new Admission(store.mailboxes, this.options, { endings, gaps, recorder, tally });
    this.inquiries = new Inquiries(store.requests, this.options, recorder);
  }

  get audit(): AuditTrail {
    return this.store.audit;
  }

  get counters(): BusCounters {
    return this.tally.counters;
  }

  async publish(topic: string, draft: BroadcastDraft): Promise<AgentMessage> {
    this.assertOpen();
    const sender = fullAddress(draft.from_agent);
    const message = agentMessage({ ...draft, from_agent: sender, to_agent: topic });
    const line = lineAbout(message, 'published', { service: this.options.service, agent: sender });
    const sequence = await this.store.broadcasts.publish(topic, sender, encodeAgentMessage(message), [line]);
    this.tally.sent(topic);
    return { ...message, sequence };
  }

  subscribe(patterns: string | readonly string[], { signal }: SubscribeOptions = {}): Subscription {
    this.assertTaking();
    const all = typeof patterns === 'string' ? [patterns] : patterns;
    const subscription = new BroadcastSubscription(this.store.broadcasts, all, this.tally, signal);
    this.subscriptions.add(subscription);
    subscription.onEnd(() => this.subscriptions.delete(subscription));
    return subscription;
  }

  async sendMessage(draft: LetterDraft, options?: SendOptions): Promise<Sent> {
    this.assertOpen();
    return this.sender.send(draft, options);
  }

  receiveMessages(address: string, { signal, as }: ReceiveOptions = {}): AsyncIterableIterator<Delivery> {
    this.assertTaking();
    const mailbox = mailboxOf(address);
    const receiver = fullAddress(as ?? address);
    const buried = (data: string, reason: string): void => {
      this.tally.deadLettered(mailbox);
      void this.admission.buried(receiver, data, reason);
    };
    const parts = {
      mailbox,
      receiver,
      reader: this.store.mailboxes.reader(mailbox, `${this.options.member}-${++this.readers}`, buried),
      admission: this.admission,
      endings: this.endings,
      tally: this.tally,
      drainMs: this.options.drainMs,
    };
    const inbox = new InboxIterator(parts, signal);
    this.inboxes.add(inbox);
    void inbox.ended.then(() => this.inboxes.delete(inbox));
    return inbox;
  }

  async request(toAgent: string, draft: RequestDraft, options: RequestOptions): Promise<AgentMessage> {
    this.assertOpen();
    return this.inquiries.ask(toAgent, draft, options);
  }

  async respond(agent: string, handler: RequestHandler, options?: RespondOptions): Promise<Responder> {
    this.assertTaking();
    const responder = await this.inquiries.serve(agent, handler, options);
    this.responders.add(responder);
    return {
      stop: async () => {
        this.responders.delete(responder);
        await responder.stop();
      },
    };
  }

  async capabilitiesOf(agent: string, options: RequestOptions & { readonly from: string }): Promise<string[]> {
    this.assertOpen();
    return this.inquiries.capabilitiesOf(agent, options);
  }

  async escalate(delivery: Delivery, { reason }: { readonly reason: string }): Promise<AgentMessage> {
    if (!(delivery instanceof LetterDelivery))
      throw new TypeError('only a delivery of receiveMessages can be escalated');
    const { message, receiver } = delivery;
    const draft = nextLevel(message, receiver, reason);
    const by = { service: this.options.service, agent: receiver, reason };
    let above: AgentMessage = message;
    await delivery.escalate(async () => {
      above = await this.sender.forward(draft, receiver);
      await this.recorder.record(asDecision(lineAbout(above, 'escalated', by)));
    });
    return above;
  }

  deadLetters(address: string): MailDeadLetters {
    return this.store.mailboxes.deadLetters(mailboxOf(address));
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    this.gaps.close();
    await Promise.all([...this.subscriptions].map((subscription) => subscription.return()));
    await Promise.all([
      ...[...this.inboxes].map((inbox) => inbox.finish()),
      ...[...this.responders].map((responder) => responder.stop()),
    ]);
    this.drained = true;
    this.acknowledgements.close();
    await this.store.close();
  }

  /** Nothing new is begun while what was begun is ended. */
  private assertTaking(): void {
    if (this.closing) throw new BusClosed();
  }

  /** Who ends what was begun may still send. */
  private assertOpen(): void {
    if (this.drained) throw new BusClosed();
  }
}
