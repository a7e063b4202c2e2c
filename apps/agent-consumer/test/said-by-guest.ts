import { type ChannelKind, type GuestMessage } from '@switchboard/message-schema';
import { type TestDraft } from '@switchboard/redis-transport/testing';

/** What a guest says, by default in the web chat; the id is the text, too. */
export function saidByGuest(id: string, channel: ChannelKind = 'webchat'): TestDraft<GuestMessage> {
  return {
    payload: {
      text: id,
      attachments: [],
      replyTo: { channel, source: `demo-${channel}`, to: 'v1' },
      providerMessageId: id,
      providerTimestamp: '2026-01-02T03:04:05.678Z',
    },
  };
}
