import { type WhatsAppMessage } from './fake-whatsapp.js';
import { unixSeconds } from './sign.js';

/** One notice of Meta about a message it took. */
export interface StatusNotice {
  readonly message: Pick<WhatsAppMessage, 'id' | 'phoneNumberId' | 'to' | 'callbackData'>;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  /** With `failed`. */
  readonly code?: number;
  /** Seconds since 1970; now by default. */
  readonly timestamp?: number;
}

/**
 * The body of Meta's status webhook. Notices may come twice and in any order, as here they stand.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
 */
export function whatsappStatuses(notices: readonly StatusNotice[]): object {
  const changes = notices.map(({ message, status, code, timestamp = unixSeconds() }) => ({
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: message.phoneNumberId },
      statuses: [
        {
          id: message.id,
          status,
          timestamp: String(timestamp),
          recipient_id: message.to,
          ...(message.callbackData === undefined ? {} : { biz_opaque_callback_data: message.callbackData }),
          ...(code === undefined ? {} : { errors: [{ code, title: 'planned failure' }] }),
        },
      ],
    },
  }));
  return { object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] };
}
