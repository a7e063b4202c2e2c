import { type WebhookChannel } from '../channel-adapter.js';
import { parseStandard } from './parse-standard.js';
import { sendToStandard } from './send-to-standard.js';
import { verifyStandard } from './verify-standard.js';

export const standardChannel: WebhookChannel = {
  kind: 'standard',
  verify: verifyStandard,
  parse: parseStandard,
  send: sendToStandard,
  idempotent: true,
};
