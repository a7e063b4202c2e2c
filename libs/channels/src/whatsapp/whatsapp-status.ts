import { type DeliveryProblem, type DeliveryStatus, type DeliveryStep } from '../inbound/delivery-status.js';
import { type JsonFields } from '../inbound/json-fields.js';
import { optionalProviderTime } from '../inbound/provider-time.js';

/** A voice message that was played has been read. */
const steps: Readonly<Record<string, DeliveryStep>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
};

/** An id that a message may carry. */
function idOf(status: JsonFields, name: string, max: number): string | undefined {
  const id = status.optionalText(name, max);
  return id !== undefined && /^\P{Cc}+$/u.test(id) ? id : undefined;
}

function problemsOf(status: JsonFields): DeliveryProblem[] {
  return status.optionalChildren('errors').flatMap((error) => {
    const code = error.optionalNumber('code');
    const title = error.optionalText('title', 512);
    return code === undefined ? [] : [{ code, ...(title && { title }) }];
  });
}

/**
 * Reads a delivery status; undefined for one of a kind that is not known or that lacks its message or its time. A notice
 * is never a reason to refuse a body that brings messages too.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
 */
export function statusOf(status: JsonFields, via: string): DeliveryStatus | undefined {
  const messageId = idOf(status, 'id', 256);
  const word = status.optionalText('status', 64) ?? '';
  const step = Object.hasOwn(steps, word) ? steps[word] : undefined;
  const timestamp = optionalProviderTime(status, 'timestamp');
  if (messageId === undefined || step === undefined || timestamp === undefined) return undefined;
  const recipient = idOf(status, 'recipient_user_id', 128) ?? idOf(status, 'recipient_id', 128);
  const callbackData = idOf(status, 'biz_opaque_callback_data', 512);
  return {
    messageId,
    status: step,
    timestamp,
    ...(recipient && { recipient }),
    via,
    errors: problemsOf(status),
    ...(callbackData && { callbackData }),
  };
}
