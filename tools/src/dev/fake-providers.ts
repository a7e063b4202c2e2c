import { type FakeChatwoot, type FakeWhatsApp, startFakeChatwoot, startFakeWhatsApp } from '@switchboard/testing';

/** Stand-ins for the providers of the demo property, so that a reply to a signed webhook arrives somewhere. */
export interface FakeProviders {
  readonly chatwoot: FakeChatwoot;
  readonly whatsapp: FakeWhatsApp;
  /** Settings that make the demo property talk to them. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startFakeProviders(): Promise<FakeProviders> {
  const [chatwoot, whatsapp] = await Promise.all([startFakeChatwoot(), startFakeWhatsApp()]);
  return {
    chatwoot,
    whatsapp,
    env: { DEMO_CHATWOOT_URL: chatwoot.url, DEMO_WHATSAPP_URL: whatsapp.url },
    close: async () => {
      await Promise.all([chatwoot.close(), whatsapp.close()]);
    },
  };
}
