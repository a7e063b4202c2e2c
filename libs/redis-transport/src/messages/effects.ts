import { type LogEffect, type MessageEffect } from '@switchboard/delivery';
import {
  type AuditRecord,
  type ConversationUpdate,
  encode,
  type Envelope,
  feedStream,
  propertyChannel,
  Streams,
  type WebchatLine,
  webchatStream,
} from '@switchboard/message-schema';

/** Lines kept per partition of a property's feed: a dashboard resumes from them. */
const FEED_CAP = 2_000;
/** Lines kept of one web chat. */
const WEBCHAT_CAP = 1_000;
/** Lines kept per partition of an audit stream. */
const AUDIT_CAP = 200_000;

/** A follow-up message of the same conversation. */
export function messageEffect(stream: string, envelope: Envelope): MessageEffect {
  return { kind: 'message', stream, id: envelope.message_id, data: encode(envelope) };
}

/** A line in the property's feed, told to its dashboards at once. */
export function feedEffect(update: ConversationUpdate): LogEffect {
  return {
    kind: 'log',
    stream: feedStream(update.propertyId),
    fields: ['d', JSON.stringify(update)],
    cap: FEED_CAP,
    announceOn: propertyChannel(update.propertyId),
  };
}

/** A line the web chat's visitor sees. */
export function webchatEffect(propertyId: string, visitorId: string, line: WebchatLine): LogEffect {
  const stream = webchatStream(propertyId, visitorId);
  return { kind: 'log', stream, fields: ['d', JSON.stringify(line)], cap: WEBCHAT_CAP, announceOn: stream };
}

/** A line in the audit trail. */
export function auditEffect(record: AuditRecord, stream: string = Streams.auditMessages): LogEffect {
  return { kind: 'log', stream, fields: ['d', JSON.stringify(record)], cap: AUDIT_CAP };
}
