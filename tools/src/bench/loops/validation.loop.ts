import 'reflect-metadata';
import {
  AgentMessage,
  agentMessage,
  checkMessage,
  Envelope,
  envelopeOf,
  GuestMessage,
  type StandardMessage,
} from '@switchboard/message-schema';
import { type Loop } from './loop.js';

/** Different messages in turn, as a service meets them. */
const VARIETY = 64;

const frame = { repetitions: 5, warmUp: 20_000, turns: 300_000 } as const;

/** A guest's message, envelope and payload, one attachment. */
export const envelopeValidation: Loop = {
  ...frame,
  name: 'validation of an envelope',
  prepare: () => checking(Envelope, guestMessage),
};

/** A message between agents whose type nobody declared. */
export const agentMessageValidation: Loop = {
  ...frame,
  name: 'validation of an agent message',
  prepare: () => checking(AgentMessage, taskMessage),
};

/** Checks parsed messages, in turn. */
function checking<M extends StandardMessage>(wrapper: new () => M, make: (i: number) => M): (turn: number) => void {
  const messages = Array.from({ length: VARIETY }, (_, i) => JSON.parse(JSON.stringify(make(i))) as unknown);
  return (turn) => {
    checkMessage(wrapper, messages[turn % VARIETY]);
  };
}

function guestMessage(i: number): Envelope<GuestMessage> {
  return envelopeOf(GuestMessage, {
    message_id: `wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0Rg${i}`,
    from_agent: `guest:1650555${1_000 + i}`,
    to_agent: 'property:demo',
    property_id: 'demo',
    conversation_id: `whatsapp:demo-whatsapp:1650555${1_000 + i}`,
    causation_id: `cause-${i}`,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    payload: {
      text: `At what time is breakfast served, and is the pool open? Asks room ${i}.`.repeat(1 + (i % 4)),
      attachments: [{ kind: 'image', id: `media-${i}`, mimeType: 'image/jpeg', sizeBytes: 1_000 * i }],
      replyTo: { channel: 'whatsapp', source: 'demo-whatsapp', via: '106540352242922', to: `1650555${1_000 + i}` },
      guestName: `Guest ${i}`,
      providerMessageId: `wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0Rg${i}`,
      providerTimestamp: '2026-01-02T03:04:05.678Z',
    },
  });
}

function taskMessage(i: number): AgentMessage {
  return agentMessage({
    from_agent: 'agent:concierge',
    to_agent: 'agent:housekeeping',
    message_type: 'room.clean',
    conversation_id: `c${i}`,
    sequence: i + 1,
    ack_required: i % 2 === 0,
    payload: { room: i, extras: [{ towels: 2 }] },
  });
}
