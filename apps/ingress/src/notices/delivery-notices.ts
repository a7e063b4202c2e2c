import { Injectable } from '@nestjs/common';
import { type DeliveryStatus } from '@switchboard/channels';
import { type AppendRequest } from '@switchboard/delivery';
import { contractOf, DeliveryNotice, encode, envelopeOf } from '@switchboard/message-schema';
import { type Source } from '@switchboard/service-kit';
import { Inlet } from '../inlet/inlet.js';
import { type NoticeReceipt } from './staff-notices.js';

/** Notices are no messages of guests, and only those are told to a provider. */
const NO_MESSAGES: NoticeReceipt = { accepted: 0, duplicates: 0 };

/** Hands on what providers say about our replies. A notice without our id is about somebody else's message. */
@Injectable()
export class DeliveryNotices {
  constructor(private readonly inlet: Inlet) {}

  /** @throws Unavailable when not all could be stored; a repetition stores only what is missing. */
  async take(statuses: readonly DeliveryStatus[], source: Source, correlationId: string): Promise<NoticeReceipt> {
    const requests = statuses.flatMap((status) => requestOf(status, source, correlationId) ?? []);
    if (requests.length > 0) await this.inlet.publish(requests);
    return NO_MESSAGES;
  }
}

function requestOf(status: DeliveryStatus, source: Source, correlationId: string): AppendRequest | undefined {
  const { callbackData: replyId, messageId, status: step, timestamp, errors } = status;
  if (replyId === undefined) return undefined;
  const [problem] = errors;
  const notice = envelopeOf(DeliveryNotice, {
    message_id: `${source.id}:${messageId}:${step}`,
    from_agent: `property:${source.propertyId}`,
    to_agent: `property:${source.propertyId}`,
    property_id: source.propertyId,
    conversation_id: replyId,
    correlation_id: correlationId,
    payload: {
      replyId,
      step,
      at: timestamp,
      providerMessageId: messageId,
      source: source.id,
      ...(problem ? { code: problem.code } : {}),
    },
  });
  return {
    stream: contractOf(DeliveryNotice).stream,
    key: notice.conversation_id,
    id: notice.message_id,
    data: encode(notice),
  };
}
