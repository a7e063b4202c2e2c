import { createHash } from 'node:crypto';
import { MAX_TEXT_LENGTH } from '@switchboard/message-schema';
import { type InboundDraft } from '../inbound/inbound-draft.js';
import { type JsonFields } from '../inbound/json-fields.js';
import { optionalProviderTime } from '../inbound/provider-time.js';

/** What was done to a message that had been sent before. */
interface Change {
  /** Ends the deduplication key: the same change again is the same message. */
  readonly mark: string;
  readonly text: string;
}

/**
 * Chatwoot tells of every update of a message, mostly of its delivery, and not what was updated. Marked are deletions
 * (`deleted`) and, by installations that take edits over from the guest's channel, edits (`is_edited`) and deletions by
 * the guest (`deleted_by_contact`).
 * @see https://github.com/fazer-ai/chatwoot/pull/316
 */
function changeOf(message: JsonFields): Change | undefined {
  const marks = message.optionalChild('content_attributes');
  if (marks?.raw('deleted') === true || marks?.raw('deleted_by_contact') === true) {
    return { mark: 'deleted', text: '[deleted a message]' };
  }
  if (marks?.raw('is_edited') !== true) return undefined;
  const content = message.optionalText('content', MAX_TEXT_LENGTH) ?? '';
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { mark: `edited:${digest}`, text: `[edited a message] ${content}`.trimEnd().slice(0, MAX_TEXT_LENGTH) };
}

/** The draft of a message's change, made from the draft of the message; undefined when nothing is marked as changed. */
export function changedDraft(message: JsonFields, draft: InboundDraft): InboundDraft | undefined {
  const change = changeOf(message);
  if (!change) return undefined;
  const { guestMessage } = draft;
  return {
    ...draft,
    messageId: `${draft.messageId}:${change.mark}`,
    guestMessage: {
      ...guestMessage,
      text: change.text,
      attachments: [],
      // The message keeps the time of its creation; its conversation was touched by the change.
      providerTimestamp:
        optionalProviderTime(message.child('conversation'), 'updated_at') ?? guestMessage.providerTimestamp,
      inReplyToProviderId: guestMessage.providerMessageId,
    },
  };
}
