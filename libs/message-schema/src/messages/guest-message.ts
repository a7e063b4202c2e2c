import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MAX_TEXT_LENGTH } from '../envelope.js';
import { Message } from '../message.decorator.js';
import { Streams } from '../streams.js';
import { Attachment } from './attachment.js';
import { ReplyAddress } from './reply-address.js';

/** What a guest said, in one form whatever the provider. */
@Message({ type: 'guest.message', version: 1, stream: Streams.inbound })
export class GuestMessage {
  /** Empty when the guest sent only attachments. */
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  text!: string;

  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => Attachment)
  attachments!: Attachment[];

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ReplyAddress)
  replyTo!: ReplyAddress;

  /** Name the guest shows, when the provider tells one. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  guestName?: string;

  /** The provider's own id of the message. */
  @IsString()
  @Length(1, 512)
  providerMessageId!: string;

  /** The provider's time of the message, RFC 3339; its clock, its precision. */
  @IsISO8601()
  providerTimestamp!: string;

  /** The provider's id of the message this one answers. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  inReplyToProviderId?: string;
}
