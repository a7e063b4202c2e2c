import { type ProviderApi, type SendContext, type WebhookChannel } from '@switchboard/channels';
import { type ChannelKind } from '@switchboard/message-schema';
import { type SendingRules } from '@switchboard/service-kit';

/** How one reply is to be sent. */
export interface SendRoute {
  readonly channel: Exclude<ChannelKind, 'webchat'>;
  readonly adapter: WebhookChannel;
  readonly sourceId: string;
  readonly api: ProviderApi;
  readonly rules: SendingRules;
  readonly context: SendContext;
}
