import { type WebhookChannel } from '../channel-adapter.js';
import { findInChatwoot } from './find-in-chatwoot.js';
import { parseChatwoot } from './parse-chatwoot.js';
import { sendToChatwoot } from './send-to-chatwoot.js';
import { verifyChatwoot } from './verify-chatwoot.js';

export const chatwootChannel: WebhookChannel = {
  kind: 'chatwoot',
  verify: verifyChatwoot,
  parse: parseChatwoot,
  send: sendToChatwoot,
  idempotent: false,
  find: findInChatwoot,
};
