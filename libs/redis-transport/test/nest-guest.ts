import { type GuestMessage } from '@switchboard/message-schema';
import { type TestDraft } from '../src/testing/fake-turn.js';

/** What a guest of the web chat says. */
export function said(text: string, conversation = 'c1'): TestDraft<GuestMessage> {
  return {
    conversation_id: conversation,
    payload: {
      text,
      attachments: [],
      replyTo: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
      providerMessageId: text.slice(0, 20),
      providerTimestamp: '2026-01-02T03:04:05.678Z',
    },
  };
}
