import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signChatwoot, signWhatsApp } from '@switchboard/testing';
import { workspaceRoot } from '../workspace-root.js';

/** Secret of the demo property's sources. */
const DEV_SECRET = 'dev-secret';

/** What a service answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Posts a body as it is. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.text() };
}

/** One of the recorded webhook bodies. */
export function fixture(name: string): Promise<string> {
  return readFile(join(workspaceRoot(), 'libs', 'channels', 'fixtures', `${name}.json`), 'utf8');
}

/** Posts the body as Chatwoot would, signed. */
export function postAsChatwoot(ingress: string, body: string, secret = DEV_SECRET): Promise<Answer> {
  return post(`${ingress}/webhooks/chatwoot/demo-chatwoot`, body, signChatwoot(body, secret));
}

/** Posts the body as Meta would, signed. */
export function postAsWhatsApp(ingress: string, body: string, secret = DEV_SECRET): Promise<Answer> {
  return post(`${ingress}/webhooks/whatsapp/demo-whatsapp`, body, signWhatsApp(body, secret));
}

/** Posts what a visitor of the web chat writes. */
export function postAsVisitor(ingress: string, visitorId: string, messageId: string, text: string): Promise<Answer> {
  return post(`${ingress}/webchat/demo/messages`, JSON.stringify({ visitorId, messageId, text }));
}
