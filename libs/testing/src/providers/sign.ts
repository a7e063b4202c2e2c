import { createHmac } from 'node:crypto';

/** Headers to put on a request. */
export type SignedHeaders = Record<string, string>;

type Body = string | Uint8Array;

/** The current time as the providers put it into headers: whole seconds since 1970. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Signs a body as Chatwoot signs its webhooks: hex HMAC-SHA256 over `<timestamp>.<body>`.
 * @see https://github.com/chatwoot/chatwoot/blob/develop/lib/webhooks/trigger.rb
 */
export function signChatwoot(body: Body, secret: string, timestamp = unixSeconds()): SignedHeaders {
  const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(body);
  return { 'x-chatwoot-timestamp': String(timestamp), 'x-chatwoot-signature': `sha256=${mac.digest('hex')}` };
}

/**
 * Signs a body as Meta signs WhatsApp webhooks: hex HMAC-SHA256 over the body, keyed with the app secret.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications
 */
export function signWhatsApp(body: Body, secret: string): SignedHeaders {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

/**
 * Signs a body per Standard Webhooks with one `whsec_` secret, or with several at once as a sender does while its
 * secret is being rotated.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signStandard(
  id: string,
  timestamp: number,
  body: Body,
  secrets: string | readonly string[],
): SignedHeaders {
  const signatures = [secrets].flat().map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
