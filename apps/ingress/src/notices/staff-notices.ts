import { Injectable } from '@nestjs/common';
import { type CareChange, type InboundDraft } from '@switchboard/channels';
import { type Effect } from '@switchboard/delivery';
import { type AuditRecord, Streams } from '@switchboard/message-schema';
import { feedEffect } from '@switchboard/redis-transport';
import { Inlet } from '../inlet/inlet.js';

/** How many notices were new, and how many had been taken before. */
export interface NoticeReceipt {
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * What staff are to see and no agent is to answer: messages in conversations that a person has taken over, and changes of
 * whose care a conversation is in. Each is a line of the audit trail, stored once under its own id, with its line for the
 * dashboards in the same script.
 */
@Injectable()
export class StaffNotices {
  constructor(private readonly inlet: Inlet) {}

  /** @throws an error with `retryAfterMs` when not all could be stored; a repetition stores only what is missing. */
  takenOver(drafts: readonly InboundDraft[], correlationId: string): Promise<NoticeReceipt> {
    return this.publish(drafts.map((draft) => noticeOfDraft(draft, correlationId)));
  }

  /** @throws as `takenOver`. */
  changed(changes: readonly CareChange[], correlationId: string): Promise<NoticeReceipt> {
    return this.publish(changes.map((change) => noticeOfChange(change, correlationId)));
  }

  private async publish(notices: readonly Notice[]): Promise<NoticeReceipt> {
    const taken = await this.inlet.publish(
      notices.map(({ record, effects }) => ({
        stream: Streams.auditMessages,
        key: record.conversationId,
        id: record.messageId,
        data: JSON.stringify(record),
        effects,
      })),
    );
    const duplicates = taken.filter(({ duplicate }) => duplicate).length;
    return { accepted: taken.length - duplicates, duplicates };
  }
}

interface Notice {
  readonly record: AuditRecord;
  readonly effects: readonly Effect[];
}

function noticeOfDraft(draft: InboundDraft, correlationId: string): Notice {
  const { messageId, conversationId, propertyId, guestMessage } = draft;
  const timestamp = new Date().toISOString();
  const feed = feedEffect({
    kind: 'guest.message',
    propertyId,
    conversationId,
    channel: guestMessage.replyTo.channel,
    messageId,
    timestamp,
    text: guestMessage.text,
    from: 'guest',
    ...(guestMessage.guestName ? { guestName: guestMessage.guestName } : {}),
  });
  const about = { messageId, conversationId, propertyId, correlationId, timestamp };
  return {
    record: { service: 'ingress', action: 'received', ...about, detail: 'left to the staff: a person has taken over' },
    effects: [feed],
  };
}

/** Only Chatwoot tells whose care a conversation is in. */
function noticeOfChange({ changeId, care, timestamp, ...about }: CareChange, correlationId: string): Notice {
  const detail = care.assigned ? 'a person is assigned' : 'no person is assigned';
  const record = {
    service: 'ingress',
    action: `conversation.${care.status ?? 'changed'}`,
    messageId: changeId,
    ...about,
    correlationId,
    timestamp,
    detail,
  };
  const feed = feedEffect({
    kind: 'conversation.status',
    ...about,
    channel: 'chatwoot',
    messageId: changeId,
    timestamp,
    assigned: care.assigned,
    ...(care.status && { status: care.status }),
  });
  return { record, effects: [feed] };
}
