import { type Attachment } from '@switchboard/message-schema';
import { type JsonFields } from '../inbound/json-fields.js';
import { type Place, placeText, placeUri } from '../inbound/place.js';

function placeOf(attachment: JsonFields): Place | undefined {
  if (attachment.raw('file_type') !== 'location') return undefined;
  return {
    name: attachment.optionalText('fallback_title', 1_024),
    latitude: attachment.optionalNumber('coordinates_lat'),
    longitude: attachment.optionalNumber('coordinates_long'),
  };
}

function attachmentOf(attachment: JsonFields): Attachment {
  const id = attachment.optionalId('id');
  const place = placeOf(attachment);
  return {
    kind: attachment.optionalText('file_type', 64) ?? 'file',
    id: id === undefined ? undefined : String(id),
    url: attachment.optionalText('data_url', 4_096) ?? (place && placeUri(place)),
    sizeBytes: attachment.optionalId('file_size'),
  };
}

/** The files of a Chatwoot message; the key is absent when there are none. */
export function chatwootAttachments(message: JsonFields): Attachment[] {
  return message.optionalChildren('attachments').map(attachmentOf);
}

/** Locations and shared contacts as lines to read, for a message without a text of its own. */
export function readableAttachments(message: JsonFields): string {
  const lines = message.optionalChildren('attachments').map((attachment) => {
    const place = placeOf(attachment);
    if (place) return placeText(place);
    const title = attachment.optionalText('fallback_title', 1_024);
    return attachment.raw('file_type') === 'contact' && title ? `[contact: ${title}]` : '';
  });
  return lines.filter((line) => line !== '').join('\n');
}
