import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from 'class-validator';
import { MAX_TEXT_LENGTH } from '../envelope.js';
import { channelKinds, type ChannelKind } from './reply-address.js';

/** What happened in a conversation, as staff see it. */
export const updateKinds = [
  'guest.message',
  'agent.reply',
  'delivery.sent',
  'delivery.delivered',
  'delivery.read',
  'delivery.failed',
  'dead.letter',
  'conversation.status',
] as const;
export type UpdateKind = (typeof updateKinds)[number];

/**
 * Where a conversation stands, in the words of Chatwoot, the one provider that tells it, and in the order in which it
 * numbers them.
 * @see https://developers.chatwoot.com/api-reference/conversations/conversations-list
 */
export const conversationStatuses = ['open', 'resolved', 'pending', 'snoozed'] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

/**
 * One line of a property's feed. Travels as JSON in the field `d` of the feed stream and, wrapped with its place in
 * that stream, on the property's Pub/Sub channel.
 */
export class ConversationUpdate {
  @IsIn(updateKinds)
  kind!: UpdateKind;

  @IsString()
  @Length(1, 128)
  propertyId!: string;

  @IsString()
  @Length(1, 512)
  conversationId!: string;

  @IsIn(channelKinds)
  channel!: ChannelKind;

  /** The message this line is about, or the change of a conversation; several lines may speak of one message. */
  @IsString()
  @Length(1, 512)
  messageId!: string;

  @IsISO8601()
  timestamp!: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  text?: string;

  /** `guest`, `bot` or `human`. */
  @IsOptional()
  @IsIn(['guest', 'bot', 'human'])
  from?: 'guest' | 'bot' | 'human';

  @IsOptional()
  @IsString()
  @MaxLength(512)
  guestName?: string;

  /** Provider ids of the messages answered. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  inReplyTo?: string[];

  /** Why a message became a dead letter or could not be delivered. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  reason?: string;

  /** With `conversation.status`: where the conversation stands at the provider. */
  @IsOptional()
  @IsIn(conversationStatuses)
  status?: ConversationStatus;

  /** With `conversation.status`: a person of the staff is assigned. Absent is no. */
  @IsOptional()
  @IsBoolean()
  assigned?: boolean;
}
