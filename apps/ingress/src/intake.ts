import { Inject, Injectable } from '@nestjs/common';
import { type InboundDraft, withoutNul } from '@switchboard/channels';
import { type Effect, type Published } from '@switchboard/delivery';
import { contractOf, type Envelope, envelopeOf, GuestMessage } from '@switchboard/message-schema';
import { HASH_ID, type HashId, type Logger, sendingSpan, SERVICE_LOG } from '@switchboard/service-kit';
import { auditEffect, feedEffect, MessagePublisher, webchatEffect } from '@switchboard/redis-transport';

/** How many messages of a request were new, and how many had been taken before. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Stores normalised messages durably; only then may a provider be told that they were accepted. */
@Injectable()
export class Intake {
  constructor(
    private readonly publisher: MessagePublisher,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  /**
   * Appends the messages in order, each with its line for the dashboards and the audit trail.
   *
   * @throws InvalidMessageError when one of them does not fit; none is stored then.
   * @throws Unavailable when not all could be stored; a repetition of the request stores only what is missing.
   */
  async take(drafts: readonly InboundDraft[], correlationId: string): Promise<Receipt> {
    const envelopes = drafts.map((draft) => messageOf(draft, correlationId));
    const published = await Promise.all(envelopes.map((envelope) => this.publish(envelope)));
    const duplicates = published.filter(({ duplicate }) => duplicate).length;
    const conversations = [...new Set(drafts.map(({ conversationId }) => this.hashId(conversationId)))];
    this.log.info({ messages: published.length, duplicates, conversations }, 'stored');
    return { accepted: published.length - duplicates, duplicates };
  }

  private publish(envelope: Envelope<GuestMessage>): Promise<Published> {
    return sendingSpan(contractOf(GuestMessage).stream, envelope.correlation_id, (traceparent) =>
      this.publisher.publish(traceparent ? { ...envelope, traceparent } : envelope, effectsOf(envelope)),
    );
  }
}

function messageOf(draft: InboundDraft, correlationId: string): Envelope<GuestMessage> {
  return envelopeOf(GuestMessage, {
    message_id: draft.messageId,
    from_agent: draft.from,
    to_agent: `property:${draft.propertyId}`,
    property_id: draft.propertyId,
    conversation_id: draft.conversationId,
    correlation_id: correlationId,
    payload: withoutNul(draft.guestMessage),
  });
}

function effectsOf(envelope: Envelope<GuestMessage>): Effect[] {
  const { payload, message_id, conversation_id, property_id, correlation_id, timestamp } = envelope;
  const { channel, to } = payload.replyTo;
  const effects: Effect[] = [
    feedEffect({
      kind: 'guest.message',
      propertyId: property_id,
      conversationId: conversation_id,
      channel,
      messageId: message_id,
      timestamp,
      text: payload.text,
      from: 'guest',
      ...(payload.guestName ? { guestName: payload.guestName } : {}),
    }),
    auditEffect({
      service: 'ingress',
      action: 'received',
      messageId: message_id,
      conversationId: conversation_id,
      propertyId: property_id,
      correlationId: correlation_id,
      timestamp,
    }),
  ];
  if (channel === 'webchat') {
    const line = {
      id: payload.providerMessageId,
      from: 'guest' as const,
      text: payload.text,
      timestamp,
      inReplyTo: [],
    };
    effects.push(webchatEffect(property_id, to, line));
  }
  return effects;
}
