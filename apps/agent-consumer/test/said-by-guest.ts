import { type GuestMessage } from '@switchboard/message-schema';
import { type TestDraft } from '@switchboard/redis-transport/testing';

/** What a visitor of the web chat says; the id is the text, too. */
export function saidByGuest(id: string): TestDraft<GuestMessage> {
  return {
    payload: {
      text: id,
      attachments: [],
      replyTo: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
      providerMessageId: id,
      providerTimestamp: '2026-01-02T03:04:05.678Z',
    },
  };
}
