import {
  startFakeChatwoot,
  startFakeWebhookReceiver,
  startFakeWhatsApp,
  type FakeChatwoot,
  type FakeWebhookReceiver,
  type FakeWhatsApp,
} from '@switchboard/testing';
import { channels, type ProviderApi } from '../src/index.js';
import { chatwootReply, standardReply, whatsappReply } from './replies.js';

export const token = 'the-token';
export const secret = `whsec_${Buffer.from('dev-secret-dev-secret-dev-secret').toString('base64')}`;

export let chatwoot: FakeChatwoot;
export let whatsapp: FakeWhatsApp;
export let receiver: FakeWebhookReceiver;

/** Gives every test fake providers of its own. */
export function useFakeProviders(): void {
  beforeEach(async () => {
    chatwoot = await startFakeChatwoot({ token });
    whatsapp = await startFakeWhatsApp({ token });
    receiver = await startFakeWebhookReceiver({ secret });
  });
  afterEach(async () => {
    await Promise.all([chatwoot, whatsapp, receiver].map((fake) => fake.close()));
  });
}

/** Every channel that calls a provider, with its fake. */
export const outbound = [
  {
    kind: 'chatwoot',
    idempotent: false,
    fake: () => chatwoot,
    api: (): ProviderApi => ({ baseUrl: chatwoot.url, token }),
    send: channels.chatwoot.send,
    reply: chatwootReply,
  },
  {
    kind: 'whatsapp',
    idempotent: false,
    fake: () => whatsapp,
    api: (): ProviderApi => ({ baseUrl: whatsapp.url, token }),
    send: channels.whatsapp.send,
    reply: whatsappReply,
  },
  {
    kind: 'standard',
    idempotent: true,
    fake: () => receiver,
    api: (): ProviderApi => ({
      baseUrl: `${receiver.url}/hook?key=hidden`,
      signingSecrets: [secret],
      rules: { network: 'private' },
    }),
    send: channels.standard.send,
    reply: standardReply,
  },
];
