import { type WebhookChannel } from '../channel-adapter.js';
import { parseWhatsApp } from './parse-whatsapp.js';
import { sendToWhatsApp } from './send-to-whatsapp.js';
import { verifyWhatsApp } from './verify-whatsapp.js';

export const whatsappChannel: WebhookChannel = {
  kind: 'whatsapp',
  verify: verifyWhatsApp,
  parse: parseWhatsApp,
  send: sendToWhatsApp,
  idempotent: false,
};
