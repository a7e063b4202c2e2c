import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { Message } from '../message.decorator.js';
import { Streams } from '../streams.js';

/** How far a reply can come at its provider, in this order; `failed` is final. */
export const noticeSteps = ['sent', 'delivered', 'read', 'failed'] as const;
export type NoticeStep = (typeof noticeSteps)[number];

/**
 * A provider says how far a reply has come. Notices of one reply may come in any order and more than once; they are ordered
 * by the reply's id, which is the `conversation_id` of the envelope, for a provider tells no more than that.
 */
@Message({ type: 'delivery.notice', version: 1, stream: Streams.deliveries })
export class DeliveryNotice {
  /** Our id of the reply. */
  @IsString()
  @Length(1, 512)
  replyId!: string;

  @IsIn(noticeSteps)
  step!: NoticeStep;

  /** The provider's time. */
  @IsISO8601()
  at!: string;

  @IsString()
  @Length(1, 512)
  providerMessageId!: string;

  /** The source through which the notice came. */
  @IsString()
  @Length(1, 128)
  source!: string;

  /** The provider's code of a failure. */
  @IsOptional()
  @IsInt()
  code?: number;
}
