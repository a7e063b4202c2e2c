import { type DeadLetter, type Effect } from '@switchboard/delivery';
import { type ChannelKind, channelKinds, decode, type Envelope } from '@switchboard/message-schema';
import { auditEffect, feedEffect } from '../messages/effects.js';

/**
 * What else happens when a service gives a message up: a line in the audit trail and, when the message can be read, one
 * on the property's dashboards. The error's own words stay in the letter: they may speak of the message.
 */
export function deadLetterEffects(service: string): (letter: DeadLetter) => Effect[] {
  return (letter) => {
    const envelope = readable(letter.data);
    const about = {
      messageId: letter.id || letter.entryId,
      conversationId: letter.key || 'unknown',
      propertyId: envelope?.property_id ?? 'unknown',
      timestamp: letter.failedAt,
    };
    const audit = auditEffect({
      ...about,
      service,
      action: 'dead_lettered',
      correlationId: envelope?.correlation_id ?? 'unknown',
      detail: letter.reason,
    });
    const channel = envelope && channelOf(envelope);
    return channel ? [audit, feedEffect({ ...about, kind: 'dead.letter', channel, reason: letter.reason })] : [audit];
  };
}

function readable(data: string): Envelope | undefined {
  try {
    return decode(data);
  } catch {
    return undefined;
  }
}

function channelOf({ payload }: Envelope): ChannelKind | undefined {
  const { replyTo } = payload as { replyTo?: { channel?: unknown } };
  return channelKinds.find((kind) => kind === replyTo?.channel);
}
