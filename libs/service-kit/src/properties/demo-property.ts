import { developmentSecrets as dev } from './development-secrets.js';
import { type Property } from './property.js';
import { sendingDefaults } from './sending-rules.js';

/** Where the demo property's replies go; a source without an address sends nothing. */
export interface DemoAddresses {
  readonly chatwootUrl?: string;
  readonly whatsappUrl?: string;
  readonly standardUrl?: string;
}

/** Development answers to receivers on this machine. */
function standardApi(baseUrl: string) {
  return { baseUrl, signingSecrets: [dev.standardWebhook], rules: { network: 'private' as const } };
}

/** The property that exists in development without any file or account. */
export function demoProperty({ chatwootUrl, whatsappUrl, standardUrl }: DemoAddresses): Property {
  const place = { propertyId: 'demo' };
  return {
    id: 'demo',
    name: 'Demo',
    agent: { kind: 'builtin' },
    sources: [
      {
        ...place,
        id: 'demo-chatwoot',
        kind: 'chatwoot',
        secrets: [dev.webhook],
        requireSignature: true,
        urlTokens: [],
        answerWhen: 'unassigned',
        ...(chatwootUrl ? { api: { baseUrl: chatwootUrl, token: dev.apiToken } } : {}),
      },
      {
        ...place,
        id: 'demo-whatsapp',
        kind: 'whatsapp',
        secrets: [dev.webhook],
        verifyTokens: [dev.verifyToken],
        // A person who tries the demo is not to wait 6 s for each answer.
        sending: { ...sendingDefaults.whatsapp, pair: [] },
        ...(whatsappUrl ? { api: { baseUrl: whatsappUrl, token: dev.apiToken } } : {}),
      },
      {
        ...place,
        id: 'demo-standard',
        kind: 'standard',
        secrets: [dev.standardWebhook],
        ...(standardUrl ? { api: standardApi(standardUrl) } : {}),
      },
      { ...place, id: 'demo-webchat', kind: 'webchat', allowedOrigins: [] },
    ],
  };
}
