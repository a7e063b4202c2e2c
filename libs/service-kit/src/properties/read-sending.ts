import { type ChannelKind } from '@switchboard/message-schema';
import { type ChannelsEntry, type SendingEntry } from './sending.forms.js';
import { type CallLimit, sendingDefaults, type SendingRules } from './sending-rules.js';

/** How replies are sent, by kind of source. */
export type ChannelRules = Readonly<Record<ChannelKind, SendingRules>>;

/** The defaults, with what the file says of all sources of a kind in their place. */
export function channelRules(entry: ChannelsEntry = {}): ChannelRules {
  const { whatsapp, chatwoot, standard, webchat } = sendingDefaults;
  return {
    whatsapp: withSending(whatsapp, entry.whatsapp),
    chatwoot: withSending(chatwoot, entry.chatwoot),
    standard: withSending(standard, entry.standard),
    webchat,
  };
}

/** The rules below, with what the entry says in their place. */
export function withSending(below: SendingRules, entry: SendingEntry | undefined): SendingRules {
  if (!entry) return below;
  const { app, sender, pair, senders = [], unknownOutcome, settleMs } = entry;
  const own = Object.fromEntries(senders.map(({ id, limits }) => [id, limits.map(limitOf)]));
  return {
    app: app?.map(limitOf) ?? below.app,
    sender: sender?.map(limitOf) ?? below.sender,
    pair: pair?.map(limitOf) ?? below.pair,
    senders: { ...below.senders, ...own },
    unknownOutcome: unknownOutcome ?? below.unknownOutcome,
    settleMs: settleMs ?? below.settleMs,
  };
}

function limitOf({ calls, windowMs }: CallLimit): CallLimit {
  return { calls, windowMs };
}
