import { type Attachment, MAX_TEXT_LENGTH } from '@switchboard/message-schema';
import { type JsonFields } from '../inbound/json-fields.js';
import { placeText, placeUri } from '../inbound/place.js';

/** What a WhatsApp message says, whatever its type. */
export interface WhatsAppContent {
  readonly text: string;
  readonly attachments: Attachment[];
  /** The message this one reacts to, changes or takes back. */
  readonly about?: string;
}

const MAX_ID = 256;

function words(text: string, about?: string): WhatsAppContent {
  return { text, attachments: [], about };
}

function media(message: JsonFields, type: string): WhatsAppContent {
  const file = message.child(type);
  const attachment: Attachment = {
    kind: type,
    id: file.text('id', { max: 512 }),
    url: file.optionalText('url', 4_096),
    mimeType: file.optionalText('mime_type', 256),
    fileName: file.optionalText('filename', 1_024),
  };
  return { text: file.optionalText('caption', MAX_TEXT_LENGTH) ?? '', attachments: [attachment] };
}

function location(message: JsonFields): WhatsAppContent {
  const spot = message.child('location');
  const place = {
    name: spot.optionalText('name', 1_024),
    address: spot.optionalText('address', 1_024),
    latitude: spot.optionalNumber('latitude'),
    longitude: spot.optionalNumber('longitude'),
  };
  return { text: placeText(place), attachments: [{ kind: 'location', url: placeUri(place) }] };
}

/** A pressed button, a chosen row of a list or a filled-in form. */
function interactive(message: JsonFields): WhatsAppContent {
  const choice = message.child('interactive');
  const button = choice.optionalChild('button_reply') ?? choice.optionalChild('list_reply');
  const form = choice.optionalChild('nfm_reply')?.optionalText('response_json', MAX_TEXT_LENGTH - 100);
  return words(button?.optionalText('title', 1_024) ?? (form ? `[form: ${form}]` : '[interactive message]'));
}

function reaction(message: JsonFields): WhatsAppContent {
  const made = message.child('reaction');
  const emoji = made.optionalText('emoji', 64);
  return words(emoji ? `[reacted with ${emoji}]` : '[removed a reaction]', made.optionalText('message_id', MAX_ID));
}

function contacts(message: JsonFields): WhatsAppContent {
  const lines = message.children('contacts').map((contact) => {
    const name = contact.optionalChild('name')?.optionalText('formatted_name', 512);
    const phones = contact.optionalChildren('phones').map((phone) => phone.optionalText('phone', 64));
    return `[contact: ${[name, ...phones].filter((part) => part !== undefined).join(', ') || 'unknown'}]`;
  });
  return words(lines.join('\n'));
}

function order(message: JsonFields): WhatsAppContent {
  const placed = message.child('order');
  const items = placed.optionalChildren('product_items').map((item) => {
    const product = item.optionalText('product_retailer_id', 256) ?? 'unknown product';
    return `${item.optionalNumber('quantity') ?? 1} × ${product}`;
  });
  const note = placed.optionalText('text', MAX_TEXT_LENGTH / 2);
  return words(`[order: ${items.join(', ') || 'empty'}]${note ? ` ${note}` : ''}`);
}

function edit(message: JsonFields): WhatsAppContent {
  const change = message.child('edit');
  const changed = change.child('message');
  const type = changed.text('type', { max: 64 });
  const content = type === 'edit' ? words('') : contentOf(changed, type);
  const about = change.optionalText('original_message_id', MAX_ID);
  return { ...content, text: `[edited a message] ${content.text}`.trimEnd(), about };
}

type Reader = (message: JsonFields, type: string) => WhatsAppContent;

const readers: Readonly<Record<string, Reader>> = {
  text: (message) => words(message.child('text').text('body', { min: 0, max: MAX_TEXT_LENGTH })),
  image: media,
  audio: media,
  video: media,
  document: media,
  sticker: media,
  location,
  interactive,
  button: (message) => words(message.child('button').text('text', { max: 1_024 })),
  reaction,
  contacts,
  order,
  edit,
  revoke: (message) =>
    words('[deleted a message]', message.optionalChild('revoke')?.optionalText('original_message_id', MAX_ID)),
};

/**
 * Puts a message of any type into words and files, so that an agent gets everything a guest did. A type unknown here
 * becomes a line that names it.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object
 */
export function contentOf(message: JsonFields, type: string): WhatsAppContent {
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  return reader ? reader(message, type) : words(`[${type} message]`);
}
