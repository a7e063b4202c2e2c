import { type SendingEntry } from './sending.forms.js';
import { type CallLimit, type SendingRules } from './sending-rules.js';

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
