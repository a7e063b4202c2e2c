import { type ChannelKind } from '@switchboard/message-schema';
import { type ChannelAdapter } from './channel-adapter.js';
import { chatwootChannel } from './chatwoot/chatwoot-channel.js';
import { standardChannel } from './standard/standard-channel.js';
import { webchatChannel } from './webchat/webchat-channel.js';
import { whatsappChannel } from './whatsapp/whatsapp-channel.js';

/** Every channel and its adapter. A new channel is one adapter and one line here. */
export const channels = {
  chatwoot: chatwootChannel,
  whatsapp: whatsappChannel,
  webchat: webchatChannel,
  standard: standardChannel,
} as const satisfies Record<ChannelKind, ChannelAdapter>;
