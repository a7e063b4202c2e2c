import { type ChannelKind, channelKinds } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { checkEntry } from './check-entry.js';
import { type Source } from './property.js';
import { withSending } from './read-sending.js';
import { resolveChatwoot, resolveWebchat, resolveWhatsApp, type SourcePlace } from './resolve-source.js';
import { resolveStandard } from './resolve-standard.js';
import { ChatwootEntry, type SourceEntry, StandardEntry, WebchatEntry, WhatsAppEntry } from './source.forms.js';

type ReadSource = (value: object, place: SourcePlace) => Source | undefined;

function kind<E extends SourceEntry>(
  form: ClassConstructor<E>,
  resolve: (entry: E, place: SourcePlace) => Source,
): ReadSource {
  return (value, place) => {
    const entry = checkEntry(form, value, place.at, place.reading.faults);
    if (!entry) return undefined;
    const source = resolve(entry, place);
    return { ...source, sending: withSending(place.reading.channels[source.kind], entry.sending) };
  };
}

/** One line per kind of source: the class that checks its entry and the function that completes it. */
const kinds: Readonly<Record<ChannelKind, ReadSource>> = {
  chatwoot: kind(ChatwootEntry, resolveChatwoot),
  whatsapp: kind(WhatsAppEntry, resolveWhatsApp),
  standard: kind(StandardEntry, resolveStandard),
  webchat: kind(WebchatEntry, resolveWebchat),
};

/** A source of the file, checked and with its secrets; undefined after noting what is wrong. */
export function readSource(value: object, place: SourcePlace): Source | undefined {
  const known = channelKinds.find((word) => word === (value as { kind?: unknown }).kind);
  if (known) return kinds[known](value, place);
  place.reading.faults.add(place.at, `kind must be one of ${channelKinds.join(', ')}`);
  return undefined;
}
