import { type AgentReply } from '@switchboard/message-schema';
import { ProviderError, type ProviderApi, type SendContext } from '../src/index.js';

export const chatwootReply: AgentReply = {
  text: 'Yes, from 120 € 🏖️',
  author: 'bot',
  replyTo: { channel: 'chatwoot', source: 'demo-chatwoot', via: '1', to: '10' },
  inReplyTo: ['77287'],
};

export const whatsappReply: AgentReply = {
  text: 'Yes, from 120 € 🏖️',
  author: 'bot',
  replyTo: { channel: 'whatsapp', source: 'demo-whatsapp', via: '106540352242922', to: '15551234567' },
  inReplyTo: ['wamid.A1'],
};

export const standardReply: AgentReply = {
  text: 'Yes, from 120 € 🏖️',
  author: 'human',
  replyTo: { channel: 'standard', source: 'demo-standard', to: 'booking-4711' },
  inReplyTo: ['m-1', 'm-2'],
};

export function contextFor(api: ProviderApi, change: Partial<SendContext> = {}): SendContext {
  return { messageId: 'reply-1', correlationId: 'corr-1', api, timeoutMs: 5_000, ...change };
}

/** The error a send ends with; fails when it succeeds or ends with any other error. */
export async function errorOf(send: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await send.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error('the send did not end with a ProviderError', { cause: error });
}
