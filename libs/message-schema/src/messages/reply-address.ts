import { IsIn, IsOptional, IsString, Length } from 'class-validator';

/** Kinds of channels through which guests and Switchboard talk. */
export const channelKinds = ['webchat', 'whatsapp', 'chatwoot', 'standard'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Where an answer to a guest goes: enough for a channel's sender to address the provider. */
export class ReplyAddress {
  @IsIn(channelKinds)
  channel!: ChannelKind;

  /** The configured source the guest wrote through; its secrets and limits apply to the answer. */
  @IsString()
  @Length(1, 128)
  source!: string;

  /** WhatsApp: phone number id. Chatwoot: account id. Absent elsewhere. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  via?: string;

  /** WhatsApp: user id or phone. Chatwoot: conversation id. Web chat: visitor id. Standard: conversation id. */
  @IsString()
  @Length(1, 256)
  to!: string;
}
